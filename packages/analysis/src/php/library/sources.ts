import type { Call, Machine } from '../machine.js';
import { CARRIED, REQUEST } from '../values/marks.js';
import { deepMarks, Items, itemsOf, marksOf, UNKNOWN, unknownWith, Value } from '../values/value.js';

/** Functions that hand out what the visitor sent. */
export function requests(machine: Machine): Value {
  return machine.request();
}

export function readsEnvironment(machine: Machine, call: Call): Value {
  const name = call.arguments[0]?.text ?? '';
  return /^(?:HTTP_(?!HOST$)|QUERY_STRING$)/.test(name) ? machine.request() : UNKNOWN;
}

/** `get_defined_vars()`: the request's variables come first. */
export function definedVariables(machine: Machine): Value {
  const items = new Items();
  for (const name of ['_GET', '_POST', '_COOKIE', '_FILES']) items.put(name, machine.request());
  for (const [name, value] of machine.scope.variables) items.put(name, value);
  return new Value(null, REQUEST, items);
}

export function functionArguments(machine: Machine): Value {
  const { arguments: values } = machine.scope;
  return new Value(null, marksOf(values), itemsOf(values));
}

export function functionArgument(machine: Machine, call: Call): Value {
  const index = Number(call.arguments[0]?.text ?? '0');
  return machine.scope.arguments[index] ?? UNKNOWN;
}

export function defines(machine: Machine, call: Call): Value {
  const [name = UNKNOWN, value = UNKNOWN] = call.arguments;
  if (name.text !== null) machine.constants.set(name.text, value);
  return UNKNOWN;
}

export function readsConstant(machine: Machine, call: Call): Value {
  return machine.constants.get(call.arguments[0]?.text ?? '') ?? UNKNOWN;
}

/** `preg_match(pattern, text, $found)` and its like: what is found comes from the text. */
export function matches(machine: Machine, call: Call): Value {
  const target = call.written[2];
  const subject = call.arguments[1] ?? UNKNOWN;
  if (target !== undefined)
    machine.interpreter.assign(machine, target.value, unknownWith(deepMarks(subject) & CARRIED));
  return UNKNOWN;
}

/** `openssl_public_decrypt(data, $plain, key)`. */
export function decryptsInto(machine: Machine, call: Call): Value {
  const target = call.written[1];
  const data = call.arguments[0] ?? UNKNOWN;
  if (target !== undefined) machine.interpreter.assign(machine, target.value, unknownWith(data.carried));
  return UNKNOWN;
}
