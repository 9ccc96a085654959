import { HANDLERS } from '../library/registry.js';
import type { Call, FunctionCall, Machine, MethodDeclaration } from '../machine.js';
import type { CallExpression } from '../parse/syntax.js';
import { DECODED, HIDDEN, REMOTE, REQUEST, UNDEFINED, UPLOAD } from '../values/marks.js';
import { itemsOf, marksOf, textValue, UNKNOWN, unknownWith, Value } from '../values/value.js';
import { declareClass } from './declarations.js';

/** A method's name alone is no proof: with more namesakes than this it is left alone. */
const MAX_NAMESAKES = 2;
const CLEANING = /^(?:int|count|length|has|is[a-z]|exists|escape|quote|sanitize|validate)/;

type MethodCall = Call & { readonly className: string };

/** A call of a method: of the class that is known, of the only class that has one, or of PHP's own. */
export function callMethod(machine: Machine, object: Value | null, call: MethodCall): Value {
  const builtIn = callBuiltInMethod(machine, object, call);
  if (builtIn !== null) return builtIn;
  const className = classOf(machine, object, call.className);
  const method = findMethod(machine, className, call.name) ?? findNamesake(machine, object, call);
  if (method !== null) {
    return machine.interpreter.callFunction(machine, method.declaration, {
      ...call,
      className: method.className,
    });
  }
  const magic = findMethod(machine, className, object === null ? '__callstatic' : '__call');
  if (magic !== null) {
    const list = new Value(null, marksOf(call.arguments), itemsOf(call.arguments));
    return machine.interpreter.callFunction(machine, magic.declaration, {
      arguments: [textValue(call.name), list],
      className: magic.className,
    });
  }
  if (isElsewhere(machine, object, className)) machine.takesFromElsewhere = true;
  return resultOfUnknown(object, call);
}

/** A class that is declared in another file, or an object that another file made. */
function isElsewhere(machine: Machine, object: Value | null, className: string): boolean {
  if (object !== null) return object.has(UNDEFINED);
  return className !== '' && !machine.classes.has(className);
}

function resultOfUnknown(object: Value | null, call: Call): Value {
  if (CLEANING.test(call.name)) return UNKNOWN;
  const marks = marksOf(call.arguments) | (object?.carried ?? 0);
  return unknownWith(marks & (REQUEST | DECODED | REMOTE | UPLOAD));
}

function classOf(machine: Machine, object: Value | null, written: string): string {
  if (written === 'self' || written === 'static') return machine.scope.className;
  if (written === 'parent') return machine.classes.get(machine.scope.className)?.parent ?? '';
  if (written !== '') return written;
  return object?.reference?.kind === 'object' ? object.reference.className : '';
}

/** A method of a class: its own, its traits', its parent's. */
function findMethod(machine: Machine, className: string, name: string): MethodDeclaration | null {
  let at = className;
  for (let depth = 0; at !== '' && depth < 8; depth++) {
    const declaration = machine.classes.get(at);
    for (const owner of [at, ...(declaration?.traits ?? [])]) {
      const method = machine.classes.get(owner)?.methods.find((candidate) => candidate.name === name);
      if (method !== undefined) return { className, declaration: method };
    }
    at = declaration?.parent ?? '';
  }
  return null;
}

function findNamesake(machine: Machine, object: Value | null, call: MethodCall): MethodDeclaration | null {
  if (object === null && call.className === '') return null;
  const same = machine.methods.get(call.name);
  return same !== undefined && same.length <= MAX_NAMESAKES ? (same[0] ?? null) : null;
}

/** Methods of PHP's own classes that call what they are given. */
function callBuiltInMethod(machine: Machine, object: Value | null, call: MethodCall): Value | null {
  const [first] = call.arguments;
  const target = object?.reference?.kind === 'callable' ? object.reference.target : null;
  switch (call.name) {
    case 'invoke':
    case '__invoke':
      return target === null ? null : machine.interpreter.callValue(machine, target, call);
    case 'invokeargs':
      if (target === null) return null;
      return machine.interpreter.callValue(machine, target, {
        ...call,
        arguments: listOf(call).arguments,
        written: [],
      });
    case 'getdoccomment':
      return object?.reference?.kind === 'class' ? docComment(machine, object.reference.className) : null;
    case 'newinstance':
    case 'newinstanceargs':
      if (object?.reference?.kind !== 'class') return null;
      return makeObject(machine, object.reference.className, listOf(call));
    case 'fromcallable':
      return first === undefined ? null : new Value(null, 0, null, { kind: 'callable', target: first });
    case 'registerphpfunctions':
      machine.signal('stylesheet-functions', call.offset);
      return UNKNOWN;
    case 'uasort':
    case 'uksort':
    case 'usort':
    case 'createfunction':
    case 'sqlitecreatefunction':
      return callBackBuiltIn(machine, object, call);
    case 'exec':
    case 'run':
    case 'shellexecute':
      if (object?.reference?.kind !== 'object' || object.reference.className !== 'com') return null;
      return HANDLERS.get('system')?.(machine, call) ?? UNKNOWN;
    default:
      return null;
  }
}

