import type { FunctionDeclaration } from '../parse/syntax.js';
import { CARRIED } from './marks.js';

/** The variables that a closure was made among. */
export interface Variables {
  readonly variables: ReadonlyMap<string, Value>;
  readonly fallback: Value | null;
  readonly className: string;
}

/** What a value is besides text and items. */
export type Reference =
  | { readonly kind: 'closure'; readonly declaration: FunctionDeclaration; readonly scope: Variables }
  | { readonly kind: 'object'; readonly className: string }
  /** What ReflectionClass gave: makes objects of the class. */
  | { readonly kind: 'class'; readonly className: string }
  /** Something that is called through an object: ReflectionFunction, Closure::fromCallable. */
  | { readonly kind: 'callable'; readonly target: Value }
  | { readonly kind: 'globals' }
  | { readonly kind: 'server' }
  /** What fopen gave. */
  | { readonly kind: 'handle'; readonly path: Value };

/** What the evaluator knows of a value. */
export class Value {
  /** Known beginning and end of a text that is unknown in the middle. */
  prefix = '';
  suffix = '';
  /** Whether an unknown text may begin with what its marks tell of, rather than with something else. */
  leads = true;

  constructor(
    /** The text, when it is known; numbers are texts. */
    readonly text: string | null,
    readonly marks: number = 0,
    readonly items: Items | null = null,
    readonly reference: Reference | null = null,
  ) {}

  has(marks: number): boolean {
    return (this.marks & marks) !== 0;
  }

  /** The marks that go over into whatever is made of this value. */
  get carried(): number {
    return this.marks & CARRIED;
  }
}

/** An array's items by key, and the next free number. */
export class Items extends Map<string, Value> {
  next = 0;
  /** The marks of all that was ever put in. */
  marks = 0;

  append(value: Value): void {
    this.put(String(this.next), value);
  }

  put(key: string, value: Value): void {
    if (isDigit(key.charCodeAt(0)) && /^\d{1,9}$/.test(key)) this.next = Math.max(this.next, Number(key) + 1);
    this.marks |= deepMarks(value);
    this.set(key, value);
  }
}

const isDigit = (code: number) => code >= 48 && code <= 57;

export const UNKNOWN = new Value(null);
export const EMPTY_TEXT = new Value('');
export const TRUE = new Value('1');

export function textValue(text: string, marks = 0): Value {
  return new Value(text, marks);
}

export function unknownWith(marks: number): Value {
  return marks === 0 ? UNKNOWN : new Value(null, marks);
}

/** Something of a value, unknown, that begins as the value does. */
export function unknownPart(whole: Value, marks: number): Value {
  if (whole.leads || marks === 0) return unknownWith(marks);
  const part = new Value(null, marks);
  part.leads = false;
  return part;
}

export function numberValue(value: number, marks: number): Value {
  return new Value(String(value), marks);
}

export function itemsOf(values: Iterable<Value>): Items {
  const items = new Items();
  for (const value of values) items.append(value);
  return items;
}

/** The marks of several values together. */
export function marksOf(values: Iterable<Value>): number {
  let marks = 0;
  for (const value of values) marks |= deepMarks(value);
  return marks;
}

/** Marks of a value and, where it is an array, of all that is in it. */
export function deepMarks(value: Value): number {
  return value.items === null ? value.carried : value.carried | value.items.marks;
}

/** Either of two values: what they agree on is known. */
export function either(a: Value, b: Value): Value {
  if (a === b) return a;
  const text = a.text !== null && a.text === b.text ? a.text : null;
  return new Value(text, a.marks | b.marks, a.items ?? b.items, a.reference ?? b.reference);
}

/** PHP's truth, when it is known. */
export function truthOf(value: Value): boolean | undefined {
  if (value.text !== null) return value.text !== '' && value.text !== '0';
  if (value.items !== null) return value.items.size > 0 ? true : undefined;
  return undefined;
}

export function isNumericText(text: string): boolean {
  return /^\s{0,8}-?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text);
}

/** A text as PHP reads a number in it; 0 when there is none. */
export function toNumber(text: string): number {
  const number = Number.parseFloat(text);
  return Number.isNaN(number) ? 0 : number;
}
