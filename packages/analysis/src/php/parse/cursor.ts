import type { Budget } from '../budget.js';
import { NAME, OPERATOR, tokenText, VARIABLE } from '../tokens.js';
import { wordText } from '../words.js';
import type { Expression, Program, Statement } from './syntax.js';

/** The rules that call each other in circles; tied together where the parser is made. */
export interface Grammar {
  expression(cursor: Cursor, minimum: number): Expression;
  statement(cursor: Cursor): Statement | null;
}

/** Deeper nesting than any person writes: what lies below is skipped. */
const MAX_DEPTH = 200;

export const NOTHING: Expression = { kind: 'unknown', parts: [] };

/** A position among the tokens, and the questions the rules ask there. */
export class Cursor {
  depth = 0;

  constructor(
    readonly program: Program,
    readonly grammar: Grammar,
    readonly budget: Budget,
    public at: number,
    public end: number,
  ) {}

  get done(): boolean {
    return this.at >= this.end;
  }

  /** Whether the operator stands here. */
  is(code: number): boolean {
    return this.isAt(this.at, code);
  }

  isAt(at: number, code: number): boolean {
    const { kinds, codes } = this.program.tokens;
    return at < this.end && kinds[at] === OPERATOR && codes[at] === code;
  }

  isWord(id: number): boolean {
    return this.wordAt(this.at) === id;
  }

  /** The id of the name at `at`; -1 when no name stands there, 0 when it is none of ours. */
  wordAt(at: number): number {
    const { kinds, codes } = this.program.tokens;
    return at < this.end && kinds[at] === NAME ? (codes[at] ?? 0) : -1;
  }

  isName(at: number = this.at): boolean {
    return at < this.end && this.program.tokens.kinds[at] === NAME;
  }

  isVariable(at: number = this.at): boolean {
    return at < this.end && this.program.tokens.kinds[at] === VARIABLE;
  }

  accept(code: number): boolean {
    if (!this.is(code)) return false;
    this.at++;
    return true;
  }

  acceptWord(id: number): boolean {
    if (!this.isWord(id)) return false;
    this.at++;
    return true;
  }

  text(at: number = this.at): string {
    return tokenText(this.program.tokens, at);
  }

  /** The name at `at` in lower case. */
  lowerName(at: number = this.at): string {
    const id = this.wordAt(at);
    return id > 0 ? wordText(id) : this.text(at).toLowerCase();
  }

  offset(at: number = this.at): number {
    return this.program.tokens.starts[at] ?? 0;
  }

  /** Where the bracket at `at` closes, never behind the end. */
  close(at: number = this.at): number {
    return Math.min(this.program.matching[at] ?? this.end, this.end);
  }

  expression(minimum = 0): Expression {
    this.budget.spend();
    if (this.depth >= MAX_DEPTH) {
      this.skipOne();
      return NOTHING;
    }
    this.depth++;
    const expression = this.grammar.expression(this, minimum);
    this.depth--;
    return expression;
  }

  /** Null: nothing to do, but the cursor has moved. */
  statement(): Statement | null {
    this.budget.spend();
    if (this.depth >= MAX_DEPTH) {
      this.skipOne();
      return null;
    }
    this.depth++;
    const before = this.at;
    const statement = this.grammar.statement(this);
    this.depth--;
    if (this.at === before) this.at++;
    return statement;
  }

  /** All statements up to `end`; the cursor stands there afterwards. */
  statements(end: number): readonly Statement[] {
    const body: Statement[] = [];
    const outer = this.end;
    this.end = Math.min(end, outer);
    while (!this.done) {
      const statement = this.statement();
      if (statement !== null) body.push(statement);
    }
    this.end = outer;
    this.at = Math.max(this.at, Math.min(end, outer));
    return body;
  }

  /** One token, or a whole bracket. */
  skipOne(): void {
    const close = this.program.matching[this.at] ?? 0;
    this.at = close > this.at ? this.close() + 1 : this.at + 1;
  }
}
