import type { Machine } from '../machine.js';
import type { Expression } from '../parse/syntax.js';
import { includeFile } from '../sinks/includes.js';
import { NUMERIC, OWN_FILE, UNDEFINED } from '../values/marks.js';
import {
  EMPTY_TEXT,
  either,
  Items as ItemMap,
  type Items,
  TRUE,
  textValue,
  truthOf,
  UNKNOWN,
  Value,
} from '../values/value.js';
import { evaluateCall } from './calls.js';
import { concatenate } from './concatenation.js';
import { binary, cast, stepped, unary } from './operators.js';
import { readIndex, readProperty, readVariable, readVariableVariable } from './reads.js';
import { evaluateTest } from './tests.js';

/** The value of an expression, as far as it is known, with the effects it has on the machine. */
export function evaluateExpression(machine: Machine, expression: Expression): Value {
  machine.budget.spend();
  switch (expression.kind) {
    case 'text':
      return textValue(expression.value, expression.numeric ? NUMERIC : 0);
    case 'variable':
      return readVariable(machine, expression.name);
    case 'variable-variable':
      return readVariableVariable(machine, expression);
    case 'constant':
      return readConstant(machine, expression.name);
    case 'class-constant':
      return machine.constants.get(expression.name) ?? UNKNOWN;
    case 'index':
      return readIndex(machine, expression);
    case 'property':
      return readProperty(machine, expression);
    case 'template':
      return concatenate(
        machine,
        expression.parts.map((part) => machine.evaluate(part)),
      );
    case 'concatenate':
      return concatenate(
        machine,
        expression.operands.map((operand) => machine.evaluate(operand)),
      );
    case 'array':
      return readArray(machine, expression);
    case 'assign':
      return assign(machine, expression);
    case 'call':
    case 'call-value':
    case 'call-method':
    case 'new':
      return evaluateCall(machine, expression);
    default:
      return evaluateRest(machine, expression);
  }
}

type Rest = Exclude<
  Expression,
  {
    kind:
      | 'text'
      | 'variable'
      | 'variable-variable'
      | 'constant'
      | 'class-constant'
      | 'index'
      | 'property'
      | 'template'
      | 'concatenate'
      | 'array'
      | 'assign'
      | 'call'
      | 'call-value'
      | 'call-method'
      | 'new';
  }
>;

function evaluateRest(machine: Machine, expression: Rest): Value {
  switch (expression.kind) {
    case 'binary':
      return evaluateBinary(machine, expression);
    case 'unary':
      return unary(expression.operator, machine.evaluate(expression.operand));
    case 'step':
      return step(machine, expression);
    case 'cast':
      return cast(expression.type, machine.evaluate(expression.operand));
    case 'choice':
      return choose(machine, expression);
    case 'any-of':
      return anyOf(machine, expression);
    case 'closure':
      return closure(machine, expression);
    case 'include':
      return includeFile(machine, machine.evaluate(expression.operand), expression.offset);
    case 'command':
      return runBackticks(machine, expression);
    case 'test':
      return evaluateTest(machine, expression);
    case 'write':
      for (const operand of expression.operands) machine.evaluate(operand);
      return TRUE;
    case 'unknown':
      for (const part of expression.parts) machine.evaluate(part);
      return UNKNOWN;
  }
}

function anyOf(machine: Machine, expression: Expression & { kind: 'any-of' }): Value {
  const values = expression.options.map((option) => machine.evaluate(option));
  const [first = UNKNOWN] = values;
  if (expression.operator === '?:' && truthOf(first) !== undefined) {
    return truthOf(first) === true ? first : (values[1] ?? UNKNOWN);
  }
  return values.reduce((a, b) => (a === UNKNOWN ? b : either(a, b)), UNKNOWN);
}

function readConstant(machine: Machine, name: string): Value {
  const defined = machine.constants.get(name);
  if (defined !== undefined) return defined;
  const folded = name.toLowerCase();
  if (folded === 'true') return TRUE;
  if (folded === 'false' || folded === 'null') return EMPTY_TEXT;
  if (folded === '__file__') return new Value(null, OWN_FILE);
  if (name === 'PHP_EOL') return textValue('\n');
  if (name === 'DIRECTORY_SEPARATOR') return textValue('/');
  // before PHP 8 an unknown constant was its own name, and shells are built from that: `b . ase . 64`
  if (/^(?:__|PHP_|E_|M_)/.test(name)) return UNKNOWN;
  return machine.barewords || !/^[A-Z][A-Z0-9_]{2,}$/.test(name) ? textValue(name) : UNKNOWN;
}

