/**
 * Texts (lower case) of which any match of a regular expression must hold at least one; null when none can be named.
 * Careful rather than clever: what it does not understand it takes for anything.
 */
export function requiredLiterals(source: string): readonly string[] | null {
  const found = new LiteralReader(source).read();
  return found === null || found.some((text) => text === '') ? null : found;
}

/** What a part of an expression needs: one of these texts, or nothing that could be named. */
type Needed = readonly string[] | null;

/** Longer lists say too little to be worth a place in the index. */
const MAX_ALTERNATIVES = 40;

class LiteralReader {
  private at = 0;
  private depth = 0;

  constructor(private readonly source: string) {}

  read(): Needed {
    const needed = this.alternatives();
    // a stray bracket: not an expression that we understand
    return this.at < this.source.length ? null : needed;
  }

  private alternatives(): Needed {
    const options: Needed[] = [this.sequence()];
    while (this.source[this.at] === '|') {
      this.at++;
      options.push(this.sequence());
    }
    const texts: string[] = [];
    for (const option of options) {
      if (option === null) return null;
      texts.push(...option);
    }
    return texts.length > MAX_ALTERNATIVES ? null : texts;
  }

  /** Parts one behind the other: the best of what any of them needs. */
  private sequence(): Needed {
    let best: Needed = null;
    let literal = '';
    const finish = (): void => {
      if (literal !== '') best = better(best, [literal.toLowerCase()]);
      literal = '';
    };
    while (this.at < this.source.length && !'|)'.includes(this.source.charAt(this.at))) {
      const part = this.part();
      const isOptional = this.quantifier();
      if (typeof part === 'string' && isOptional === 'once') {
        literal += part;
        continue;
      }
      finish();
      if (isOptional === 'optional') continue;
      if (typeof part === 'string') best = better(best, [part.toLowerCase()]);
      else best = better(best, part);
    }
    finish();
    return best;
  }

  /** One character, as a text; a group, as what it needs; anything else, as null. */
  private part(): string | Needed {
    const character = this.source.charAt(this.at++);
    switch (character) {
      case '(':
        return this.group();
      case '[':
        return this.characterClass();
      case '\\':
        return this.escape();
      case '.':
      case '^':
      case '$':
        return null;
      default:
        return character;
    }
  }

  private group(): Needed {
    if (++this.depth > 50) return this.giveUp();
    if (this.source.startsWith('?', this.at)) {
      const opening = /^\?(?:[a-zA-Z-]*:|P?<\w+>|[a-zA-Z-]+(?=\)))/.exec(
        this.source.slice(this.at, this.at + 80),
      );
      if (opening === null) return this.giveUp();
      this.at += opening[0].length;
    }
    const needed = this.alternatives();
    this.at++;
    this.depth--;
    return needed;
  }

  private giveUp(): null {
    this.at = this.source.length + 1;
    return null;
  }

  private characterClass(): null {
    if (this.source[this.at] === '^') this.at++;
    if (this.source[this.at] === ']') this.at++;
    while (this.at < this.source.length && this.source[this.at] !== ']') {
      if (this.source.startsWith('[:', this.at))
        this.at = Math.max(this.at, this.source.indexOf(':]', this.at) + 1);
      this.at += this.source[this.at] === '\\' ? 2 : 1;
    }
    this.at++;
    return null;
  }

  private escape(): string | null {
    const character = this.source.charAt(this.at++);
    if (/[a-zA-Z0-9]/.test(character)) {
      if ('pPxuQ'.includes(character)) return this.giveUp();
      return null;
    }
    return character;
  }

  /** Reads the quantifier behind a part. `once`: there is none. */
  private quantifier(): 'once' | 'repeated' | 'optional' {
    const found = /^(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?/.exec(this.source.slice(this.at, this.at + 20))?.[0];
    if (found === undefined) return 'once';
    this.at += found.length;
    return /^(?:[*?]|\{0+[,}])/.test(found) ? 'optional' : 'repeated';
  }
}

/** The longer the shortest text, the fewer events hold it. */
function better(a: Needed, b: Needed): Needed {
  if (a === null || b === null) return a ?? b;
  return worth(b) > worth(a) ? b : a;
}

function worth(texts: readonly string[]): number {
  return Math.min(...texts.map((text) => text.length)) - texts.length / MAX_ALTERNATIVES;
}
