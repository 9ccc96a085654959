import type { Call, Machine } from '../machine.js';
import { BUILT, DECODED, HIDDEN, PARAMETER, REMOTE, REQUEST, UNDEFINED } from '../values/marks.js';
import { deepMarks, Items, marksOf, textValue, UNKNOWN, unknownWith, Value } from '../values/value.js';
import { CALLBACK_POSITION, RUNS_CODE_OR_COMMAND } from './names.js';

const CALLS_AT_ONCE = /^(?:call_user_func|forward_static_call)/;
const SORTS_OR_FILTERS = /^(?:ob_start|set_error_handler|u[ak]?sort|array_)/;
/** Nobody hands code or commands to these. */
const UNTHINKABLE =
  /^(?:ob_start|set_error_handler|session_set_save_handler|header_register_callback|spl_autoload_register|filter_var|yaml_parse|uk?sort|uasort)/;
const WALKS = /^array_(?:walk|map|filter|reduce)/;
const MAX_ITEMS = 20_000;
/** Items of a walked array that are tried with a function of the file. */
const MAX_TRIED = 4;

/** Functions that call what one of their arguments names. */
export function callsBack(machine: Machine, call: Call): Value {
  const position = CALLBACK_POSITION.get(call.name) ?? 0;
  const index = position < 0 ? call.arguments.length + position : position;
  const callback = call.arguments[index] ?? UNKNOWN;
  const passed = passedArguments(call, index);
  if (call.name === 'array_filter' && call.arguments.length === 1 && !callback.has(REQUEST))
    return unknownWith(marksOf(passed)); // drops what is empty
  if (call.name === 'array_map') {
    const mapped = mapKnown(machine, callback, call);
    if (mapped !== null) return mapped;
  }
  if (callback.reference !== null || callback.items !== null) {
    return callWith(machine, callback, passed.length > 0 ? passed : [UNKNOWN], call);
  }
  if (callback.text !== null) return callNamedBack(machine, callback, passed, call);
  reportUnknown(machine, callback, passed, call);
  return unknownWith(marksOf(passed));
}

/** What the callback will get, as far as that is known. */
function passedArguments(call: Call, callbackAt: number): readonly Value[] {
  const rest = call.arguments.filter((_, at) => at !== callbackAt);
  if (/_array$/.test(call.name)) return [...(call.arguments[1]?.items?.values() ?? rest)];
  if (CALLS_AT_ONCE.test(call.name)) return rest;
  if (call.name.endsWith('replace_callback'))
    return rest.slice(1, 2).map((value) => unknownWith(deepMarks(value)));
  return rest.map(onlyItem);
}

/** An array stands for its items: its only one, or one with the marks of all. */
function onlyItem(value: Value): Value {
  if (value.items === null) return value;
  const [first] = value.items.values();
  const text = value.items.size === 1 ? (first?.text ?? null) : null;
  return new Value(text, deepMarks(value));
}

function callWith(machine: Machine, callback: Value, values: readonly Value[], call: Call): Value {
  return machine.interpreter.callValue(machine, callback, {
    arguments: values,
    written: [],
    offset: call.offset,
  });
}

/** `array_map('chr', [...])` over known items: how names are spelt in numbers. */
function mapKnown(machine: Machine, callback: Value, call: Call): Value | null {
  const list = call.arguments[1];
  const isOwn = callback.text !== null && machine.functions.has(callback.text.toLowerCase());
  const isClosure = callback.reference?.kind === 'closure';
  if (list?.items == null || list.items.size > MAX_ITEMS || !(isOwn || isClosure || callback.text !== null))
    return null;
  if (RUNS_CODE_OR_COMMAND.has(callback.text?.toLowerCase() ?? '')) return null;
  const items = new Items();
  for (const [key, value] of list.items) {
    const made = callWith(machine, callback, [value], call);
    items.put(key, new Value(made.text, made.carried | BUILT, made.items, made.reference));
  }
  return new Value(null, marksOf(items.values()), items);
}

