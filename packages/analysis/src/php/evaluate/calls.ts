import { HANDLERS } from '../library/registry.js';
import { unknownFunction } from '../library/unknown-function.js';
import type { Call, FunctionCall, Machine } from '../machine.js';
import type { Argument, CallExpression } from '../parse/syntax.js';
import { RUNS_CODE_OR_COMMAND, SENSITIVE } from '../sinks/names.js';
import { BUILT, DECODED, HIDDEN, MASKED, PARAMETER, REMOTE, REQUEST, UNDEFINED } from '../values/marks.js';
import { marksOf, unknownWith, type Value } from '../values/value.js';
import { callMethod, construct } from './methods.js';

type CallByValue = Omit<Call, 'name' | 'by'>;

export function evaluateCall(machine: Machine, expression: CallExpression): Value {
  switch (expression.kind) {
    case 'call': {
      const values = evaluateArguments(machine, expression.arguments);
      return callNamed(machine, {
        name: expression.name,
        arguments: values,
        written: expression.arguments,
        offset: expression.offset,
        by: 'name',
      });
    }
    case 'call-value': {
      const callee = machine.evaluate(expression.callee);
      const values = evaluateArguments(machine, expression.arguments);
      return callValue(machine, callee, {
        arguments: values,
        written: expression.arguments,
        offset: expression.offset,
      });
    }
    case 'call-method':
      return evaluateMethodCall(machine, expression);
    case 'new':
      return construct(machine, expression, evaluateArguments(machine, expression.arguments));
  }
}

function evaluateMethodCall(machine: Machine, expression: CallExpression & { kind: 'call-method' }): Value {
  const object = expression.base === null ? null : machine.evaluate(expression.base);
  const name = machine.evaluate(expression.name);
  const values = evaluateArguments(machine, expression.arguments);
  const { className, offset } = expression;
  if (name.has(REQUEST)) machine.signal('request-method', offset);
  if (name.text === null) return unknownWith(marksOf(values));
  const call = {
    name: name.text.toLowerCase(),
    arguments: values,
    written: expression.arguments,
    offset,
    className,
  };
  return callMethod(machine, object, { ...call, by: 'name' });
}

function evaluateArguments(machine: Machine, list: readonly Argument[]): readonly Value[] {
  const values: Value[] = [];
  for (const argument of list) {
    const value = machine.evaluate(argument.value);
    if (!argument.spread) values.push(value);
    else if (value.items !== null) values.push(...value.items.values());
    else values.push(unknownWith(value.carried), unknownWith(value.carried));
  }
  return values;
}

const HANDS_OUT_REQUEST: ReadonlySet<string> = new Set(['getallheaders', 'apache_request_headers']);

/** A call of a function whose name is known. */
export function callNamed(machine: Machine, call: Call): Value {
  // Scripts bring these along for servers that lack them; that must not hide what they hand out.
  const own = HANDS_OUT_REQUEST.has(call.name) ? undefined : machine.functions.get(call.name);
  if (own !== undefined) return machine.interpreter.callFunction(machine, own, call);
  const handler = HANDLERS.get(call.name);
  return handler === undefined ? unknownFunction(machine, call) : handler(machine, call);
}

/** A call of whatever a value is: a name, a closure, a pair of object and method. */
export function callValue(machine: Machine, callee: Value, call: CallByValue): Value {
  const { reference } = callee;
  if (reference?.kind === 'closure') {
    const inner: FunctionCall = {
      ...call,
      closureScope: reference.scope,
      className: reference.scope.className,
    };
    return machine.interpreter.callFunction(machine, reference.declaration, inner);
  }
  if (reference?.kind === 'callable') return callValue(machine, reference.target, call);
  if (reference?.kind === 'object') {
    return callMethod(machine, callee, { ...call, name: '__invoke', by: 'value', className: '' });
  }
  if (callee.items !== null) return callPair(machine, callee, call);
  if (callee.text !== null) return callText(machine, callee, call);
  return callUnknown(machine, callee, call);
}

/** `[object, 'method']`. */
function callPair(machine: Machine, callee: Value, call: CallByValue): Value {
  const object = callee.items?.get('0') ?? null;
  const name = callee.items?.get('1')?.text;
  if (name == null) return callUnknown(machine, callee, call);
  const className = object?.text?.toLowerCase() ?? '';
  return callMethod(machine, object, { ...call, name: name.toLowerCase(), by: 'value', className });
}

function callText(machine: Machine, callee: Value, call: CallByValue): Value {
  const name = (callee.text ?? '').toLowerCase().replace(/^\\/, '').trim();
  const split = name.indexOf('::');
  if (split > 0) {
    const className = name.slice(0, split);
    return callMethod(machine, null, { ...call, name: name.slice(split + 2), by: 'value', className });
  }
  const hidden = callee.has(HIDDEN);
  if (hidden) reportHiddenName(machine, name, callee, call);
  return callNamed(machine, { ...call, name, by: hidden ? 'hidden-value' : 'value' });
}

function reportHiddenName(machine: Machine, name: string, callee: Value, call: CallByValue): void {
  if (RUNS_CODE_OR_COMMAND.has(name)) machine.signal('hidden-sink', call.offset, name);
  else if (SENSITIVE.has(name)) machine.signal('hidden-name', call.offset, name);
  else if (callee.has(DECODED) && callee.has(BUILT) && !isKnownFunction(machine, name) && hasRequest(call)) {
    machine.signal('hidden-call-with-request', call.offset, name);
  } else if (callee.has(MASKED) && !machine.functions.has(name)) {
    machine.signal('masked-name', call.offset, name);
  }
}

function isKnownFunction(machine: Machine, name: string): boolean {
  return machine.functions.has(name) || HANDLERS.has(name);
}

function hasRequest(call: CallByValue): boolean {
  return call.arguments.some((value) => value.has(REQUEST));
}

function callUnknown(machine: Machine, callee: Value, call: CallByValue): Value {
  const { offset } = call;
  const request = hasRequest(call);
  if (callee.has(REQUEST)) machine.signal(request ? 'request-call-with-request' : 'request-call', offset);
  else if (callee.has(DECODED | BUILT | MASKED | REMOTE)) {
    if (request) machine.signal('decoded-call-with-request', offset);
    else machine.signal(callee.has(DECODED) ? 'decoded-call' : 'built-call', offset);
  } else if (request && !callee.has(PARAMETER)) {
    if (machine.callDepth > 0) machine.signal('unknown-call-in-function', offset);
    else
      machine.signal(
        callee.has(UNDEFINED) ? 'undefined-call-with-request' : 'unknown-call-with-request',
        offset,
      );
  }
  return unknownWith(marksOf(call.arguments));
}
