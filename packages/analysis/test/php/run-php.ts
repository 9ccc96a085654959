import { Budget, BudgetExhausted, type BudgetLimits } from '../../src/php/budget.js';
import { hoist } from '../../src/php/evaluate/declarations.js';
import { INTERPRETER } from '../../src/php/interpreter.js';
import { lex } from '../../src/php/lexer.js';
import { Machine } from '../../src/php/machine.js';
import { parseProgram } from '../../src/php/parse/parser.js';
import { makeProgram } from '../../src/php/parse/program.js';
import { TokenBuffer } from '../../src/php/tokens.js';

/** Runs PHP (without its open tag) in the evaluator; gives the machine with all that is known afterwards. */
export function runPhp(code: string, limits: BudgetLimits = { steps: 1_000_000, milliseconds: 5_000 }) {
  const buffer = new TokenBuffer(64);
  lex(code, 'php', buffer);
  const budget = new Budget(limits);
  const machine = new Machine(budget, INTERPRETER);
  let exhausted = false;
  try {
    const statements = parseProgram(makeProgram(buffer.copy(code)), budget);
    hoist(machine, statements);
    INTERPRETER.execute(machine, statements);
  } catch (error) {
    if (!(error instanceof BudgetExhausted)) throw error;
    exhausted = true;
  }
  const ids = machine.findings.signals().map((signal) => signal.id);
  return { machine, exhausted, ids, value: (name: string) => machine.globals.variables.get(name) };
}

/** The text of an expression, or null when the evaluator does not know it. */
export function textOf(expression: string): string | null {
  return runPhp(`$result = ${expression};`).value('result')?.text ?? null;
}
