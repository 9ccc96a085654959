import {
  AMPERSAND,
  ARROW,
  CLOSE_BRACE,
  CLOSE_PAREN,
  COLON,
  COMMA,
  DECREMENT,
  DOUBLE_COLON,
  INCREMENT,
  NULLSAFE_ARROW,
  OPEN_BRACE,
  OPEN_BRACKET,
  OPEN_PAREN,
  SEMICOLON,
  SPREAD,
} from '../operators.js';
import { type Cursor, NOTHING } from './cursor.js';
import { ASSIGNMENT_LEVEL, ASSIGNMENTS } from './precedence.js';
import type { Argument, Expression } from './syntax.js';

/** `(a, ...b, name: c)`: the cursor stands on the bracket. */
export function parseArguments(cursor: Cursor): readonly Argument[] {
  const close = cursor.close();
  const list: Argument[] = [];
  cursor.at++;
  while (cursor.at < close) {
    const before = cursor.at;
    const spread = cursor.accept(SPREAD);
    if (cursor.isName() && cursor.isAt(cursor.at + 1, COLON)) cursor.at += 2;
    const value = cursor.expression();
    if (cursor.at > before) list.push({ value, spread });
    if (!cursor.accept(COMMA) && cursor.at < close) cursor.skipOne();
  }
  cursor.at = close + 1;
  return list;
}

/** `(...)`: the function itself, not a call of it; the cursor then stands behind the bracket. */
export function acceptCallableSyntax(cursor: Cursor): boolean {
  if (!cursor.isAt(cursor.at + 1, SPREAD) || !cursor.isAt(cursor.at + 2, CLOSE_PAREN)) return false;
  cursor.at += 3;
  return true;
}

/** Everything that hangs on an operand, then an assignment to it. */
export function parsePostfix(cursor: Cursor, operand: Expression): Expression {
  let base = operand;
  for (;;) {
    const next = parseSuffix(cursor, base);
    if (next === null) break;
    base = next;
    cursor.budget.spend();
  }
  return parseAssignment(cursor, base);
}

function parseSuffix(cursor: Cursor, base: Expression): Expression | null {
  if (cursor.is(OPEN_BRACKET)) return parseIndex(cursor, base);
  if (cursor.is(OPEN_PAREN)) {
    if (acceptCallableSyntax(cursor)) return base;
    const offset = cursor.offset();
    return { kind: 'call-value', callee: base, arguments: parseArguments(cursor), offset };
  }
  if (cursor.is(ARROW) || cursor.is(NULLSAFE_ARROW)) return parseMember(cursor, base);
  if (cursor.is(DOUBLE_COLON)) return parseStaticMember(cursor, base);
  if (cursor.is(INCREMENT) || cursor.is(DECREMENT)) {
    const by = cursor.is(INCREMENT) ? 1 : -1;
    cursor.at++;
    return { kind: 'step', target: base, by, when: 'after' };
  }
  if (cursor.is(OPEN_BRACE) && isStringOffset(cursor, base)) return parseIndex(cursor, base);
  return null;
}

function parseIndex(cursor: Cursor, base: Expression): Expression {
  const close = cursor.close();
  cursor.at++;
  const key = cursor.at < close ? cursor.expression() : null;
  cursor.at = close + 1;
  return { kind: 'index', base, key };
}

/** `$text{3}` of PHP 5, as against `$x {` that opens a block: short, and without a statement inside. */
function isStringOffset(cursor: Cursor, base: Expression): boolean {
  if (base.kind === 'constant' || base.kind === 'unknown' || base.kind === 'call-value') return false;
  const close = cursor.close();
  if (close - cursor.at > 12 || close <= cursor.at + 1 || !cursor.isAt(close, CLOSE_BRACE)) return false;
  for (let at = cursor.at + 1; at < close; at++) if (cursor.isAt(at, SEMICOLON)) return false;
  return true;
}

/** The name behind `->` or `::`: written, in a variable, or computed in braces. */
function parseMemberName(cursor: Cursor): Expression {
  if (cursor.isName()) {
    cursor.at++;
    return { kind: 'text', value: cursor.lowerName(cursor.at - 1), numeric: false };
  }
  if (cursor.isVariable()) {
    cursor.at++;
    return { kind: 'variable', name: cursor.text(cursor.at - 1) };
  }
  if (!cursor.is(OPEN_BRACE)) return NOTHING;
  const close = cursor.close();
  cursor.at++;
  const name = cursor.expression();
  cursor.at = close + 1;
  return name;
}

function parseMember(cursor: Cursor, base: Expression): Expression {
  const offset = cursor.offset();
  cursor.at++;
  const name = parseMemberName(cursor);
  if (!cursor.is(OPEN_PAREN)) return { kind: 'property', base, name };
  return { kind: 'call-method', base, className: '', name, arguments: parseArguments(cursor), offset };
}

function parseStaticMember(cursor: Cursor, base: Expression): Expression {
  const offset = cursor.offset();
  const className = base.kind === 'class-constant' ? base.name : '';
  cursor.at++;
  const isProperty = cursor.isVariable();
  const name = parseMemberName(cursor);
  if (cursor.is(OPEN_PAREN) && !isProperty) {
    return { kind: 'call-method', base: null, className, name, arguments: parseArguments(cursor), offset };
  }
  if (isProperty && name.kind === 'variable') {
    return {
      kind: 'property',
      base: null,
      name: { kind: 'text', value: name.name.toLowerCase(), numeric: false },
    };
  }
  return name.kind === 'text' ? { kind: 'class-constant', name: name.value } : NOTHING;
}

function parseAssignment(cursor: Cursor, target: Expression): Expression {
  if (cursor.done || cursor.isName()) return target;
  const operator = ASSIGNMENTS.get(cursor.program.tokens.codes[cursor.at] ?? 0);
  if (
    operator === undefined ||
    !isAssignable(target) ||
    !cursor.is(cursor.program.tokens.codes[cursor.at] ?? 0)
  ) {
    return target;
  }
  cursor.at++;
  cursor.accept(AMPERSAND);
  return { kind: 'assign', target, value: cursor.expression(ASSIGNMENT_LEVEL), operator };
}

function isAssignable(target: Expression): boolean {
  return target.kind !== 'text' && target.kind !== 'template' && target.kind !== 'unknown';
}
