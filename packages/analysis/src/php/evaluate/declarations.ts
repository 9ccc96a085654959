import type { Machine } from '../machine.js';
import type { ClassDeclaration, FunctionDeclaration, Statement } from '../parse/syntax.js';

/** PHP knows functions and classes before it runs the first line: so do we, also those within conditions. */
export function hoist(machine: Machine, statements: readonly Statement[]): void {
  for (const statement of statements) hoistOne(machine, statement);
}

function hoistOne(machine: Machine, statement: Statement): void {
  switch (statement.kind) {
    case 'function':
      declareFunction(machine, statement.declaration);
      break;
    case 'class':
      declareClass(machine, statement.declaration);
      break;
    case 'block':
      hoist(machine, statement.body);
      break;
    case 'if':
      for (const branch of statement.branches) hoistOne(machine, branch.body);
      break;
    case 'while':
    case 'for':
    case 'foreach':
      hoistOne(machine, statement.body);
      break;
    case 'switch':
      for (const branch of statement.cases) hoist(machine, branch.body);
      break;
    default:
  }
}

export function declareFunction(machine: Machine, declaration: FunctionDeclaration): void {
  machine.functions.set(declaration.name, declaration);
}

/** Makes a class known and gives its properties and constants their first values; once. */
export function declareClass(machine: Machine, declaration: ClassDeclaration): void {
  if (machine.classes.get(declaration.name) === declaration) return;
  register(machine, declaration);
  for (const { name, value } of declaration.properties) machine.properties.set(name, machine.evaluate(value));
  for (const { name, value } of declaration.constants) {
    const initial = machine.evaluate(value);
    machine.constants.set(name, initial);
    machine.constants.set(name.toLowerCase(), initial);
  }
}

function register(machine: Machine, declaration: ClassDeclaration): void {
  machine.classes.set(declaration.name, declaration);
  for (const method of declaration.methods) {
    const same = machine.methods.get(method.name) ?? [];
    same.push({ className: declaration.name, declaration: method });
    machine.methods.set(method.name, same);
  }
}
