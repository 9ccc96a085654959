import { NAME, OPERATOR, STRING, type Tokens, tokenText } from '../tokens.js';

const ENDS = new Set(['die', 'exit', 'return']);
/** Tokens of a block that leaves: more is no guard. */
const MOST_TOKENS = 60;

/** Tokens one by one, each as it is written; names in lower case. */
class Reader {
  constructor(private readonly tokens: Tokens) {}

  get count(): number {
    return this.tokens.count;
  }

  is(at: number, kind: number, text: string): boolean {
    return this.tokens.kinds[at] === kind && tokenText(this.tokens, at).toLowerCase() === text;
  }

  has(at: number, operator: string): boolean {
    return this.is(at, OPERATOR, operator);
  }

  isEnd(at: number): boolean {
    return this.tokens.kinds[at] === NAME && ENDS.has(tokenText(this.tokens, at).toLowerCase());
  }

  /** The name behind `const`. */
  constant(at: number): string | undefined {
    const isNamed = this.is(at, NAME, 'const') && this.tokens.kinds[at + 1] === NAME;
    return isNamed ? tokenText(this.tokens, at + 1) : undefined;
  }

  string(at: number): string | undefined {
    return this.tokens.kinds[at] === STRING ? tokenText(this.tokens, at) : undefined;
  }
}

/**
 * Whether a script leaves, on its own level, where the application that runs it has not set a constant:
 * `defined('APP') or die`. As code: in a comment or a text it would cost a shell nothing, nor with a constant that the
 * script sets itself.
 */
export function leavesAlone(tokens: Tokens): boolean {
  const reader = new Reader(tokens);
  const own = constantsOf(reader);
  let depth = 0;
  for (let at = 0; at < reader.count; at += 1) {
    if (reader.has(at, '{')) depth += 1;
    else if (reader.has(at, '}')) depth -= 1;
    if (depth > 0 || !reader.is(at, NAME, 'defined') || !reader.has(at + 1, '(')) continue;
    const constant = reader.string(at + 2);
    if (constant === undefined || !reader.has(at + 3, ')') || own.has(constant)) continue;
    if (reader.has(at - 1, '!') ? leavesInside(reader, at + 4) : leavesElse(reader, at + 4)) return true;
  }
  return false;
}

/** Behind `defined('APP')`: `or die`, `|| exit`. */
function leavesElse(reader: Reader, at: number): boolean {
  const isOr = reader.has(at, '||') || reader.is(at, NAME, 'or');
  return isOr && (reader.isEnd(at + 1) || (reader.has(at + 1, '@') && reader.isEnd(at + 2)));
}

/** Behind `if (!defined('APP')`: `) die;` or a block that leaves. */
function leavesInside(reader: Reader, at: number): boolean {
  if (!reader.has(at, ')')) return false;
  if (!reader.has(at + 1, '{') && !reader.has(at + 1, ':')) return reader.isEnd(at + 1);
  for (let inside = at + 2; inside < at + MOST_TOKENS && !reader.has(inside, '}'); inside += 1)
    if (reader.isEnd(inside)) return true;
  return false;
}

/** What a script sets by `define('APP', ...)` or `const APP`, wherever it stands: asked once, since guards may be many. */
function constantsOf(reader: Reader): ReadonlySet<string> {
  const own = new Set<string>();
  for (let at = 0; at < reader.count; at += 1) {
    const name = reader.is(at, NAME, 'define') ? reader.string(at + 2) : reader.constant(at);
    if (name !== undefined) own.add(name);
  }
  return own;
}
