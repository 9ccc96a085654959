import type { Machine } from '../machine.js';
import type { Expression } from '../parse/syntax.js';
import { EMPTY_TEXT, TRUE, truthOf, UNKNOWN, type Value } from '../values/value.js';

/** `isset(...)` and `empty(...)`, where they are known. */
export function evaluateTest(machine: Machine, { test, operands }: Expression & { kind: 'test' }): Value {
  const answers = operands.map((operand) =>
    test === 'isset' ? isSet(machine, operand) : isEmpty(machine, operand),
  );
  if (answers.includes(false)) return EMPTY_TEXT;
  return answers.includes(undefined) ? UNKNOWN : TRUE;
}

function isSet(machine: Machine, operand: Expression): boolean | undefined {
  if (operand.kind === 'index' && operand.key !== null) {
    const base = machine.evaluate(operand.base);
    const key = machine.evaluate(operand.key);
    if (key.text === null) return undefined;
    if (base.items !== null) return base.items.has(key.text) || (base.carried === 0 ? false : undefined);
    return base.text === null ? undefined : Number(key.text) < base.text.length;
  }
  const value = machine.evaluate(operand);
  return value.text !== null || value.items !== null ? true : undefined;
}

function isEmpty(machine: Machine, operand: Expression): boolean | undefined {
  const truth = truthOf(machine.evaluate(operand));
  return truth === undefined ? undefined : !truth;
}
