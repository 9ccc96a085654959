import { ARROW, DOUBLE_COLON, OPEN_BRACE, OPEN_BRACKET, OPEN_PAREN } from '../operators.js';
import { parseArguments } from './call-rules.js';
import { parseClassBody } from './class-rules.js';
import { type Cursor, NOTHING } from './cursor.js';
import { CLASS } from './keywords.js';
import type { Expression } from './syntax.js';

/** `new Name(...)`, `new $name(...)`, `new (expression)(...)`, `new class {...}`. */
export function parseNew(cursor: Cursor): Expression {
  const offset = cursor.offset();
  cursor.at++;
  if (cursor.isWord(CLASS)) return parseAnonymousClass(cursor);
  const className = parseClassName(cursor);
  const args = cursor.is(OPEN_PAREN) ? parseArguments(cursor) : [];
  return { kind: 'new', className, body: null, arguments: args, offset };
}

function parseClassName(cursor: Cursor): Expression {
  if (cursor.isName()) {
    cursor.at++;
    return { kind: 'text', value: cursor.lowerName(cursor.at - 1), numeric: false };
  }
  if (cursor.is(OPEN_PAREN)) {
    const close = cursor.close();
    cursor.at++;
    const name = cursor.expression();
    cursor.at = close + 1;
    return name;
  }
  if (!cursor.isVariable()) return NOTHING;
  let name: Expression = { kind: 'variable', name: cursor.text() };
  cursor.at++;
  for (;;) {
    if (cursor.is(OPEN_BRACKET)) {
      const close = cursor.close();
      cursor.at++;
      name = { kind: 'index', base: name, key: cursor.expression() };
      cursor.at = close + 1;
    } else if (cursor.is(ARROW) && cursor.isName(cursor.at + 1)) {
      name = { kind: 'property', base: name, name: textOf(cursor.lowerName(cursor.at + 1)) };
      cursor.at += 2;
    } else if (cursor.is(DOUBLE_COLON)) cursor.at += 2;
    else return name;
  }
}

function textOf(value: string): Expression {
  return { kind: 'text', value, numeric: false };
}

function parseAnonymousClass(cursor: Cursor): Expression {
  const offset = cursor.offset();
  cursor.at++;
  const args = cursor.is(OPEN_PAREN) ? parseArguments(cursor) : [];
  while (!cursor.done && !cursor.is(OPEN_BRACE)) cursor.at++;
  const body = parseClassBody(cursor, `class@${offset}`);
  return { kind: 'new', className: textOf(body.name), body, arguments: args, offset };
}
