import { AMPERSAND, CLOSE_PAREN, COLON, COMMA, DOUBLE_ARROW, OPEN_BRACE, SEMICOLON } from '../operators.js';
import { type Cursor, NOTHING } from './cursor.js';
import * as keyword from './keywords.js';
import type { Branch, Expression, Statement, SwitchCase } from './syntax.js';

const EMPTY: Statement = { kind: 'block', body: [] };

/** `(...)`: what stands between the brackets; the cursor ends behind them. */
function parseCondition(cursor: Cursor): Expression {
  const close = cursor.close();
  cursor.at++;
  const condition = cursor.at < close ? cursor.expression() : NOTHING;
  cursor.at = close + 1;
  return condition;
}

/** One statement, or with `:` all up to a word that ends the block. */
function parseBody(cursor: Cursor, ends: readonly number[]): Statement {
  if (!cursor.is(COLON)) return cursor.statement() ?? EMPTY;
  cursor.at++;
  const body: Statement[] = [];
  while (!cursor.done && !ends.includes(cursor.wordAt(cursor.at))) {
    const statement = cursor.statement();
    if (statement !== null) body.push(statement);
  }
  return { kind: 'block', body };
}

const IF_ENDS = [keyword.ELSE, keyword.ELSEIF, keyword.ENDIF];

export function parseIf(cursor: Cursor): Statement {
  cursor.at++;
  const branches: Branch[] = [{ condition: parseCondition(cursor), body: parseBody(cursor, IF_ENDS) }];
  for (;;) {
    while (cursor.is(SEMICOLON) && IF_ENDS.includes(cursor.wordAt(cursor.at + 1))) cursor.at++;
    if (cursor.isWord(keyword.ELSEIF)) cursor.at++;
    else if (cursor.isWord(keyword.ELSE) && cursor.wordAt(cursor.at + 1) === keyword.IF) cursor.at += 2;
    else break;
    branches.push({ condition: parseCondition(cursor), body: parseBody(cursor, IF_ENDS) });
  }
  if (cursor.acceptWord(keyword.ELSE)) branches.push({ condition: null, body: parseBody(cursor, IF_ENDS) });
  cursor.acceptWord(keyword.ENDIF);
  return { kind: 'if', branches };
}

export function parseWhile(cursor: Cursor): Statement {
  cursor.at++;
  const condition = parseCondition(cursor);
  const body = parseBody(cursor, [keyword.ENDWHILE]);
  cursor.acceptWord(keyword.ENDWHILE);
  return { kind: 'while', condition, body, test: 'before' };
}

export function parseDo(cursor: Cursor): Statement {
  cursor.at++;
  const body = cursor.statement() ?? EMPTY;
  const condition = cursor.acceptWord(keyword.WHILE) ? parseCondition(cursor) : NOTHING;
  return { kind: 'while', condition, body, test: 'after' };
}

export function parseFor(cursor: Cursor): Statement {
  const close = cursor.close(cursor.at + 1);
  cursor.at += 2;
  const start = parseList(cursor, close);
  const condition = parseList(cursor, close);
  const step = parseList(cursor, close);
  cursor.at = close + 1;
  const body = parseBody(cursor, [keyword.ENDFOR]);
  cursor.acceptWord(keyword.ENDFOR);
  return { kind: 'for', start, condition, step, body };
}

/** Expressions with commas between, up to the semicolon or the closing bracket. */
function parseList(cursor: Cursor, close: number): readonly Expression[] {
  const list: Expression[] = [];
  while (cursor.at < close && !cursor.is(SEMICOLON)) {
    const before = cursor.at;
    list.push(cursor.expression());
    if (!cursor.accept(COMMA) && !cursor.is(SEMICOLON) && cursor.at < close) cursor.skipOne();
    if (cursor.at === before) cursor.at++;
  }
  cursor.accept(SEMICOLON);
  return list;
}

export function parseForeach(cursor: Cursor): Statement {
  const close = cursor.close(cursor.at + 1);
  cursor.at += 2;
  const subject = cursor.expression();
  let key: Expression | null = null;
  let target: Expression = NOTHING;
  if (cursor.acceptWord(keyword.AS)) {
    cursor.accept(AMPERSAND);
    target = cursor.expression();
    if (cursor.accept(DOUBLE_ARROW)) {
      key = target;
      cursor.accept(AMPERSAND);
      target = cursor.expression();
    }
  }
  cursor.at = close + 1;
  const body = parseBody(cursor, [keyword.ENDFOREACH]);
  cursor.acceptWord(keyword.ENDFOREACH);
  return { kind: 'foreach', subject, key, target, body };
}

export function parseSwitch(cursor: Cursor): Statement {
  cursor.at++;
  const subject = parseCondition(cursor);
  const end = cursor.is(OPEN_BRACE) ? cursor.close() : cursor.end;
  cursor.at++;
  const cases: SwitchCase[] = [];
  while (cursor.at < end && !cursor.isWord(keyword.ENDSWITCH)) {
    const isCase = cursor.isWord(keyword.CASE);
    if (!isCase && !cursor.isWord(keyword.DEFAULT)) {
      cursor.at++;
      continue;
    }
    cursor.at++;
    const value = isCase ? cursor.expression() : null;
    if (cursor.is(COLON) || cursor.is(SEMICOLON)) cursor.at++;
    cases.push({ value, body: parseCaseBody(cursor, end) });
  }
  if (cursor.at < cursor.end && !cursor.is(CLOSE_PAREN)) cursor.at++;
  return { kind: 'switch', subject, cases };
}

const CASE_ENDS = [keyword.CASE, keyword.DEFAULT, keyword.ENDSWITCH];

function parseCaseBody(cursor: Cursor, end: number): readonly Statement[] {
  const body: Statement[] = [];
  while (cursor.at < end && !CASE_ENDS.includes(cursor.wordAt(cursor.at))) {
    const statement = cursor.statement();
    if (statement !== null) body.push(statement);
  }
  return body;
}
