import { type HandedValue, readBuffers, returnedValues } from './handed-values.js';

/** Which names of a page hold what its visitor sent. */
export interface RequestFlow {
  /** Whether an expression reads the request, or a name that does. */
  holds(expression: string): boolean;
}

/** What differs between the languages of pages. */
export interface FlowGrammar {
  /** An expression that reads the request. */
  readonly source: RegExp;
  /** A function's head: its name, and its parameters as they are written. Global. */
  readonly functionHead: RegExp;
  readonly ignoresCase: boolean;
  /** The head of a function that the visitor calls himself, with its parameters as they are written. Global. */
  readonly entryHead?: RegExp;
  /** The part of a value that counts; all of it when it is not given. */
  readonly counted?: (value: string) => string;
}

interface Assignment {
  readonly name: string;
  readonly isSource: boolean;
  readonly reads: readonly string[];
}

/** A page has no more; what follows is not looked at. */
const MAX_ASSIGNMENTS = 4_000;
/** A chain of names longer than this is nobody's. */
const MAX_PASSES = 8;
/** In VBScript a comparison looks like an assignment, but for the word before it. */
const ASSIGNMENT =
  /(?<![\w.]|\b(?:if|elseif|and|or|not|while|until|case)[ \t]{1,4})([A-Za-z_]\w{0,60})(?:\[[^\]\n]{0,40}\])?[ \t]{0,8}[+&]?=(?!=)[ \t]{0,8}([^;\n]{1,400})/gi;
const NAME = /(?<![.\w])[A-Za-z_]\w{0,60}/g;
/** How the texts of a page are written: with escapes, or in Basic, which has none. */
export type Dialect = 'basic' | 'escapes';
const TEXTS: Readonly<Record<Dialect, RegExp>> = {
  basic: /"(?:[^"\n]|"")*"/g,
  escapes: /"(?:[^"\\\n]|\\.|"")*"/g,
};

/** Basic ends no statement with a semicolon. */
export const dialectOf = (text: string): Dialect =>
  /;[ \t]{0,8}(?:\r?\n|\}|$)/.test(text) ? 'escapes' : 'basic';

/**
 * Follows what the visitor sent from name to name, over assignments, over the parameters of the page's own
 * functions and what they return, and over buffers.
 * It knows no scopes and no order: a name is taken to hold a value everywhere once it holds it anywhere.
 */
export function requestFlow(text: string, grammar: FlowGrammar): RequestFlow {
  const fold = (name: string) => (grammar.ignoresCase ? name.toLowerCase() : name);
  const texts = TEXTS[dialectOf(text)];
  const withoutTexts = (expression: string) => expression.replace(texts, '""');
  const namesIn = (expression: string) =>
    [...withoutTexts(expression).matchAll(NAME)].map(([name]) => fold(name));
  const assign = (name: string, value: string): Assignment => ({
    name: fold(name),
    isSource: grammar.source.test(withoutTexts(value)),
    reads: namesIn(value),
  });
  const counted = grammar.counted ?? ((value: string) => value);
  const assignments: Assignment[] = [];
  for (const [, name = '', value = ''] of text.matchAll(ASSIGNMENT)) {
    if (assignments.push(assign(name, counted(value))) === MAX_ASSIGNMENTS) break;
  }
  for (const parameter of entryParameters(text, grammar.entryHead))
    assignments.push({ name: fold(parameter), isSource: true, reads: [] });
  const handed = [...passedValues(text, grammar), ...returnedValues(text), ...readBuffers(text)];
  for (const { name, value } of handed) assignments.push(assign(name, counted(value)));
  const held = spread(assignments);
  return {
    holds: (expression) =>
      grammar.source.test(withoutTexts(expression)) || namesIn(expression).some((name) => held.has(name)),
  };
}

/** The names that hold the request after as many steps as it takes. */
function spread(assignments: readonly Assignment[]): ReadonlySet<string> {
  const held = new Set<string>();
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const before = held.size;
    for (const { name, isSource, reads } of assignments)
      if (isSource || reads.some((read) => held.has(read))) held.add(name);
    if (held.size === before) break;
  }
  return held;
}

const MAX_FUNCTIONS = 200;
const MAX_CALLS = 2_000;

/** What calls of the page's own functions pass for each parameter. */
function passedValues(text: string, { functionHead, ignoresCase }: FlowGrammar): readonly HandedValue[] {
  const fold = (name: string) => (ignoresCase ? name.toLowerCase() : name);
  const functions = new Map<string, readonly string[]>();
  for (const { groups } of text.matchAll(functionHead)) {
    functions.set(fold(groups?.['name'] ?? ''), parameterNames(groups?.['parameters'] ?? ''));
    if (functions.size === MAX_FUNCTIONS) break;
  }
  const dialect = dialectOf(text);
  const passed: HandedValue[] = [];
  if (functions.size === 0) return passed;
  let calls = 0;
  for (const { 1: name = '', index } of text.matchAll(/(?<![\w])([A-Za-z_]\w{0,60})[ \t]{0,2}[ (]/g)) {
    const parameters = functions.get(fold(name));
    if (parameters === undefined || ++calls > MAX_CALLS) continue;
    const values = argumentsOf(text, index + name.length, dialect);
    parameters.forEach((parameter, at) => {
      const value = values[at];
      if (parameter !== '' && value !== undefined) passed.push({ name: parameter, value });
    });
  }
  return passed;
}

/** Names stand last, but before `As` and the type in Basic. */
const parameterNames = (parameters: string): readonly string[] =>
  parameters.split(',').map((one) => {
    const named = one.replace(/\s(?:As\s[^,]*|=[^,]*)$/i, '');
    return /(?<!\w)\w{1,60}(?=\W{0,8}$)/.exec(named)?.[0] ?? '';
  });

/** The parameters of the functions that the visitor calls himself. */
function entryParameters(text: string, entryHead: RegExp | undefined): readonly string[] {
  if (entryHead === undefined) return [];
  return [...text.matchAll(entryHead)]
    .slice(0, MAX_FUNCTIONS)
    .flatMap(({ groups }) => parameterNames(groups?.['parameters'] ?? ''))
    .filter((name) => name !== '');
}

const MAX_ARGUMENTS = 500;

/** The arguments of a call, in parentheses or up to the end of the line. */
export function argumentsOf(text: string, from: number, dialect: Dialect): readonly string[] {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  const isOpen = text[at] === '(';
  if (isOpen) at++;
  const values: string[] = [];
  let start = at;
  let depth = 0;
  let isText = false;
  const end = Math.min(text.length, at + MAX_ARGUMENTS);
  for (; at < end; at++) {
    const character = text[at] ?? '';
    if (character === '"' && !(isText && dialect === 'escapes' && isEscaped(text, at))) isText = !isText;
    if (character === '\n' && !isOpen) break;
    if (isText) continue;
    if (character === ';' || (character === ')' && depth === 0)) break;
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) {
      values.push(text.slice(start, at));
      start = at + 1;
    }
  }
  values.push(text.slice(start, at));
  return values;
}

/** Whether the quote at an offset belongs to the text that it stands in. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before--;
  return (at - before) % 2 === 1;
}
