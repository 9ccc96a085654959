import type { Flow, Machine } from '../machine.js';
import type { Expression, Statement } from '../parse/syntax.js';
import { deepMarks, TRUE, textValue, truthOf, UNKNOWN, unknownPart, type Value } from '../values/value.js';

const MAX_ROUNDS = 30_000;
const MAX_ITEMS = 3_000;
/** What a loop may cost, with all loops in it: where its surroundings are known, and where they are not. */
const MAX_STEPS = 150_000;
const MAX_STEPS_IN_DOUBT = 5_000;

type Execute = (machine: Machine, statement: Statement) => Flow;

interface Loop {
  readonly body: Statement;
  /** Whether another round begins; undefined when that is unknown. */
  readonly goesOn: () => boolean | undefined;
  readonly step: () => void;
  readonly rounds: number;
}

/** Runs a loop as long as its condition is known; a body that never ran is run once, in doubt. */
function runLoop(machine: Machine, loop: Loop, execute: Execute): Flow {
  const { concrete, undecidedExit, loopFloor, budget } = machine;
  const allowance = concrete || machine.callDepth === 0 ? MAX_STEPS : MAX_STEPS_IN_DOUBT;
  machine.loopFloor = Math.max(loopFloor, budget.left - allowance);
  let rounds = 0;
  let result: Flow = 'next';
  machine.undecidedExit = false;
  machine.concrete = true;
  for (; rounds < loop.rounds && budget.left > machine.loopFloor; rounds++) {
    if (loop.goesOn() !== true) break;
    const flow = execute(machine, loop.body);
    if (flow === 'return') result = flow;
    if (flow === 'break' || flow === 'return' || machine.undecidedExit) break;
    loop.step();
  }
  machine.concrete = false;
  if (rounds === 0) {
    machine.branching++;
    execute(machine, loop.body);
    loop.step();
    machine.branching--;
  }
  machine.concrete = concrete;
  machine.loopFloor = loopFloor;
  machine.undecidedExit = undecidedExit;
  return result;
}

const nothing = (): void => undefined;

export function runWhile(machine: Machine, loop: Statement & { kind: 'while' }, execute: Execute): Flow {
  let first = loop.test === 'after';
  const goesOn = (): boolean | undefined => {
    if (first) {
      first = false;
      return true;
    }
    return truthOf(machine.evaluate(loop.condition));
  };
  return runLoop(machine, { body: loop.body, goesOn, step: nothing, rounds: MAX_ROUNDS }, execute);
}

export function runFor(machine: Machine, loop: Statement & { kind: 'for' }, execute: Execute): Flow {
  evaluateAll(machine, loop.start);
  const goesOn = () => truthOf(loop.condition.length === 0 ? TRUE : evaluateAll(machine, loop.condition));
  const step = () => {
    evaluateAll(machine, loop.step);
  };
  return runLoop(machine, { body: loop.body, goesOn, step, rounds: MAX_ROUNDS }, execute);
}

function evaluateAll(machine: Machine, expressions: readonly Expression[]): Value {
  let last = UNKNOWN;
  for (const expression of expressions) last = machine.evaluate(expression);
  return last;
}

export function runForeach(machine: Machine, loop: Statement & { kind: 'foreach' }, execute: Execute): Flow {
  const subject = machine.evaluate(loop.subject);
  const { assign } = machine.interpreter;
  if (subject.items === null || subject.items.size === 0) {
    const item = unknownPart(subject, deepMarks(subject));
    if (loop.key !== null) assign(machine, loop.key, item);
    assign(machine, loop.target, item);
    return runLoop(machine, { body: loop.body, goesOn: () => undefined, step: nothing, rounds: 1 }, execute);
  }
  const entries = [...subject.items];
  let at = 0;
  const goesOn = (): boolean => {
    const entry = entries[at];
    if (entry === undefined) return false;
    at++;
    if (loop.key !== null) assign(machine, loop.key, textValue(entry[0]));
    assign(machine, loop.target, entry[1]);
    return true;
  };
  return runLoop(machine, { body: loop.body, goesOn, step: nothing, rounds: MAX_ITEMS }, execute);
}
