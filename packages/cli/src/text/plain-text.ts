/**
 * What a terminal would act upon, hide or reorder: controls and escapes, marks of direction, invisible characters,
 * unpaired surrogates, private and unassigned code points, and separators that are not the plain space.
 */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** Marks heaped upon one letter reach into the lines above; two are what languages need. */
const HEAPED_MARKS = /(\p{M}{2})\p{M}+/gu;

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\t') return ' ';
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return `\\u{${code.toString(16)}}`;
}

/**
 * Anybody's text as one line that a terminal only shows: an escape sequence, a line break or a mark that turns the
 * direction of text stands there as what it is. At most `limit` characters.
 */
export function plainText(anything: string, limit = 400): string {
  // A journal that was forged holds whatever its forger liked, whatever the types say.
  const text = String(anything);
  // Cut before and after: a megabyte of escapes costs nothing, and escapes do not make it longer than asked for.
  const near = text.length > limit * 4 ? text.slice(0, limit * 4) : text;
  const safe = near.replace(HEAPED_MARKS, '$1').replace(UNSAFE, escaped);
  const characters = Array.from(safe);
  if (characters.length <= limit && near.length === text.length) return safe;
  return `${characters.slice(0, limit - 1).join('')}…`;
}

/** JSON text in ASCII: the same value for every reader, and nothing in it that a terminal acts upon. */
export function asciiJsonText(json: string): string {
  return json.replace(/[^\x20-\x7e\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

export function asciiJson(value: unknown, indent?: number): string {
  return asciiJsonText(JSON.stringify(value, null, indent));
}
