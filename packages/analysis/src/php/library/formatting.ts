import { concatenate, MAX_TEXT } from '../evaluate/concatenation.js';
import type { Call, Machine } from '../machine.js';
import { marksOf, textValue, UNKNOWN, unknownWith, type Value } from '../values/value.js';
import { integer } from './fold.js';

const CONVERSION = /%(?:(\d{1,2})\$)?-?0?\d{0,4}(?:\.\d{1,3})?([bcdeEfFgGosuxX%])/g;
/** More is no text that anyone formats. */
const MAX_CONVERSIONS = 200;

/** `sprintf(format, ...)`: the format's own text stays known around what is not. */
export function formats(machine: Machine, call: Call): Value {
  const [format = UNKNOWN, ...values] = call.arguments;
  const marks = marksOf(call.arguments);
  if (format.text === null || values.some(({ text }) => (text?.length ?? 0) > MAX_TEXT / 8))
    return unknownWith(marks);
  machine.budget.spendOn(format.text);
  const pieces = piecesOf(format.text, values);
  if (pieces === null) return unknownWith(marks);
  const whole = concatenate(machine, pieces);
  // Not put together from pieces, as far as its writer is concerned.
  return whole.text === null ? whole : textValue(whole.text, marks);
}

/** The texts between the conversions, and what stands for each of these. */
function piecesOf(format: string, values: readonly Value[]): readonly Value[] | null {
  const pieces: Value[] = [];
  let next = 0;
  let from = 0;
  for (const { 0: whole, 1: which, 2: type = 's', index } of format.matchAll(CONVERSION)) {
    if (pieces.length > 2 * MAX_CONVERSIONS) return null;
    pieces.push(textValue(format.slice(from, index)));
    from = index + whole.length;
    if (type === '%') pieces.push(textValue('%'));
    else pieces.push(converted(values[which === undefined ? next++ : Number(which) - 1], type));
  }
  pieces.push(textValue(format.slice(from)));
  return pieces;
}

/** Only a text stays what it was; any other conversion makes a number of it. */
function converted(value: Value | undefined, type: string): Value {
  if (value === undefined) return textValue('');
  if (type === 's') return value;
  if (value.text === null) return type === 'c' ? unknownWith(value.carried) : UNKNOWN;
  const number = integer(value.text, 0);
  if (type === 'c') return textValue(String.fromCharCode(number & 255), value.carried);
  const base = { x: 16, X: 16, o: 8, b: 2 }[type] ?? 10;
  return textValue(number.toString(base), value.carried);
}
