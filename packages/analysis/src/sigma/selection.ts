import { ANY_FIELD, type FieldTable } from './event.js';
import { allOf, anyOf, type Compiled, not } from './matcher.js';
import { type FieldKey, parseKey } from './modifiers.js';
import { compileRegex } from './regex.js';
import { type DocumentPath, RuleProblem } from './rule-error.js';
import { type Placeholders, patternsOf } from './text-values.js';
import * as test from './value-tests.js';

export interface SelectionContext {
  readonly fields: FieldTable;
  readonly placeholders: Placeholders;
  /** The event's name for a field that rules name otherwise. */
  readonly mapField: (field: string) => string;
}

/** A search identifier's content: keywords, a map of fields, or a list of either. */
export function compileSelection(content: unknown, path: DocumentPath, context: SelectionContext): Compiled {
  if (Array.isArray(content)) {
    if (content.length === 0) throw new RuleProblem('RULE_SHAPE', 'an empty list matches nothing', path);
    return anyOf(content.map((item, index) => compileItem(item, [...path, index], context)));
  }
  return compileItem(content, path, context);
}

function compileItem(item: unknown, path: DocumentPath, context: SelectionContext): Compiled {
  if (isMap(item)) {
    const entries = Object.entries(item);
    if (entries.length === 0) throw new RuleProblem('RULE_SHAPE', 'an empty map matches everything', path);
    return allOf(entries.map(([key, value]) => compileField(key, value, [...path, key], context)));
  }
  return compileField('', item, path, context);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function compileField(name: string, value: unknown, path: DocumentPath, context: SelectionContext): Compiled {
  const key = parseKey(name, path);
  const field = key.field === '' ? ANY_FIELD : context.fields.number(context.mapField(key.field));
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0) throw new RuleProblem('RULE_SHAPE', 'an empty list matches nothing', path);
  const parts = values.map((item, index) => {
    const at = Array.isArray(value) ? [...path, index] : path;
    return compileValue({ key, field, value: item, path: at }, context);
  });
  const joined = key.has('all') ? allOf(parts) : anyOf(parts);
  return key.has('neq') ? not(joined) : joined;
}

interface FieldValue {
  readonly key: FieldKey;
  readonly field: number;
  readonly value: unknown;
  readonly path: DocumentPath;
}

function compileValue(item: FieldValue, context: SelectionContext): Compiled {
  const { key, field, value, path } = item;
  if (key.has('exists')) return test.testExists(field, booleanOf(item));
  if (key.relation !== undefined) return test.testRelation(field, key.relation, numberOf(item));
  if (key.time !== undefined) return test.testTime(field, key.time, numberOf(item));
  if (value === null) {
    if (key.modifiers.some((modifier) => modifier !== 'neq')) {
      throw new RuleProblem('VALUE_TYPE', 'null takes no modifiers', path);
    }
    return test.testNull(field);
  }
  if (key.has('re')) return compileRegexValue(item);
  if (key.has('cidr')) return compileNetwork(item);
  if (key.has('fieldref')) return compileReference(item, context);
  if (key.position === undefined && value === '') return test.testPattern(field, [], 'any-case');
  const patterns = patternsOf(textOf(item), key, path, context.placeholders);
  const letterCase = key.has('cased') ? 'cased' : 'any-case';
  return anyOf(patterns.map((pattern) => test.testPattern(field, pattern, letterCase)));
}

function compileRegexValue(item: FieldValue): Compiled {
  const { key, field, path } = item;
  const flags = { ignoreCase: key.has('i'), multiLine: key.has('m'), dotAll: key.has('s') };
  try {
    return test.testRegex(field, compileRegex(textOf(item), flags));
  } catch (error) {
    throw new RuleProblem('REGEX', error instanceof Error ? error.message : String(error), path);
  }
}

function compileNetwork(item: FieldValue): Compiled {
  try {
    return test.testNetwork(item.field, textOf(item));
  } catch {
    throw new RuleProblem('VALUE_TYPE', `'${String(item.value)}' is no network in CIDR notation`, item.path);
  }
}

const POSITIONS = { startswith: 'start', endswith: 'end', contains: 'inside' } as const;

function compileReference(item: FieldValue, context: SelectionContext): Compiled {
  const { key, field } = item;
  const other = context.fields.number(context.mapField(textOf(item)));
  return test.testOtherField(field, other, {
    position: key.position === undefined ? 'whole' : POSITIONS[key.position],
    letterCase: key.has('cased') ? 'cased' : 'any-case',
  });
}

function textOf({ value, path }: FieldValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return test.scalarText(value);
  throw new RuleProblem('VALUE_TYPE', 'a text or a number must stand here', path);
}

function numberOf({ value, path }: FieldValue): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new RuleProblem('VALUE_TYPE', 'a number must stand here', path);
}

function booleanOf({ value, path }: FieldValue): boolean {
  if (typeof value === 'boolean') return value;
  throw new RuleProblem('VALUE_TYPE', 'true or false must stand here', path);
}
