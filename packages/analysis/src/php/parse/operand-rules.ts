import {
  AMPERSAND,
  COMMA,
  DOLLAR,
  DOUBLE_ARROW,
  DOUBLE_COLON,
  OPEN_BRACE,
  OPEN_BRACKET,
  OPEN_PAREN,
} from '../operators.js';
import { BACKTICK, NAME, NUMBER, OPERATOR, STRING, TEMPLATE, VARIABLE } from '../tokens.js';
import { acceptCallableSyntax, parseArguments, parsePostfix } from './call-rules.js';
import { type Cursor, NOTHING } from './cursor.js';
import { parseClosure } from './function-rules.js';
import * as keyword from './keywords.js';
import { numberText, unescapeText } from './literals.js';
import { parseMatch } from './match-rules.js';
import { parseNew } from './new-rules.js';
import type { ArrayItem, Expression } from './syntax.js';
import { parseTemplate } from './template-rules.js';

/** One operand with everything that hangs on it: indexes, calls, members, assignments. */
export function parseOperand(cursor: Cursor): Expression {
  return parsePostfix(cursor, parsePrimary(cursor));
}

function parsePrimary(cursor: Cursor): Expression {
  if (cursor.done) return NOTHING;
  const { kinds, codes } = cursor.program.tokens;
  const at = cursor.at;
  switch (kinds[at]) {
    case VARIABLE:
      cursor.at++;
      return { kind: 'variable', name: cursor.text(at) };
    case STRING:
      cursor.at++;
      return { kind: 'text', value: unescapeText(cursor.text(at), codes[at] ?? 0), numeric: false };
    case TEMPLATE:
      cursor.at++;
      return { kind: 'template', parts: parseTemplate(cursor, cursor.text(at)) };
    case BACKTICK:
      cursor.at++;
      // a command is text: what is not stands in an image by chance
      if (/[^\t\n\r\x20-\x7e\xa0-\xff]/.test(cursor.text(at))) return NOTHING;
      return { kind: 'command', parts: parseTemplate(cursor, cursor.text(at)), offset: cursor.offset(at) };
    case NUMBER:
      cursor.at++;
      return { kind: 'text', value: numberText(cursor.text(at)), numeric: true };
    case OPERATOR:
      return parseBracketed(cursor);
    case NAME:
      return parseNamed(cursor);
    default:
      cursor.at++;
      return NOTHING;
  }
}

function parseBracketed(cursor: Cursor): Expression {
  if (cursor.is(OPEN_PAREN)) {
    const close = cursor.close();
    cursor.at++;
    const inner = cursor.at < close ? cursor.expression() : NOTHING;
    cursor.at = Math.max(cursor.at, close + 1);
    return inner;
  }
  if (cursor.is(OPEN_BRACKET)) return parseArrayLiteral(cursor);
  if (cursor.is(DOLLAR)) return parseVariableVariable(cursor);
  // a closing bracket or a separator ends the operand that is missing here
  if (!isEnding(cursor)) cursor.at++;
  return NOTHING;
}

function isEnding(cursor: Cursor): boolean {
  return ')]},;:'.includes(cursor.text());
}

/** `$$x`, `${expression}`. */
function parseVariableVariable(cursor: Cursor): Expression {
  cursor.at++;
  if (cursor.is(OPEN_BRACE)) {
    const close = cursor.close();
    cursor.at++;
    const name = cursor.expression();
    cursor.at = close + 1;
    return { kind: 'variable-variable', name };
  }
  if (cursor.isVariable()) {
    const name = cursor.text();
    cursor.at++;
    return { kind: 'variable-variable', name: { kind: 'variable', name } };
  }
  return cursor.is(DOLLAR) ? { kind: 'variable-variable', name: parseVariableVariable(cursor) } : NOTHING;
}

/** `[...]`, `array(...)`, `list(...)`: the cursor stands on the bracket. */
export function parseArrayLiteral(cursor: Cursor): Expression {
  const close = cursor.close();
  const items: ArrayItem[] = [];
  cursor.at++;
  while (cursor.at < close) {
    const before = cursor.at;
    cursor.accept(AMPERSAND);
    const first = cursor.expression();
    if (cursor.accept(DOUBLE_ARROW)) items.push({ key: first, value: cursor.expression() });
    else if (cursor.at > before || cursor.is(COMMA)) items.push({ key: null, value: first });
    if (!cursor.accept(COMMA) && cursor.at < close) cursor.skipOne();
  }
  cursor.at = close + 1;
  return { kind: 'array', items };
}

function parseNamed(cursor: Cursor): Expression {
  const at = cursor.at;
  const id = cursor.wordAt(at);
  const special = id > 0 ? parseKeyword(cursor, id) : null;
  if (special !== null) return special;
  cursor.at = at + 1;
  if (cursor.is(OPEN_PAREN)) {
    if (acceptCallableSyntax(cursor)) return { kind: 'text', value: cursor.lowerName(at), numeric: false };
    return {
      kind: 'call',
      name: cursor.lowerName(at),
      arguments: parseArguments(cursor),
      offset: cursor.offset(at),
    };
  }
  if (cursor.is(DOUBLE_COLON)) return { kind: 'class-constant', name: cursor.lowerName(at) };
  return { kind: 'constant', name: cursor.text(at) };
}

/** Words with a syntax of their own; null when the word is an ordinary name here. */
function parseKeyword(cursor: Cursor, id: number): Expression | null {
  const opens = cursor.isAt(cursor.at + 1, OPEN_PAREN);
  if (keyword.INCLUDES[id] === 1) return parseInclude(cursor);
  switch (id) {
    case keyword.NEW:
      return parseNew(cursor);
    case keyword.ARRAY:
    case keyword.LIST:
      if (!opens) return null;
      cursor.at++;
      return parseArrayLiteral(cursor);
    case keyword.ISSET:
    case keyword.EMPTY:
      if (!opens) return null;
      return parseTest(cursor);
    case keyword.FUNCTION:
    case keyword.FN:
    case keyword.STATIC:
      return parseClosure(cursor);
    case keyword.MATCH:
      return opens ? parseMatch(cursor) : null;
    case keyword.ECHO:
    case keyword.PRINT:
    case keyword.EXIT:
    case keyword.DIE:
      return parseWriting(cursor, id);
    case keyword.CLONE:
    case keyword.THROW:
    case keyword.YIELD:
      cursor.at++;
      cursor.acceptWord(keyword.FROM);
      return cursor.expression();
    default:
      return null;
  }
}

/** `print x`, `exit(x)`: what is written, or nothing. */
function parseWriting(cursor: Cursor, id: number): Expression {
  cursor.at++;
  if (id === keyword.ECHO || id === keyword.PRINT) return { kind: 'write', operands: [cursor.expression()] };
  if (!cursor.is(OPEN_PAREN)) return NOTHING;
  return { kind: 'write', operands: parseArguments(cursor).map((argument) => argument.value) };
}

function parseInclude(cursor: Cursor): Expression {
  const offset = cursor.offset();
  cursor.at++;
  return { kind: 'include', operand: cursor.expression(1), offset };
}

/** `isset(...)` and `empty(...)`. */
function parseTest(cursor: Cursor): Expression {
  const test = cursor.isWord(keyword.ISSET) ? 'isset' : 'empty';
  cursor.at++;
  return { kind: 'test', test, operands: parseArguments(cursor).map((argument) => argument.value) };
}
