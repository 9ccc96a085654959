import { MAX_TEXT } from '../evaluate/concatenation.js';
import type { Call, Machine } from '../machine.js';
import { BUILT, DECODED, MASKED } from '../values/marks.js';
import { marksOf, textValue, UNKNOWN, unknownWith, type Value } from '../values/value.js';

const MAX_PAIRS = 300;
/** Characters of a text times those of a table's keys: each may be tried at each place, and nothing can stop that. */
const MAX_TRIES = 1_000_000_000;

/** The texts of a value: its own, or those of its items; null when one is unknown. */
function textsOf(value: Value): readonly string[] | null {
  if (value.items === null) return value.text === null ? null : [value.text];
  const texts = [...value.items.values()].map((item) => item.text);
  return texts.every((text) => text !== null) ? texts : null;
}

/** `str_replace(search, replacement, subject)`. */
export function replaceText(machine: Machine, call: Call): Value {
  const [search = UNKNOWN, replacement = UNKNOWN, subject = UNKNOWN] = call.arguments;
  const marks = marksOf([subject, replacement]);
  const searched = textsOf(search);
  const replacements = textsOf(replacement);
  if (searched === null || replacements === null || subject.text === null) return unknownWith(marks);
  let text = subject.text;
  for (const [index, part] of searched.slice(0, MAX_PAIRS).entries()) {
    if (part === '') continue;
    machine.budget.spendOn(text);
    const by = replacement.items === null ? (replacements[0] ?? '') : (replacements[index] ?? '');
    text = call.name === 'str_ireplace' ? replaceFolded(text, part, by) : text.split(part).join(by);
    if (text.length > MAX_TEXT) return unknownWith(marks);
  }
  return textValue(text, marks | BUILT);
}

function replaceFolded(text: string, part: string, by: string): string {
  return text.replace(new RegExp(part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi'), () => by);
}

/** `strtr(text, from, to)` and `strtr(text, pairs)`: a table of characters. */
export function translate(machine: Machine, call: Call): Value {
  const [text = UNKNOWN, from = UNKNOWN, to] = call.arguments;
  const hidden = text.carried | BUILT | DECODED | MASKED;
  if (text.text === null) return unknownWith(text.carried);
  machine.budget.spendOn(text.text);
  if (to !== undefined && from.text !== null && to.text !== null) {
    return textValue(mapCharacters(text.text, from.text, to.text), hidden);
  }
  if (from.items === null || from.items.size > MAX_PAIRS) return unknownWith(text.carried);
  const table = new Map<string, string>();
  for (const [key, value] of from.items) if (value.text !== null && key !== '') table.set(key, value.text);
  const tries = text.text.length * [...table.keys()].reduce((sum, key) => sum + key.length, 0);
  if (tries > MAX_TRIES) return unknownWith(text.carried);
  const result = mapLongest(text.text, table);
  // Words for words is how a template is filled, not how a text is hidden.
  const isTemplate = [...table.keys()].every((key) => key.length > 2);
  const marks = isTemplate ? text.carried | BUILT : hidden;
  return result.length > MAX_TEXT ? unknownWith(text.carried) : textValue(result, marks);
}

function mapCharacters(text: string, from: string, to: string): string {
  const table = new Map<string, string>();
  for (let at = 0; at < Math.min(from.length, to.length); at++) table.set(from.charAt(at), to.charAt(at));
  const result: string[] = [];
  for (const character of text) result.push(table.get(character) ?? character);
  return result.join('');
}

/** At each place the longest key that fits. */
function mapLongest(text: string, table: ReadonlyMap<string, string>): string {
  if (table.size === 0) return text;
  const keys = [...table.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(keys.map((key) => key.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  return text.replace(pattern, (found) => table.get(found) ?? found);
}
