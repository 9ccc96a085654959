import { allOf, anyOf, type Compiled, not, someOf } from './matcher.js';
import { type DocumentPath, RuleProblem } from './rule-error.js';
import { ANY, compilePattern, type Pattern } from './text-pattern.js';

type Selections = ReadonlyMap<string, Compiled>;

/** Compiles `selection and not 1 of filter*`. @throws RuleProblem */
export function compileCondition(text: string, selections: Selections, path: DocumentPath): Compiled {
  return new ConditionParser(text, selections, path).parse();
}

/** By precedence, loosest first: or, and, not, `x of`, brackets. */
class ConditionParser {
  private readonly tokens: readonly string[];
  private at = 0;

  constructor(
    text: string,
    private readonly selections: Selections,
    private readonly path: DocumentPath,
  ) {
    this.tokens = text.match(/[()|]|[^\s()|]+/g) ?? [];
  }

  parse(): Compiled {
    if (this.tokens.includes('|'))
      throw this.problem('aggregations behind a pipe are obsolete: write a correlation');
    const compiled = this.or();
    if (this.at < this.tokens.length) throw this.problem(`unexpected '${this.tokens[this.at]}'`);
    return compiled;
  }

  private problem(message: string): RuleProblem {
    return new RuleProblem('CONDITION_SYNTAX', message, this.path);
  }

  private accept(word: string): boolean {
    if (this.tokens[this.at]?.toLowerCase() !== word) return false;
    this.at++;
    return true;
  }

  private or(): Compiled {
    const parts = [this.and()];
    while (this.accept('or')) parts.push(this.and());
    return anyOf(parts);
  }

  private and(): Compiled {
    const parts = [this.not()];
    while (this.accept('and')) parts.push(this.not());
    return allOf(parts);
  }

  private not(): Compiled {
    return this.accept('not') ? not(this.not()) : this.atom();
  }

  private atom(): Compiled {
    if (this.accept('(')) {
      const inner = this.or();
      if (!this.accept(')')) throw this.problem("a ')' is missing");
      return inner;
    }
    const word = this.tokens[this.at];
    if (word === undefined) throw this.problem('the condition ends too early');
    this.at++;
    if (this.tokens[this.at]?.toLowerCase() === 'of') return this.quantified(word);
    const selection = this.selections.get(word);
    if (selection === undefined) throw this.unknown(word);
    return selection;
  }

  private quantified(quantity: string): Compiled {
    this.at++;
    const target = this.tokens[this.at];
    if (target === undefined) throw this.problem("a search identifier must follow 'of'");
    this.at++;
    const parts = this.named(target);
    if (/^all$/i.test(quantity)) return allOf(parts);
    if (/^any$/i.test(quantity)) return anyOf(parts);
    if (!/^[1-9]\d{0,3}$/.test(quantity)) throw this.problem(`'${quantity}' is no quantity`);
    return someOf(parts, Number(quantity));
  }

  private named(target: string): readonly Compiled[] {
    const isAll = target.toLowerCase() === 'them';
    const isMeant = compilePattern(namePattern(target));
    const parts = [...this.selections]
      .filter(([name]) => (isAll ? !name.startsWith('_') : isMeant(name)))
      .map(([, selection]) => selection);
    if (parts.length === 0) throw this.unknown(target);
    return parts;
  }

  private unknown(name: string): RuleProblem {
    return new RuleProblem('UNKNOWN_SELECTION', `there is no search identifier '${name}'`, this.path);
  }
}

/** Names of selections have one wildcard, and nothing that undoes it. */
function namePattern(target: string): Pattern {
  const parts: (string | typeof ANY)[] = [];
  for (const [index, piece] of target.split(/\*+/).entries()) {
    if (index > 0) parts.push(ANY);
    if (piece !== '') parts.push(piece);
  }
  return parts;
}
