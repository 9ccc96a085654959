import type { FunctionCall, Machine } from '../machine.js';
import { parseBody } from '../parse/parser.js';
import type { FunctionDeclaration, Parameter, Statement } from '../parse/syntax.js';
import { PARAMETER } from '../values/marks.js';
import { itemsOf, marksOf, UNKNOWN, unknownWith, Value } from '../values/value.js';
import { hoist } from './declarations.js';
import { Scope } from './scope.js';

const MAX_DEPTH = 6;
/** Token counts up to which a function may run often: decoders are small and called in loops. */
const SMALL = { tokens: 150, runs: 400 };
const MIDDLE = { tokens: 600, runs: 30 };
const LARGE_RUNS = 6;
/** Larger functions without anything of interest in them are not run at all. */
const IRRELEVANT_FROM = 200;

/** Runs a function's body on the arguments; past its limits only the marks of the arguments come back. */
export function callFunction(machine: Machine, declaration: FunctionDeclaration, call: FunctionCall): Value {
  if (!mayRun(machine, declaration)) return unknownWith(marksOf(call.arguments));
  const outer = enter(machine, declaration, call);
  const inner = machine.scope;
  run(machine, declaration);
  const value = machine.returned ?? UNKNOWN;
  outer();
  returnReferences(machine, declaration, call, inner);
  return value;
}

function mayRun(machine: Machine, declaration: FunctionDeclaration): boolean {
  if (machine.callDepth >= MAX_DEPTH) return false;
  const tokens = declaration.bodyEnd - declaration.bodyStart;
  const runs = machine.runs.get(declaration) ?? 0;
  machine.runs.set(declaration, runs + 1);
  if (tokens > IRRELEVANT_FROM && isIrrelevant(declaration)) return false;
  const limit = tokens < SMALL.tokens ? SMALL.runs : tokens < MIDDLE.tokens ? MIDDLE.runs : LARGE_RUNS;
  return runs < limit;
}

/** Whether nothing in the body could be a finding or lead to one. */
export function isIrrelevant({ program, bodyStart, bodyEnd }: FunctionDeclaration): boolean {
  const { relevance } = program;
  return relevance !== null && relevance[bodyEnd] === relevance[bodyStart];
}

/** Sets the function's world up; what it gives puts the caller's back. */
function enter(machine: Machine, declaration: FunctionDeclaration, call: FunctionCall): () => void {
  const { scope, returned, concrete, branching, undecidedExit } = machine;
  const inner = new Scope(call.className ?? '');
  inner.arguments = call.arguments;
  capture(declaration, call, inner);
  bind(machine, declaration.parameters, call.arguments, inner);
  machine.scope = inner;
  machine.returned = null;
  machine.concrete = call.arguments.every((value) => value.text !== null || value.items !== null);
  machine.branching = 0;
  machine.callDepth++;
  return () => {
    machine.scope = scope;
    machine.returned = returned;
    machine.concrete = concrete;
    machine.branching = branching;
    machine.undecidedExit = undecidedExit;
    machine.callDepth--;
  };
}

function capture(declaration: FunctionDeclaration, call: FunctionCall, inner: Scope): void {
  const from = call.closureScope;
  if (from === undefined) return;
  const names = declaration.result === null ? declaration.captures : from.variables.keys();
  for (const name of names) {
    const value = from.variables.get(name) ?? from.fallback;
    if (value != null) inner.variables.set(name, value);
  }
}

function bind(
  machine: Machine,
  parameters: readonly Parameter[],
  values: readonly Value[],
  inner: Scope,
): void {
  parameters.forEach((parameter, index) => {
    if (parameter.variadic) {
      const rest = values.slice(index);
      inner.variables.set(parameter.name, new Value(null, marksOf(rest), itemsOf(rest)));
      return;
    }
    const given = values[index];
    const value = given ?? (parameter.fallback === null ? UNKNOWN : machine.evaluate(parameter.fallback));
    inner.variables.set(parameter.name, value);
  });
}

function run(machine: Machine, declaration: FunctionDeclaration): void {
  if (declaration.result !== null) {
    machine.returned = machine.evaluate(declaration.result);
    return;
  }
  const body = bodyOf(machine, declaration);
  hoist(machine, body);
  machine.interpreter.execute(machine, body);
}

function bodyOf(machine: Machine, declaration: FunctionDeclaration): readonly Statement[] {
  const known = machine.bodies.get(declaration);
  if (known !== undefined) return known;
  const body = parseBody(declaration, machine.budget);
  machine.bodies.set(declaration, body);
  return body;
}

/** What the function left in its `&$parameters` goes back to where the arguments were written. */
function returnReferences(
  machine: Machine,
  declaration: FunctionDeclaration,
  call: FunctionCall,
  inner: Scope,
): void {
  const { written } = call;
  if (written === undefined) return;
  declaration.parameters.forEach((parameter, index) => {
    const target = written[index];
    const value = inner.variables.get(parameter.name);
    if (!parameter.byReference || target === undefined || value === undefined) return;
    machine.interpreter.assign(machine, target.value, value);
  });
}

/** Runs all that nothing in the file called, with arguments of which nothing is known. */
export function runUncalled(machine: Machine): void {
  machine.runningUncalled = true;
  const methods = [...machine.methods.values()].flat();
  for (const declaration of [...machine.functions.values()]) runOnce(machine, declaration, { className: '' });
  for (const { declaration, className } of methods) runOnce(machine, declaration, { className });
  for (const [declaration, scope] of [...machine.closures]) {
    runOnce(machine, declaration, { className: scope.className, closureScope: scope });
  }
}

function runOnce(
  machine: Machine,
  declaration: FunctionDeclaration,
  place: Pick<FunctionCall, 'className' | 'closureScope'>,
): void {
  if (machine.runs.has(declaration) || isIrrelevant(declaration)) return;
  const values = declaration.parameters.map(() => new Value(null, PARAMETER));
  callFunction(machine, declaration, { ...place, arguments: values });
}
