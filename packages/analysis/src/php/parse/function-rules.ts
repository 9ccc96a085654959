import {
  AMPERSAND,
  ASSIGN,
  COMMA,
  DOUBLE_ARROW,
  OPEN_BRACE,
  OPEN_PAREN,
  SEMICOLON,
  SPREAD,
} from '../operators.js';
import type { Cursor } from './cursor.js';
import { FN, FUNCTION, STATIC } from './keywords.js';
import { ASSIGNMENT_LEVEL } from './precedence.js';
import type { Expression, FunctionDeclaration, Parameter } from './syntax.js';

/** `(A $x = 1, &...$rest)`: the cursor stands on the bracket. */
function parseParameters(cursor: Cursor): readonly Parameter[] {
  const close = cursor.close();
  const parameters: Parameter[] = [];
  let byReference = false;
  let variadic = false;
  cursor.at++;
  while (cursor.at < close) {
    if (cursor.accept(AMPERSAND)) byReference = true;
    else if (cursor.accept(SPREAD)) variadic = true;
    else if (cursor.accept(COMMA)) byReference = variadic = false;
    else if (cursor.isVariable()) {
      const name = cursor.text();
      cursor.at++;
      const fallback = cursor.accept(ASSIGN) ? cursor.expression(ASSIGNMENT_LEVEL) : null;
      parameters.push({ name, fallback, byReference, variadic });
    } else cursor.skipOne();
  }
  cursor.at = close + 1;
  return parameters;
}

/**
 * From the bracket of the parameters to the end of the body. Null when there is no body (abstract, interface); the
 * cursor then stands behind the semicolon.
 */
export function parseFunctionTail(cursor: Cursor, name: string): FunctionDeclaration | null {
  if (!cursor.is(OPEN_PAREN)) return null;
  const parameters = parseParameters(cursor);
  const captures: string[] = [];
  while (!cursor.done && !cursor.is(OPEN_BRACE) && !cursor.is(SEMICOLON)) {
    if (cursor.isVariable()) captures.push(cursor.text());
    cursor.at++;
  }
  if (!cursor.is(OPEN_BRACE)) {
    cursor.at++;
    return null;
  }
  const bodyStart = cursor.at + 1;
  const bodyEnd = cursor.close();
  cursor.at = bodyEnd + 1;
  return { name, parameters, captures, program: cursor.program, bodyStart, bodyEnd, result: null };
}

/** `function (...) use (...) {...}` and `fn (...) => x`; null when the words here are something else. */
export function parseClosure(cursor: Cursor): Expression | null {
  const before = cursor.at;
  cursor.acceptWord(STATIC);
  const isArrow = cursor.isWord(FN);
  if (isArrow || cursor.isWord(FUNCTION)) {
    cursor.at++;
    cursor.accept(AMPERSAND);
    const declaration = isArrow ? parseArrow(cursor) : parseFunctionTail(cursor, '{closure}');
    if (declaration !== null) return { kind: 'closure', declaration };
  }
  cursor.at = before;
  return null;
}

function parseArrow(cursor: Cursor): FunctionDeclaration | null {
  if (!cursor.is(OPEN_PAREN)) return null;
  const parameters = parseParameters(cursor);
  while (!cursor.done && !cursor.is(DOUBLE_ARROW) && !cursor.is(SEMICOLON)) cursor.skipOne();
  if (!cursor.accept(DOUBLE_ARROW)) return null;
  const at = cursor.at;
  const result = cursor.expression(ASSIGNMENT_LEVEL);
  const { program } = cursor;
  return { name: '{closure}', parameters, captures: [], program, bodyStart: at, bodyEnd: cursor.at, result };
}

/** Whether a named function begins here, rather than a closure. */
export function isNamedFunction(cursor: Cursor): boolean {
  if (!cursor.isWord(FUNCTION)) return false;
  const next = cursor.isAt(cursor.at + 1, AMPERSAND) ? cursor.at + 2 : cursor.at + 1;
  return cursor.isName(next) && cursor.isAt(next + 1, OPEN_PAREN);
}

/** `function name(...) {...}`: the cursor stands on the word. */
export function parseNamedFunction(cursor: Cursor): FunctionDeclaration | null {
  cursor.at++;
  cursor.accept(AMPERSAND);
  const name = cursor.lowerName();
  cursor.at++;
  return parseFunctionTail(cursor, name);
}