function callNamedBack(machine: Machine, callback: Value, passed: readonly Value[], call: Call): Value {
  const name = (callback.text ?? '').toLowerCase();
  if (RUNS_CODE_OR_COMMAND.has(name) || name === 'preg_replace')
    return runSink(machine, callback, passed, call);
  const isOwn = machine.functions.has(name);
  if (isOwn && WALKS.test(call.name)) return walkKnown(machine, callback, call);
  if (isOwn || CALLS_AT_ONCE.test(call.name) || callback.has(HIDDEN))
    return callWith(machine, callback, passed, call);
  return unknownWith(marksOf(passed));
}

/** A callback that runs code or commands. */
function runSink(machine: Machine, callback: Value, passed: readonly Value[], call: Call): Value {
  const name = (callback.text ?? '').toLowerCase();
  const detail = `${call.name}(${name})`;
  if (callback.has(HIDDEN)) machine.signal('hidden-sink', call.offset, detail);
  const request = passed.some((value) => value.has(REQUEST));
  const plain = UNTHINKABLE.test(call.name) ? 'callback-runs-anything' : 'callback-runs';
  machine.signal(request ? 'callback-runs-request' : plain, call.offset, detail);
  const telling = passed.find((value) => value.has(REQUEST | DECODED)) ?? passed[0] ?? UNKNOWN;
  const values = CALLS_AT_ONCE.test(call.name) ? passed : [telling];
  return machine.interpreter.callNamed(machine, {
    ...call,
    name,
    arguments: values,
    written: [],
    by: 'callback',
  });
}

function walkKnown(machine: Machine, callback: Value, call: Call): Value {
  const list = call.arguments.find((value) => value.items !== null);
  let tried = 0;
  for (const [key, value] of list?.items ?? []) {
    if (tried++ === MAX_TRIED) break;
    callWith(
      machine,
      callback,
      call.name === 'array_reduce' ? [UNKNOWN, value] : [value, textValue(key)],
      call,
    );
  }
  return unknownWith(marksOf(call.arguments));
}

function reportUnknown(machine: Machine, callback: Value, passed: readonly Value[], call: Call): void {
  const request = passed.some((value) => value.has(REQUEST));
  const { offset, name } = call;
  if (callback.has(REQUEST)) {
    if (request) machine.signal('request-callback-with-request', offset, name);
    else machine.signal(SORTS_OR_FILTERS.test(name) ? 'request-comparer' : 'request-callback', offset, name);
  } else if (callback.has(DECODED | BUILT | REMOTE)) {
    machine.signal(request ? 'hidden-callback-with-request' : 'hidden-callback', offset, name);
  } else if (request && !callback.has(PARAMETER) && machine.callDepth === 0) {
    const id = callback.has(UNDEFINED) ? 'undefined-callback-with-request' : 'unknown-callback-with-request';
    machine.signal(id, offset, name);
  }
}

/** `filter_var(x, FILTER_CALLBACK, ['options' => f])`. */
export function filters(machine: Machine, call: Call): Value {
  const [data = UNKNOWN, , options] = call.arguments;
  const callback = options?.items?.get('options');
  if (callback === undefined) return call.name === 'filter_var' ? unknownWith(deepMarks(data)) : UNKNOWN;
  return callsBack(machine, { ...call, arguments: [callback, data] });
}

/** `yaml_parse(text, 0, $count, [tag => f])`: the functions get what the text holds. */
export function parsesYaml(machine: Machine, call: Call): Value {
  const [text = UNKNOWN, , , handlers] = call.arguments;
  for (const callback of handlers?.items?.values() ?? [])
    callsBack(machine, { ...call, arguments: [callback, text] });
  return unknownWith(text.carried);
}

/** `preg_replace_callback_array([pattern => f], text)`. */
export function replacesByCallbacks(machine: Machine, call: Call): Value {
  const [callbacks = UNKNOWN, text = UNKNOWN] = call.arguments;
  for (const callback of callbacks.items?.values() ?? [])
    callsBack(machine, { ...call, arguments: [callback, text] });
  return unknownWith(text.carried);
}
