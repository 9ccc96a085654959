import {
  AMPERSAND,
  AT,
  BANG,
  CLOSE_PAREN,
  COLON,
  DECREMENT,
  DOT,
  INCREMENT,
  OPEN_PAREN,
  pack,
  QUESTION,
  TILDE,
} from '../operators.js';
import { NAME, OPERATOR } from '../tokens.js';
import { type Cursor, NOTHING } from './cursor.js';
import { AND, CASTS, INSTANCEOF, OR, XOR } from './keywords.js';
import {
  BINARY,
  CHOICE_LEVEL,
  COALESCE_LEVEL,
  CONCATENATE_LEVEL,
  PIPE_LEVEL,
  UNARY_LEVEL,
} from './precedence.js';
import type { Expression } from './syntax.js';

const COALESCE = pack('??');
const MINUS = pack('-');
const PLUS = pack('+');
const PIPE = pack('|>');

/** What is read where an operand must stand: literals, names, calls, closures. */
export type OperandRule = (cursor: Cursor) => Expression;

/** Operators around operands, by precedence climbing. */
export function parseExpression(cursor: Cursor, minimum: number, operand: OperandRule): Expression {
  let left = parseUnary(cursor, operand);
  for (;;) {
    const next = parseInfix(cursor, left, minimum);
    if (next === null) return left;
    left = next;
  }
}

/** `left` with the operator that follows it, or null when none binds here. */
function parseInfix(cursor: Cursor, left: Expression, minimum: number): Expression | null {
  if (cursor.done) return null;
  const { kinds, codes } = cursor.program.tokens;
  const kind = kinds[cursor.at];
  if (kind === NAME) return parseWordOperator(cursor, left, minimum);
  if (kind !== OPERATOR) return null;
  const code = codes[cursor.at] ?? 0;
  if (code === DOT) return minimum > CONCATENATE_LEVEL ? null : parseConcatenation(cursor, left);
  if (code === QUESTION) return minimum > CHOICE_LEVEL ? null : parseChoice(cursor, left);
  if (code === COALESCE) {
    if (minimum > COALESCE_LEVEL) return null;
    cursor.at++;
    return { kind: 'any-of', operator: '??', options: [left, cursor.expression(COALESCE_LEVEL)] };
  }
  if (code === PIPE) return minimum > PIPE_LEVEL ? null : parsePipe(cursor, left);
  const operator = BINARY.get(code);
  if (operator === undefined || operator.level < minimum) return null;
  cursor.at++;
  const right = cursor.expression(operator.text === '**' ? operator.level : operator.level + 1);
  return { kind: 'binary', operator: operator.text, left, right };
}

function parseWordOperator(cursor: Cursor, left: Expression, minimum: number): Expression | null {
  if (cursor.isWord(INSTANCEOF)) {
    cursor.at++;
    cursor.expression(UNARY_LEVEL);
    return { kind: 'unknown', parts: [left] };
  }
  if (minimum > 0 || !(cursor.isWord(AND) || cursor.isWord(OR) || cursor.isWord(XOR))) return null;
  const operator = cursor.isWord(AND) ? '&&' : cursor.isWord(OR) ? '||' : 'xor';
  cursor.at++;
  return { kind: 'binary', operator, left, right: cursor.expression(1) };
}

/** A chain of any length becomes one node: obfuscators write thousands of operands. */
function parseConcatenation(cursor: Cursor, left: Expression): Expression {
  const operands = [left];
  while (cursor.accept(DOT)) operands.push(cursor.expression(CONCATENATE_LEVEL + 1));
  return { kind: 'concatenate', operands };
}

/** `x |> f(...)` calls what stands on the right. */
function parsePipe(cursor: Cursor, left: Expression): Expression {
  const offset = cursor.offset();
  cursor.at++;
  const callee = cursor.expression(PIPE_LEVEL + 1);
  return { kind: 'call-value', callee, arguments: [{ value: left, spread: false }], offset };
}

function parseChoice(cursor: Cursor, condition: Expression): Expression {
  cursor.at++;
  if (cursor.accept(COLON))
    return { kind: 'any-of', operator: '?:', options: [condition, cursor.expression(CHOICE_LEVEL + 1)] };
  const yes = cursor.expression(CHOICE_LEVEL);
  const no = cursor.accept(COLON) ? cursor.expression(CHOICE_LEVEL + 1) : NOTHING;
  return { kind: 'choice', condition, yes, no };
}

function parseUnary(cursor: Cursor, operand: OperandRule): Expression {
  const { kinds, codes } = cursor.program.tokens;
  if (cursor.done || kinds[cursor.at] !== OPERATOR) return operand(cursor);
  switch (codes[cursor.at]) {
    case BANG:
      return prefixed(cursor, '!');
    case MINUS:
      return prefixed(cursor, '-');
    case PLUS:
      return prefixed(cursor, '+');
    case TILDE:
      return prefixed(cursor, '~');
    case AT:
    case AMPERSAND:
      cursor.at++;
      return cursor.expression(UNARY_LEVEL);
    case INCREMENT:
    case DECREMENT: {
      const by = cursor.is(INCREMENT) ? 1 : -1;
      cursor.at++;
      return { kind: 'step', target: cursor.expression(UNARY_LEVEL), by, when: 'before' };
    }
    case OPEN_PAREN:
      return parseCast(cursor) ?? operand(cursor);
    default:
      return operand(cursor);
  }
}

function prefixed(cursor: Cursor, operator: string): Expression {
  cursor.at++;
  return { kind: 'unary', operator, operand: cursor.expression(UNARY_LEVEL) };
}

function parseCast(cursor: Cursor): Expression | null {
  const id = cursor.wordAt(cursor.at + 1);
  if (id <= 0 || CASTS[id] !== 1 || !cursor.isAt(cursor.at + 2, CLOSE_PAREN)) return null;
  const type = cursor.lowerName(cursor.at + 1);
  cursor.at += 3;
  return { kind: 'cast', type, operand: cursor.expression(UNARY_LEVEL) };
}
