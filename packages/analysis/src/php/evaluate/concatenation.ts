import type { Machine } from '../machine.js';
import { BUILT, CARRIED, REMOTE, REQUEST, UPLOAD_NAME } from '../values/marks.js';
import { Value } from '../values/value.js';

/** No text that is worth folding is longer. */
export const MAX_TEXT = 4_000_000;

/** Texts one behind the other. What is unknown in the middle leaves its known beginning and end. */
export function concatenate(machine: Machine, operands: readonly Value[]): Value {
  let marks = 0;
  let length = 0;
  let pieces = 0;
  const texts: string[] = [];
  for (const operand of operands) {
    marks |= operand.marks & CARRIED;
    const text = asText(operand);
    if (text !== null) {
      texts.push(text);
      length += text.length;
      if (text.length > 0) pieces++;
    }
  }
  machine.budget.spend(1 + (length >> 9));
  if (length > MAX_TEXT) return new Value(null, marks);
  if (texts.length === operands.length) return new Value(texts.join(''), pieces > 1 ? marks | BUILT : marks);
  const value = new Value(null, marks);
  value.prefix = knownPrefix(operands);
  value.suffix = knownSuffix(operands);
  value.leads = leadsWithMarks(operands, marks);
  return value;
}

function asText(value: Value): string | null {
  return value.text ?? (value.items !== null ? 'Array' : null);
}

function knownPrefix(operands: readonly Value[]): string {
  let prefix = '';
  for (const operand of operands) {
    const text = asText(operand);
    if (text === null) return prefix + operand.prefix;
    prefix += text;
  }
  return prefix;
}

/** Whether the first piece that is not empty carries all the marks that matter. */
function leadsWithMarks(operands: readonly Value[], marks: number): boolean {
  const first = operands.find((operand) => operand.text !== '');
  const telling = marks & (REQUEST | REMOTE | UPLOAD_NAME);
  return first === undefined || (first.leads && first.text === null && (first.marks & telling) === telling);
}

function knownSuffix(operands: readonly Value[]): string {
  let suffix = '';
  for (let at = operands.length - 1; at >= 0; at--) {
    const operand = operands[at];
    if (operand === undefined) break;
    const text = asText(operand);
    if (text === null) return operand.suffix + suffix;
    suffix = text + suffix;
  }
  return suffix;
}
