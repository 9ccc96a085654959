/** Bits of {@link CLASS}, for the lexer's loops. */
export const LETTER = 1;
export const DIGIT = 2;
export const SPACE = 4;
/** A backslash: part of a qualified name, never of a variable. */
export const SEPARATOR = 8;

export const CLASS = new Uint8Array(256);
for (let code = 0; code < 256; code++) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_]/.test(character) || code >= 128) CLASS[code] = LETTER;
  else if (/[0-9]/.test(character)) CLASS[code] = DIGIT;
  else if (character === '\\') CLASS[code] = SEPARATOR;
  else if (code <= 32) CLASS[code] = SPACE;
}

/** The class of the character at `at`; 0 at the end of the text. */
export function classAt(source: string, at: number): number {
  return CLASS[source.charCodeAt(at)] ?? 0;
}
