/** An operator as one number: its characters, eight bits each, the first lowest. */
export function pack(text: string): number {
  let code = 0;
  for (let i = text.length - 1; i >= 0; i--) code = (code << 8) | text.charCodeAt(i);
  return code;
}

const TWO_CHARACTERS = '-> => :: == != <= >= && || ?? .= += -= *= /= %= ^= |= &= << >> ++ -- <> ** |>'.split(
  ' ',
);
const THREE_CHARACTERS = '=== !== ??= <=> **= <<= >>= ?-> ...'.split(' ');

/** First characters that can begin an operator of more than one character. */
const STARTS_LONGER = new Uint8Array(256);
for (const text of [...TWO_CHARACTERS, ...THREE_CHARACTERS]) STARTS_LONGER[text.charCodeAt(0)] = 1;

const TWO = new Set(TWO_CHARACTERS.map(pack));
const THREE = new Set(THREE_CHARACTERS.map(pack));

/** How many characters the operator at `at` has: 1, 2 or 3. */
export function operatorLength(source: string, at: number): number {
  const first = source.charCodeAt(at);
  if (STARTS_LONGER[first] !== 1) return 1;
  const two = first | (source.charCodeAt(at + 1) << 8);
  const third = source.charCodeAt(at + 2);
  if (third < 128 && THREE.has(two | (third << 16))) return 3;
  return TWO.has(two) ? 2 : 1;
}

export const OPEN_PAREN = pack('(');
export const CLOSE_PAREN = pack(')');
export const OPEN_BRACKET = pack('[');
export const CLOSE_BRACKET = pack(']');
export const OPEN_BRACE = pack('{');
export const CLOSE_BRACE = pack('}');
export const SEMICOLON = pack(';');
export const COMMA = pack(',');
export const COLON = pack(':');
export const QUESTION = pack('?');
export const ASSIGN = pack('=');
export const AMPERSAND = pack('&');
export const DOLLAR = pack('$');
export const DOT = pack('.');
export const AT = pack('@');
export const BAR = pack('|');
export const CARET = pack('^');
export const TILDE = pack('~');
export const BANG = pack('!');
export const ARROW = pack('->');
export const NULLSAFE_ARROW = pack('?->');
export const DOUBLE_ARROW = pack('=>');
export const DOUBLE_COLON = pack('::');
export const SPREAD = pack('...');
export const INCREMENT = pack('++');
export const DECREMENT = pack('--');
