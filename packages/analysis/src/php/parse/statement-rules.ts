import { CLOSE_BRACE, COLON, COMMA, OPEN_BRACE, OPEN_PAREN, SEMICOLON } from '../operators.js';
import { isClass, parseClass, parseConstants } from './class-rules.js';
import type { Cursor } from './cursor.js';
import { parseDo, parseFor, parseForeach, parseIf, parseSwitch, parseWhile } from './flow-rules.js';
import { isNamedFunction, parseNamedFunction } from './function-rules.js';
import * as keyword from './keywords.js';
import type { Expression, Statement } from './syntax.js';

/** One statement. Null for what has no effect here: imports, labels, stray brackets. */
export function parseStatement(cursor: Cursor): Statement | null {
  if (cursor.is(OPEN_BRACE)) return parseBlock(cursor);
  if (cursor.is(SEMICOLON) || cursor.is(CLOSE_BRACE) || cursor.is(COLON)) {
    cursor.at++;
    return null;
  }
  const id = cursor.wordAt(cursor.at);
  if (id > 0) {
    const read = parseKeywordStatement(cursor, id);
    if (read !== undefined) return read;
  }
  return parseExpressionStatement(cursor);
}

function parseBlock(cursor: Cursor): Statement {
  const close = cursor.close();
  cursor.at++;
  const body = cursor.statements(close);
  cursor.at = close + 1;
  return { kind: 'block', body };
}

function parseExpressionStatement(cursor: Cursor): Statement {
  const expression = cursor.expression();
  skipToEnd(cursor);
  return { kind: 'expression', expression };
}

/** A statement ends at a semicolon; what follows an expression without one begins the next. */
function skipToEnd(cursor: Cursor): void {
  if (cursor.is(SEMICOLON) || cursor.is(COMMA)) cursor.at++;
}

/** Undefined when the word begins no statement of its own. */
function parseKeywordStatement(cursor: Cursor, id: number): Statement | null | undefined {
  if (isNamedFunction(cursor)) {
    const declaration = parseNamedFunction(cursor);
    return declaration === null ? null : { kind: 'function', declaration };
  }
  if (isClass(cursor)) return { kind: 'class', declaration: parseClass(cursor) };
  return parseFlow(cursor, id) ?? parseSimple(cursor, id);
}

function parseFlow(cursor: Cursor, id: number): Statement | undefined {
  const opens = cursor.isAt(cursor.at + 1, OPEN_PAREN);
  switch (id) {
    case keyword.IF:
      return opens ? parseIf(cursor) : undefined;
    case keyword.WHILE:
      return opens ? parseWhile(cursor) : undefined;
    case keyword.FOR:
      return opens ? parseFor(cursor) : undefined;
    case keyword.FOREACH:
      return opens ? parseForeach(cursor) : undefined;
    case keyword.SWITCH:
      return opens ? parseSwitch(cursor) : undefined;
    case keyword.DO:
      return parseDo(cursor);
    default:
      return undefined;
  }
}

function parseSimple(cursor: Cursor, id: number): Statement | null | undefined {
  switch (id) {
    case keyword.ECHO:
      return { kind: 'expression', expression: { kind: 'write', operands: parseList(cursor) } };
    case keyword.RETURN:
      return parseReturn(cursor);
    case keyword.BREAK:
    case keyword.CONTINUE:
      skipStatement(cursor);
      return { kind: id === keyword.BREAK ? 'break' : 'continue' };
    case keyword.GLOBAL:
      return { kind: 'global', names: parseNames(cursor) };
    case keyword.UNSET:
      return { kind: 'unset', targets: parseUnset(cursor) };
    case keyword.CONST:
      cursor.at++;
      return { kind: 'constants', items: parseConstants(cursor) };
    case keyword.NAMESPACE:
    case keyword.USE:
    case keyword.GOTO:
      skipStatement(cursor);
      return null;
    case keyword.CATCH:
    case keyword.DECLARE:
      cursor.at++;
      if (cursor.is(OPEN_PAREN)) cursor.at = cursor.close() + 1;
      return null;
    default:
      return parseTransparent(cursor, id);
  }
}

/** Words that only stand before the statement that counts. */
function parseTransparent(cursor: Cursor, id: number): null | undefined {
  const isStaticCall = id === keyword.STATIC && !cursor.isVariable(cursor.at + 1);
  const stands =
    (keyword.MODIFIERS[id] === 1 && !isStaticCall) ||
    [keyword.TRY, keyword.FINALLY, keyword.ELSE, keyword.DEFAULT].includes(id) ||
    [keyword.ENDIF, keyword.ENDFOR, keyword.ENDFOREACH, keyword.ENDWHILE, keyword.ENDSWITCH].includes(id);
  if (!stands) return undefined;
  cursor.at++;
  return null;
}

function parseReturn(cursor: Cursor): Statement {
  cursor.at++;
  if (cursor.is(SEMICOLON) || cursor.is(CLOSE_BRACE) || cursor.done) return { kind: 'return', value: null };
  const value = cursor.expression();
  skipToEnd(cursor);
  return { kind: 'return', value };
}

/** `echo a, b`: expressions with commas between, behind the word. */
function parseList(cursor: Cursor): readonly Expression[] {
  cursor.at++;
  const list = [cursor.expression()];
  while (cursor.is(COMMA)) {
    cursor.at++;
    list.push(cursor.expression());
  }
  return list;
}

function parseNames(cursor: Cursor): readonly string[] {
  const names: string[] = [];
  for (; !cursor.done && !cursor.is(SEMICOLON); cursor.at++)
    if (cursor.isVariable()) names.push(cursor.text());
  return names;
}

function parseUnset(cursor: Cursor): readonly Expression[] {
  cursor.at++;
  if (!cursor.is(OPEN_PAREN)) return [];
  const call = cursor.expression();
  return [call];
}

/** Up to the semicolon, or to the block that `namespace x {` opens. */
function skipStatement(cursor: Cursor): void {
  const isUse = cursor.isWord(keyword.USE);
  while (!cursor.done && !cursor.is(SEMICOLON) && !cursor.is(CLOSE_BRACE)) {
    if (cursor.is(OPEN_BRACE)) {
      if (isUse) cursor.at = cursor.close() + 1;
      return;
    }
    cursor.at++;
  }
}
