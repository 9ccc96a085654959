/** What a token is. Numbers, because the lexer's hot loop stores them in a byte. */
export const VARIABLE = 1;
export const NAME = 2;
/** A string whose value is fixed: single-quoted, double-quoted without variables, nowdoc. */
export const STRING = 3;
/** A string that holds variables: double-quoted or heredoc. */
export const TEMPLATE = 4;
export const NUMBER = 5;
export const OPERATOR = 6;
export const BACKTICK = 7;

/** How the content of a {@link STRING} or {@link TEMPLATE} is escaped: stands in `codes`. */
export const SINGLE_QUOTED = 39;
export const DOUBLE_QUOTED = 34;
export const VERBATIM = 0;

/**
 * Tokens as columns. `starts` and `ends` are offsets into `source` and cover the content: without the `$` of a
 * variable and the quotes of a string. `codes` holds the word id of a name, the packed characters of an
 * operator, the quoting of a string.
 */
export interface Tokens {
  readonly source: string;
  readonly count: number;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly codes: Int32Array;
}

/** Grows by doubling, so that a file costs no allocation per token. */
export class TokenBuffer {
  count = 0;
  private capacity: number;
  private kinds: Uint8Array;
  private starts: Int32Array;
  private ends: Int32Array;
  private codes: Int32Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.kinds = new Uint8Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
    this.codes = new Int32Array(capacity);
  }

  push(kind: number, start: number, end: number, code: number): void {
    if (this.count === this.capacity) this.grow();
    const at = this.count++;
    this.kinds[at] = kind;
    this.starts[at] = start;
    this.ends[at] = end;
    this.codes[at] = code;
  }

  /** Views of the columns, valid until the buffer is reused. */
  view(source: string): Tokens {
    const { count, kinds, starts, ends, codes } = this;
    return { source, count, kinds, starts, ends, codes };
  }

  /** Columns of their own. */
  copy(source: string): Tokens {
    const n = this.count;
    return {
      source,
      count: n,
      kinds: this.kinds.slice(0, n),
      starts: this.starts.slice(0, n),
      ends: this.ends.slice(0, n),
      codes: this.codes.slice(0, n),
    };
  }

  private grow(): void {
    this.capacity *= 2;
    const wider = (from: Int32Array) => {
      const to = new Int32Array(this.capacity);
      to.set(from);
      return to;
    };
    const kinds = new Uint8Array(this.capacity);
    kinds.set(this.kinds);
    this.kinds = kinds;
    this.starts = wider(this.starts);
    this.ends = wider(this.ends);
    this.codes = wider(this.codes);
  }
}

/** The source text a token covers. */
export function tokenText(tokens: Tokens, at: number): string {
  return tokens.source.slice(tokens.starts[at], tokens.ends[at]);
}