function readArray(machine: Machine, expression: Expression & { kind: 'array' }): Value {
  const items: Items = new ItemMap();
  let lost = 0;
  for (const item of expression.items) {
    const key = item.key === null ? null : machine.evaluate(item.key);
    const value = machine.evaluate(item.value);
    if (key === null) items.append(value);
    else if (key.text !== null) items.put(key.text, value);
    else {
      lost |= value.carried | key.carried;
      items.put(`\0${items.size}`, value);
    }
  }
  return new Value(null, lost, items);
}

function assign(machine: Machine, expression: Expression & { kind: 'assign' }): Value {
  if (expression.operator === '') {
    const value = appended(machine, expression) ?? machine.evaluate(expression.value);
    machine.interpreter.assign(machine, expression.target, value);
    return value;
  }
  const before = machine.evaluate(expression.target);
  const operand = machine.evaluate(expression.value);
  const value = applied(machine, expression.operator, before, operand);
  machine.interpreter.assign(machine, expression.target, value);
  return value;
}

/** `$x = $x . ...` where `$x` is set nowhere: it begins there, as with `.=`. */
function appended(machine: Machine, { target, value }: Expression & { kind: 'assign' }): Value | null {
  if (value.kind !== 'concatenate' || target.kind !== 'variable') return null;
  const [first, ...rest] = value.operands;
  if (first?.kind !== 'variable' || first.name !== target.name) return null;
  const before = machine.evaluate(first);
  if (before.text !== null || before.marks !== UNDEFINED) return null;
  return concatenate(
    machine,
    rest.map((operand) => machine.evaluate(operand)),
  );
}

function applied(machine: Machine, operator: string, before: Value, operand: Value): Value {
  if (operator === '??') return either(before, operand);
  if (operator !== '.') return binary(operator, before, operand);
  // text added to a variable that is set nowhere begins there
  const start = before.marks === UNDEFINED && before.text === null ? EMPTY_TEXT : before;
  return concatenate(machine, [start, operand]);
}

/** Operands on the left are walked in a loop: chains may be thousands long. */
function evaluateBinary(machine: Machine, expression: Expression & { kind: 'binary' }): Value {
  const chain: (Expression & { kind: 'binary' })[] = [];
  let at: Expression = expression;
  while (at.kind === 'binary') {
    chain.push(at);
    at = at.left;
  }
  let value = machine.evaluate(at);
  for (let i = chain.length - 1; i >= 0; i--) {
    const link = chain[i];
    if (link === undefined) break;
    machine.budget.spend();
    value = binary(link.operator, value, machine.evaluate(link.right));
  }
  return value;
}

function step(machine: Machine, expression: Expression & { kind: 'step' }): Value {
  const before = machine.evaluate(expression.target);
  const after = stepped(before, expression.by);
  machine.interpreter.assign(machine, expression.target, after);
  return expression.when === 'before' ? after : before;
}

function choose(machine: Machine, expression: Expression & { kind: 'choice' }): Value {
  const truth = truthOf(machine.evaluate(expression.condition));
  if (truth !== undefined && machine.concrete)
    return machine.evaluate(truth ? expression.yes : expression.no);
  const yes = machine.evaluate(expression.yes);
  const no = machine.evaluate(expression.no);
  if (truth !== undefined) return truth ? yes : no;
  return either(yes, no);
}

function closure(machine: Machine, expression: Expression & { kind: 'closure' }): Value {
  machine.closures.set(expression.declaration, machine.scope);
  return new Value(null, 0, null, {
    kind: 'closure',
    declaration: expression.declaration,
    scope: machine.scope,
  });
}

function runBackticks(machine: Machine, expression: Expression & { kind: 'command' }): Value {
  const command = concatenate(
    machine,
    expression.parts.map((part) => machine.evaluate(part)),
  );
  return machine.interpreter.callNamed(machine, {
    name: 'shell_exec',
    arguments: [command],
    written: [],
    offset: expression.offset,
    by: 'name',
  });
}
