const MAX_CHARACTERS = 400;

/**
 * The suspect's text, made safe to show anywhere: control characters, escapes, invisible and
 * direction-changing characters become `\xHH` or `\u{...}`, and it is cut at a readable length.
 */
export function excerpt(text: string, maxCharacters: number = MAX_CHARACTERS): string {
  const long = text.length > maxCharacters;
  const cut = long ? text.slice(0, maxCharacters).replace(/[\uD800-\uDBFF]$/, '') : text;
  const safe = cut.replace(UNSAFE, escapeCharacter);
  return long ? `${safe}…` : safe;
}

// Control and format characters (C0, C1, bidi, zero width), line separators, lone surrogates.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function escapeCharacter(character: string): string {
  if (character === '\t') return ' ';
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}
