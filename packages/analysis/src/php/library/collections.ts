import { MAX_TEXT } from '../evaluate/concatenation.js';
import type { Call, Machine } from '../machine.js';
import { BUILT, NUMERIC } from '../values/marks.js';
import {
  deepMarks,
  Items,
  isNumericText,
  itemsOf,
  marksOf,
  numberValue,
  textValue,
  toNumber,
  UNKNOWN,
  unknownWith,
  Value,
} from '../values/value.js';

const MAX_ITEMS = 20_000;

type Handler = (machine: Machine, call: Call) => Value;

function array(values: Iterable<Value>, marks: number): Value {
  return new Value(null, marks, itemsOf(values));
}

/** `implode(glue, pieces)`, in either order. */
export const implode: Handler = (machine, call) => {
  const [first = UNKNOWN, second] = call.arguments;
  const pieces = second?.items != null ? second : first.items !== null ? first : null;
  if (pieces?.items == null) return unknownWith(marksOf(call.arguments));
  const glue = pieces === first ? (second?.text ?? '') : (first.text ?? '');
  const marks = deepMarks(pieces);
  const texts: string[] = [];
  let length = 0;
  for (const piece of pieces.items.values()) {
    if (piece.text === null) return unknownWith(marks);
    texts.push(piece.text);
    length += piece.text.length + glue.length;
  }
  machine.budget.spend(1 + (length >> 6));
  return length > MAX_TEXT ? unknownWith(marks) : textValue(texts.join(glue), marks | BUILT);
};

export const explode: Handler = (machine, call) => {
  const [glue = UNKNOWN, text = UNKNOWN] = call.arguments;
  if (glue.text === null || glue.text === '' || text.text === null) return unknownWith(text.carried);
  machine.budget.spendOn(text.text);
  const pieces = text.text.split(glue.text).slice(0, MAX_ITEMS);
  return array(
    pieces.map((piece) => textValue(piece, text.carried | BUILT)),
    text.carried,
  );
};

export const splitText: Handler = (machine, call) => {
  const [text = UNKNOWN, size] = call.arguments;
  if (text.text === null) return unknownWith(text.carried);
  machine.budget.spendOn(text.text);
  const width = Math.max(1, toNumber(size?.text ?? '1'));
  const pieces: Value[] = [];
  for (let at = 0; at < text.text.length && pieces.length < MAX_ITEMS; at += width) {
    pieces.push(textValue(text.text.slice(at, at + width), text.carried | BUILT));
  }
  return array(pieces, text.carried);
};

export const range: Handler = (machine, call) => {
  const [from = UNKNOWN, to = UNKNOWN] = call.arguments;
  if (from.text === null || to.text === null) return UNKNOWN;
  const numeric = isNumericText(from.text) && isNumericText(to.text);
  const a = numeric ? toNumber(from.text) : from.text.charCodeAt(0) || 0;
  const b = numeric ? toNumber(to.text) : to.text.charCodeAt(0) || 0;
  const count = Math.min(5_000, Math.floor(Math.abs(b - a)) + 1);
  machine.budget.spend(count >> 3);
  const values = Array.from({ length: count }, (_, i) => {
    const value = a <= b ? a + i : a - i;
    return numeric ? numberValue(value, NUMERIC) : textValue(String.fromCharCode(value), BUILT);
  });
  return array(values, numeric ? 0 : BUILT);
};

/** The first, last or next item. */
const pick =
  (which: 'first' | 'second' | 'last'): Handler =>
  (_machine, call) => {
    const [list = UNKNOWN] = call.arguments;
    if (list.items === null || list.items.size === 0) return unknownWith(list.carried);
    const values = [...list.items.values()];
    const found = which === 'last' ? values.at(-1) : values[which === 'first' ? 0 : 1];
    return found ?? UNKNOWN;
  };

const reorder =
  (change: (entries: [string, Value][], call: Call) => Iterable<Value>): Handler =>
  (machine, call) => {
    const [list = UNKNOWN] = call.arguments;
    if (list.items === null) return unknownWith(list.carried);
    machine.budget.spend(list.items.size >> 3);
    return array(change([...list.items], call), list.carried);
  };

export const flip: Handler = (_machine, call) => {
  const [list = UNKNOWN] = call.arguments;
  if (list.items === null) return unknownWith(list.carried);
  const items = new Items();
  for (const [key, value] of list.items) items.put(value.text ?? key, textValue(key));
  return new Value(null, list.carried, items);
};

export const merge: Handler = (machine, call) => {
  const size = call.arguments.reduce((sum, { items }) => sum + (items?.size ?? 0), 0);
  // a list that is merged with itself, in a loop whose end is unknown, doubles each time
  if (size > MAX_ITEMS) return unknownWith(marksOf(call.arguments));
  machine.budget.spend(size >> 3);
  const items = new Items();
  for (const value of call.arguments) {
    for (const [key, item] of value.items ?? []) {
      if (/^\d+$/.test(key)) items.append(item);
      else items.put(key, item);
    }
  }
  return new Value(null, marksOf(call.arguments), items.size > 0 ? items : null);
};

export const difference: Handler = (_machine, call) => {
  const [list = UNKNOWN, without = UNKNOWN] = call.arguments;
  if (list.items === null || without.items === null) return unknownWith(list.carried);
  const gone = new Set([...without.items.values()].map((value) => value.text));
  const items = new Items();
  for (const [key, value] of list.items) if (!gone.has(value.text)) items.put(key, value);
  return new Value(null, list.carried, items);
};

export const count: Handler = (_machine, call) => {
  const size = call.arguments[0]?.items?.size;
  return size === undefined ? UNKNOWN : numberValue(size, NUMERIC);
};

/** `compact` is no way to hide anything; `array_push` and `array_fill_keys` are seldom worth more than their marks. */
const push: Handler = (machine, call) => {
  const [list = UNKNOWN, ...added] = call.arguments;
  const items = list.items ?? new Items();
  for (const value of added) if (items.size < MAX_ITEMS) items.append(value);
  const target = call.written[0];
  if (target !== undefined)
    machine.interpreter.assign(
      machine,
      target.value,
      new Value(null, deepMarks(list) | marksOf(added), items),
    );
  return UNKNOWN;
};

export const COLLECTION_HANDLERS: Readonly<Record<string, Handler>> = {
  implode,
  join: implode,
  explode,
  str_split: splitText,
  mb_str_split: splitText,
  range,
  current: pick('first'),
  reset: pick('first'),
  pos: pick('first'),
  array_shift: pick('first'),
  next: pick('second'),
  end: pick('last'),
  array_pop: pick('last'),
  array_values: reorder((entries) => entries.map(([, value]) => value)),
  array_unique: reorder((entries) => new Map(entries.map(([, value]) => [value.text, value])).values()),
  array_reverse: reorder((entries) => entries.reverse().map(([, value]) => value)),
  array_keys: reorder((entries) => entries.map(([key]) => textValue(key))),
  array_slice: reorder((entries, call) => {
    const start = toNumber(call.arguments[1]?.text ?? '0');
    const length = call.arguments[2]?.text;
    return entries
      .slice(start, length == null ? undefined : start + toNumber(length))
      .map(([, value]) => value);
  }),
  array_flip: flip,
  array_merge: merge,
  array_diff: difference,
  array_push: push,
  count,
  sizeof: count,
};
