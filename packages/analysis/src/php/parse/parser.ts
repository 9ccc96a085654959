import type { Budget } from '../budget.js';
import { Cursor, type Grammar } from './cursor.js';
import { parseExpression } from './expression-rules.js';
import { parseOperand } from './operand-rules.js';
import { parseStatement } from './statement-rules.js';
import type { FunctionDeclaration, Program, Statement } from './syntax.js';

const GRAMMAR: Grammar = {
  expression: (cursor, minimum) => parseExpression(cursor, minimum, parseOperand),
  statement: parseStatement,
};

/** The statements of a whole file. Broken code gives what can be read of it. @throws BudgetExhausted */
export function parseProgram(program: Program, budget: Budget): readonly Statement[] {
  const { count } = program.tokens;
  return new Cursor(program, GRAMMAR, budget, 0, count).statements(count);
}

/** The statements of a function's body. @throws BudgetExhausted */
export function parseBody(declaration: FunctionDeclaration, budget: Budget): readonly Statement[] {
  const { program, bodyStart, bodyEnd } = declaration;
  return new Cursor(program, GRAMMAR, budget, bodyStart, bodyEnd).statements(bodyEnd);
}
