import type { RegexFlags } from './regex.js';

/**
 * Texts (lower case) of which any match of a regular expression must hold at least one; null when none can be named.
 * Careful rather than clever: what it does not understand it takes for anything.
 */
export function requiredLiterals(
  source: string,
  { ignoreCase }: Pick<RegexFlags, 'ignoreCase'>,
): readonly string[] | null {
  const found = new LiteralReader(source, ignoreCase || /\(\?[a-zA-Z]*i/.test(source)).read();
  return found === null || found.texts.includes('') ? null : found.texts;
}

/** What a part of an expression needs: one of these texts, or nothing that could be named. */
type Needed = Literals | null;

interface Literals {
  readonly texts: readonly string[];
  /** Whether the part matches these texts and no others: then they may be joined with what stands beside it. */
  readonly isWhole: boolean;
}

/** Longer lists say too little to be worth a place in the index. */
const MAX_ALTERNATIVES = 40;
/** The same for texts that are put together: `(a|b)(c|d)` makes four. */
const MAX_JOINED = 16;

class LiteralReader {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly source: string,
    private readonly ignoresCase: boolean,
  ) {}

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
    const named: Literals[] = [];
    for (const option of options) {
      if (option === null) return null;
      named.push(option);
    }
    const texts = named.flatMap((option) => option.texts);
    return texts.length > MAX_ALTERNATIVES ? null : { texts, isWhole: named.every(({ isWhole }) => isWhole) };
  }

  /** Parts one behind the other: the best of what any of them needs. */
  private sequence(): Needed {
    let best: readonly string[] | null = null;
    let joined: readonly string[] = [''];
    let isWhole = true;
    while (this.at < this.source.length && !'|)'.includes(this.source.charAt(this.at))) {
      const part = this.part();
      const times = this.quantifier();
      const isOnce = times === 'once' && part?.isWhole === true;
      if (isOnce && joined.length * part.texts.length <= MAX_JOINED) {
        joined = joined.flatMap((text) => part.texts.map((next) => text + next));
        continue;
      }
      isWhole = false;
      best = better(best, joined);
      joined = isOnce ? part.texts : [''];
      if (!isOnce && times !== 'optional') best = better(best, part?.texts ?? null);
    }
    if (isWhole) return { texts: joined, isWhole };
    return { texts: better(best, joined) ?? [''], isWhole };
  }

  /** One character, a group, or, as null, anything else. */
  private part(): Needed {
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
        return this.isLoweredAlone(character) ? plain(character) : null;
    }
  }

  /**
   * Whether a text that has it has it in lower case, too, whatever stands beside it. Final sigmas are no such letters;
   * nor is an `s` that stands for a long one.
   */
  private isLoweredAlone(character: string): boolean {
    return character <= '\x7f' && !(this.ignoresCase && /s/i.test(character));
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

  private escape(): Needed {
    const character = this.source.charAt(this.at++);
    if (/[a-zA-Z0-9]/.test(character)) {
      if ('pPxuQ'.includes(character)) return this.giveUp();
      return null;
    }
    return plain(character);
  }

  /** Reads the quantifier behind a part. `once`: there is none. */
  private quantifier(): 'once' | 'repeated' | 'optional' {
    const found = /^(?:[*+?]|\{\d+(?:,\d*)?\})[?+]?/.exec(this.source.slice(this.at, this.at + 20))?.[0];
    if (found === undefined) return 'once';
    this.at += found.length;
    return /^(?:[*?]|\{0+[,}])/.test(found) ? 'optional' : 'repeated';
  }
}

function plain(character: string): Literals {
  return { texts: [character.toLowerCase()], isWhole: true };
}

/** The longer the shortest text, the fewer events hold it. */
function better(a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null {
  if (a === null || b === null) return a ?? b;
  return worth(b) > worth(a) ? b : a;
}

function worth(texts: readonly string[]): number {
  return Math.min(...texts.map((text) => text.length)) - texts.length / MAX_ALTERNATIVES;
}
