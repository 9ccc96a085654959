import type { Machine } from '../machine.js';
import type { Expression } from '../parse/syntax.js';
import { REMOTE, REQUEST, UNDEFINED } from '../values/marks.js';
import { Items, isNumericText, toNumber, Value } from '../values/value.js';
import { itemAt } from './reads.js';

const MAX_ITEMS = 20_000;

/** What a doubtful assignment must not forget. */
const STICKY = REQUEST | REMOTE;

/** Puts a value where an expression stands that can hold one; others are ignored. */
export function assignTo(machine: Machine, target: Expression, value: Value): void {
  machine.budget.spend();
  switch (target.kind) {
    case 'variable':
      setVariable(machine, target.name, value);
      break;
    case 'variable-variable':
      setVariableVariable(machine, machine.evaluate(target.name), value);
      break;
    case 'index':
      setItem(machine, target, value);
      break;
    case 'property':
      setProperty(machine, machine.evaluate(target.name), value);
      break;
    case 'array':
      spread(machine, target, value);
      break;
    default:
  }
}

export function setVariable(machine: Machine, name: string, value: Value): void {
  const scope =
    /^_[A-Z]+$/.test(name) || machine.scope.globalNames.has(name) ? machine.globals : machine.scope;
  scope.variables.set(name, machine.branching > 0 ? remembering(scope.variables.get(name), value) : value);
}

/** In a branch that may not be taken the older value's origin stays. */
function remembering(before: Value | undefined, value: Value): Value {
  const sticky = (before?.marks ?? 0) & STICKY & ~value.marks;
  if (sticky === 0) return value;
  return new Value(value.text, value.marks | sticky, value.items, value.reference);
}

function setVariableVariable(machine: Machine, name: Value, value: Value): void {
  if (name.text !== null) setVariable(machine, name.text, value);
  else if (name.has(REQUEST)) machine.scope.fallback = new Value(null, REQUEST);
}

function setProperty(machine: Machine, name: Value, value: Value): void {
  if (name.text === null) return;
  const key = name.text.toLowerCase();
  const before = machine.properties.get(key);
  // other methods may have set it to something worse
  const doubtful =
    before !== undefined && !machine.concrete && value.text !== null && before.text !== value.text;
  const marks = doubtful ? before.marks | value.marks : value.marks;
  machine.properties.set(key, new Value(value.text, marks, value.items, value.reference));
}

function setItem(machine: Machine, target: Expression & { kind: 'index' }, value: Value): void {
  const base = machine.evaluate(target.base);
  const key = target.key === null ? null : machine.evaluate(target.key);
  if (base.reference?.kind === 'globals' && key?.text != null) {
    machine.globals.variables.set(key.text, value);
    return;
  }
  const replaced = key === null ? null : withCharacter(machine, base, key, value);
  machine.interpreter.assign(machine, target.base, replaced ?? withItem(base, key, value));
}

/** `$text[3] = 'x'` on a known text. */
function withCharacter(machine: Machine, base: Value, key: Value, value: Value): Value | null {
  const { text } = base;
  if (text === null || text === '' || key.text === null || value.text === null || !isNumericText(key.text))
    return null;
  const at = toNumber(key.text);
  if (at < 0 || at >= text.length) return null;
  machine.budget.spend(text.length >> 9);
  return new Value(text.slice(0, at) + value.text.charAt(0) + text.slice(at + 1), base.marks | value.carried);
}

function withItem(base: Value, key: Value | null, value: Value): Value {
  // something of the visitor's, or otherwise marked: it stays what it was, and may now be this as well
  if (base.items === null && base.text === null && key !== null && (base.carried & ~UNDEFINED) !== 0) {
    return beginningAs(base, value, new Value(null, base.marks | value.carried, null, base.reference));
  }
  const items = base.items ?? new Items();
  if (items.size < MAX_ITEMS) {
    if (key === null) items.append(value);
    else if (key.text !== null) items.put(key.text, value);
  }
  const isLost = key !== null && key.text === null;
  const changed = new Value(null, isLost ? base.marks | value.carried : base.marks, items);
  return isLost ? beginningAs(base, value, changed) : changed;
}

/** What is put into an array under an unknown key may come out anywhere, and begins as it did. */
function beginningAs(base: Value, value: Value, changed: Value): Value {
  changed.leads = base.leads && (value.leads || value.carried === 0);
  return changed;
}

/** `[$a, 'k' => $b] = ...`, `list(...) = ...`. */
function spread(machine: Machine, target: Expression & { kind: 'array' }, value: Value): void {
  target.items.forEach((item, index) => {
    const key = item.key === null ? new Value(String(index)) : machine.evaluate(item.key);
    machine.interpreter.assign(machine, item.value, itemAt(machine, value, key));
  });
}
