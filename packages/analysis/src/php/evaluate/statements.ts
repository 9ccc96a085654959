import type { Flow, Machine } from '../machine.js';
import type { Branch, Expression, Statement, SwitchCase } from '../parse/syntax.js';
import { either, truthOf, UNKNOWN, type Value } from '../values/value.js';
import { declareClass, declareFunction } from './declarations.js';
import { runFor, runForeach, runWhile } from './loops.js';

export function executeStatements(machine: Machine, statements: readonly Statement[]): Flow {
  for (const statement of statements) {
    const flow = executeStatement(machine, statement);
    // where the way is unknown, what stands behind a `return` or `break` may run all the same
    if (flow !== 'next' && machine.concrete) return flow;
  }
  return 'next';
}

export function executeStatement(machine: Machine, statement: Statement): Flow {
  machine.budget.spend();
  switch (statement.kind) {
    case 'expression':
      machine.evaluate(statement.expression);
      return 'next';
    case 'block':
      return executeStatements(machine, statement.body);
    case 'if':
      return executeIf(machine, statement.branches);
    case 'while':
      return runWhile(machine, statement, executeStatement);
    case 'for':
      return runFor(machine, statement, executeStatement);
    case 'foreach':
      return runForeach(machine, statement, executeStatement);
    case 'switch':
      return executeSwitch(machine, statement.subject, statement.cases);
    case 'return':
      return executeReturn(machine, statement.value);
    case 'break':
    case 'continue':
      if (!machine.concrete && statement.kind === 'break') machine.undecidedExit = true;
      return statement.kind;
    default:
      return declare(machine, statement);
  }
}

type Declaring = Extract<Statement, { kind: 'global' | 'unset' | 'function' | 'class' | 'constants' }>;

function declare(machine: Machine, statement: Declaring): Flow {
  switch (statement.kind) {
    case 'global':
      if (machine.scope !== machine.globals)
        for (const name of statement.names) machine.scope.globalNames.add(name);
      break;
    case 'unset':
      for (const target of statement.targets) {
        if (target.kind === 'variable') machine.scope.variables.delete(target.name);
      }
      break;
    case 'function':
      declareFunction(machine, statement.declaration);
      break;
    case 'class':
      declareClass(machine, statement.declaration);
      break;
    case 'constants':
      for (const item of statement.items) machine.constants.set(item.name, machine.evaluate(item.value));
  }
  return 'next';
}

function executeReturn(machine: Machine, expression: Expression | null): Flow {
  const value = expression === null ? UNKNOWN : machine.evaluate(expression);
  machine.returned = machine.returned === null ? value : either(machine.returned, value);
  if (!machine.concrete) machine.undecidedExit = true;
  return 'return';
}

/** With a known condition the branch is taken; without one all are, one after the other. */
function executeIf(machine: Machine, branches: readonly Branch[]): Flow {
  for (const branch of branches) {
    const truth = branch.condition === null ? true : truthOf(machine.evaluate(branch.condition));
    if (!machine.concrete || truth === undefined) executeDoubtful(machine, branch.body);
    else if (truth) return executeStatement(machine, branch.body);
  }
  return 'next';
}

/** Runs what may not run: it decides nothing about control flow, and assignments in it forget nothing. */
export function executeDoubtful(machine: Machine, statement: Statement): void {
  const { concrete } = machine;
  machine.concrete = false;
  machine.branching++;
  executeStatement(machine, statement);
  machine.branching--;
  machine.concrete = concrete;
}

function executeSwitch(machine: Machine, subject: Expression, cases: readonly SwitchCase[]): Flow {
  const value = machine.evaluate(subject);
  const chosen = machine.concrete && value.text !== null ? chosenCase(machine, value, cases) : -1;
  if (chosen < 0) {
    const { undecidedExit } = machine;
    for (const branch of cases) {
      if (branch.value !== null) machine.evaluate(branch.value);
      executeDoubtful(machine, { kind: 'block', body: branch.body });
    }
    machine.undecidedExit = undecidedExit; // the breaks were the cases' own
    return 'next';
  }
  for (const branch of cases.slice(chosen)) {
    const flow = executeStatements(machine, branch.body);
    if (flow === 'break') return 'next';
    if (flow !== 'next') return flow;
  }
  return 'next';
}

/** The position of the case that a known value takes; -1 when one of the cases is unknown. */
function chosenCase(machine: Machine, value: Value, cases: readonly SwitchCase[]): number {
  let fallback = cases.length;
  for (const [index, branch] of cases.entries()) {
    if (branch.value === null) {
      fallback = index;
      continue;
    }
    const candidate = machine.evaluate(branch.value);
    if (candidate.text === null) return -1;
    if (candidate.text === value.text) return index;
  }
  return fallback;
}