/** The comment before a class: a place to keep words that no string has. */
function docComment(machine: Machine, className: string): Value {
  const declaration = machine.classes.get(className);
  const before = declaration?.source.slice(0, declaration.offset).trimEnd() ?? '';
  if (!before.endsWith('*/')) return UNKNOWN;
  return textValue(before.slice(Math.max(0, before.lastIndexOf('/**'))), HIDDEN);
}

/** Methods that call what their last argument names, with what the object holds. */
function callBackBuiltIn(machine: Machine, object: Value | null, call: MethodCall): Value | null {
  if (machine.methods.has(call.name)) return null;
  const callback = call.arguments[call.name.endsWith('function') ? 1 : 0] ?? UNKNOWN;
  const data = unknownWith(object?.carried ?? 0);
  return (
    HANDLERS.get('call_user_func')?.(machine, {
      ...call,
      name: 'call_user_func',
      arguments: [callback, data],
      written: [],
    }) ?? null
  );
}

/** `new`: runs the constructor; some of PHP's own classes are tools. */
export function construct(
  machine: Machine,
  expression: CallExpression & { kind: 'new' },
  values: readonly Value[],
): Value {
  const className = machine.evaluate(expression.className);
  const { offset } = expression;
  if (expression.body !== null) declareClass(machine, expression.body);
  if (className.has(REQUEST)) machine.signal('request-class', offset);
  const name = className.text?.toLowerCase() ?? '';
  const builtIn = constructBuiltIn(machine, name, values, offset);
  if (builtIn !== null) return builtIn;
  return makeObject(machine, name, { arguments: values, written: expression.arguments });
}

/** Arguments that are given as one list. */
function listOf(call: Call): FunctionCall {
  if (!call.name.endsWith('args')) return call;
  return { arguments: call.arguments.flatMap((value) => [...(value.items?.values() ?? [value])]) };
}

function makeObject(machine: Machine, className: string, call: FunctionCall): Value {
  for (const method of ['__construct', className]) {
    const found = findMethod(machine, className, method);
    if (found === null) continue;
    machine.interpreter.callFunction(machine, found.declaration, { ...call, className: found.className });
    break;
  }
  // PHP's own containers hold what they are given
  const kept = machine.classes.has(className) ? REMOTE : REMOTE | REQUEST | DECODED;
  return new Value(null, marksOf(call.arguments) & kept, null, { kind: 'object', className });
}

function constructBuiltIn(
  machine: Machine,
  name: string,
  values: readonly Value[],
  offset: number,
): Value | null {
  const [first] = values;
  switch (name) {
    case 'reflectionfunction':
      return new Value(null, 0, null, { kind: 'callable', target: first ?? UNKNOWN });
    case 'reflectionclass':
    case 'reflectionobject': {
      const className =
        first?.reference?.kind === 'object' ? first.reference.className : first?.text?.toLowerCase();
      return className === undefined ? UNKNOWN : new Value(null, 0, null, { kind: 'class', className });
    }
    case 'reflectionmethod':
      return new Value(null, 0, null, { kind: 'callable', target: new Value(null, 0, itemsOf(values)) });
    case 'com':
      if (!/wscript|shell\.(?:application|users)|adodb/i.test(first?.text ?? '')) return null;
      machine.signal('shell-object', offset, first?.text ?? '');
      return new Value(null, 0, null, { kind: 'object', className: 'com' });
    case 'callbackfilteriterator':
      HANDLERS.get('call_user_func')?.(machine, {
        name: 'call_user_func',
        arguments: [values[1] ?? UNKNOWN, unknownWith(first === undefined ? 0 : first.carried)],
        written: [],
        offset,
        by: 'name',
      });
      return UNKNOWN;
    case 'ffi':
      machine.signal('foreign-functions', offset);
      return UNKNOWN;
    default:
      return null;
  }
}
