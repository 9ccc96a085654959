import { ASSIGN, COMMA, OPEN_BRACE, SEMICOLON } from '../operators.js';
import type { Cursor } from './cursor.js';
import { isNamedFunction, parseNamedFunction } from './function-rules.js';
import { CLASS, CONST, ENUM, EXTENDS, INTERFACE, TRAIT, USE } from './keywords.js';
import { ASSIGNMENT_LEVEL } from './precedence.js';
import type { ClassDeclaration, Expression, FunctionDeclaration } from './syntax.js';

/** Whether a class, trait, interface or enum begins here. */
export function isClass(cursor: Cursor): boolean {
  const id = cursor.wordAt(cursor.at);
  return (id === CLASS || id === TRAIT || id === INTERFACE || id === ENUM) && cursor.isName(cursor.at + 1);
}

/** `class Name extends Parent {...}`: the cursor stands on the word. */
export function parseClass(cursor: Cursor): ClassDeclaration {
  const offset = cursor.offset();
  cursor.at++;
  const name = cursor.lowerName();
  let parent = '';
  while (!cursor.done && !cursor.is(OPEN_BRACE) && !cursor.is(SEMICOLON)) {
    if (cursor.acceptWord(EXTENDS)) parent = cursor.lowerName();
    cursor.at++;
  }
  return { ...parseClassBody(cursor, name), parent, offset };
}

interface NamedValue {
  readonly name: string;
  readonly value: Expression;
}

/** The cursor stands on the `{`. */
export function parseClassBody(cursor: Cursor, name: string): ClassDeclaration {
  const methods: FunctionDeclaration[] = [];
  const properties: NamedValue[] = [];
  const constants: NamedValue[] = [];
  const traits: string[] = [];
  const close = cursor.is(OPEN_BRACE) ? cursor.close() : cursor.at;
  cursor.at++;
  while (cursor.at < close) {
    if (isNamedFunction(cursor)) {
      const method = parseNamedFunction(cursor);
      if (method !== null) methods.push(method);
    } else if (cursor.isVariable() && cursor.isAt(cursor.at + 1, ASSIGN)) {
      properties.push(parseInitialised(cursor, cursor.text().toLowerCase()));
    } else if (cursor.acceptWord(CONST)) {
      constants.push(...parseConstants(cursor));
    } else if (cursor.acceptWord(USE)) {
      traits.push(...parseTraits(cursor));
    } else cursor.skipOne();
  }
  cursor.at = close + 1;
  const { source } = cursor.program.tokens;
  return { name, source, offset: 0, parent: '', traits, methods, properties, constants };
}

/** `use A, B;`: behind the word. */
function parseTraits(cursor: Cursor): readonly string[] {
  const names: string[] = [];
  while (!cursor.done && !cursor.is(SEMICOLON) && !cursor.is(OPEN_BRACE)) {
    if (cursor.isName()) names.push(cursor.lowerName());
    cursor.at++;
  }
  return names;
}

/** `name = value`: the cursor stands on the name. */
function parseInitialised(cursor: Cursor, name: string): NamedValue {
  cursor.at += 2;
  return { name, value: cursor.expression(ASSIGNMENT_LEVEL) };
}

/** `A = 1, B = 2`: behind the word `const`. */
export function parseConstants(cursor: Cursor): readonly NamedValue[] {
  const items: NamedValue[] = [];
  while (cursor.isName() && !cursor.isAt(cursor.at + 1, ASSIGN)) cursor.at++;
  while (cursor.isName() && cursor.isAt(cursor.at + 1, ASSIGN)) {
    items.push(parseInitialised(cursor, cursor.text()));
    cursor.accept(COMMA);
  }
  return items;
}
