import { BUILT } from '../values/marks.js';
import { marksOf, textValue, unknownWith, type Value } from '../values/value.js';

const MAX_SUBJECT = 200_000;
const MAX_PATTERN = 60;
/** Each doubles the ways in which a text may be tried. */
const MAX_OPTIONAL = 4;
/** Where something must follow a repeat, each place of the text may be tried to its end. */
const MAX_FOLLOWED_SUBJECT = 5_000;
/** A repeat that nothing follows fits at once, or nowhere. */
const FOLLOWED_REPEAT = /[*+](?!\??$)|\{(?!\d{0,9}(?:,\d{0,9})?\}\??$)/;

/**
 * Replaces by a pattern of the evidence. Only patterns of one repeat, or of a few optional characters, without
 * alternatives are run: ours is a backtracking engine too, and the file's author is not our friend.
 */
export function replaceKnown(pattern: Value, replacement: Value, subject: Value): Value {
  const marks = marksOf([subject, replacement]);
  if (pattern.text === null || replacement.text === null || subject.text === null) return unknownWith(marks);
  if (subject.text.length > MAX_SUBJECT) return unknownWith(marks);
  const compiled = compileSimple(pattern.text);
  if (compiled === null) return unknownWith(marks);
  if (subject.text.length > MAX_FOLLOWED_SUBJECT && FOLLOWED_REPEAT.test(compiled.source))
    return unknownWith(marks);
  const by = replacement.text.replace(/\$(?!\d)/g, '$$$$').replace(/\\(\d)/g, '$$$1');
  return textValue(subject.text.replace(compiled, by), marks | BUILT);
}

function compileSimple(text: string): RegExp | null {
  const parts = /^([^A-Za-z0-9\\\s])([\s\S]{1,80})\1([imsu]{0,4})$/.exec(text.trim());
  if (parts === null) return null;
  const [, , body = '', flags = ''] = parts;
  if (body.length > MAX_PATTERN || /[|(]/.test(body) || !isQuick(body)) return null;
  try {
    return new RegExp(body, `g${flags.includes('i') ? 'i' : ''}${flags.includes('s') ? 's' : ''}`);
  } catch {
    return null;
  }
}

function isQuick(body: string): boolean {
  const repeats = body.match(/[*+{]/g) ?? [];
  // One that follows a repeat makes it lazy.
  const optional = body.match(/(?<![*+}])\?/g) ?? [];
  return repeats.length === 0
    ? optional.length <= MAX_OPTIONAL
    : repeats.length === 1 && optional.length === 0;
}
