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
  /** Values that hold nothing of the visitor's any more. */
  readonly harmless?: (value: string) => boolean;
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
const TEXT = /"(?:[^"\\\n]|\\.|"")*"/g;

/**
 * Follows what the visitor sent from name to name, over assignments and over the parameters of the page's own functions.
 * It knows no scopes and no order: a name is taken to hold a value everywhere once it holds it anywhere.
 */
export function requestFlow(text: string, grammar: FlowGrammar): RequestFlow {
  const fold = (name: string) => (grammar.ignoresCase ? name.toLowerCase() : name);
  const namesIn = (expression: string) =>
    [...withoutTexts(expression).matchAll(NAME)].map(([name]) => fold(name));
  const assign = (name: string, value: string): Assignment => ({
    name: fold(name),
    isSource: grammar.source.test(withoutTexts(value)),
    reads: namesIn(value),
  });
  const isHarmless = grammar.harmless ?? (() => false);
  const assignments: Assignment[] = [];
  for (const [, name = '', value = ''] of text.matchAll(ASSIGNMENT)) {
    if (!isHarmless(value) && assignments.push(assign(name, value)) === MAX_ASSIGNMENTS) break;
  }
  for (const { parameter, value } of passedValues(text, grammar))
    if (!isHarmless(value)) assignments.push(assign(parameter, value));
  const held = spread(assignments);
  return {
    holds: (expression) =>
      grammar.source.test(withoutTexts(expression)) || namesIn(expression).some((name) => held.has(name)),
  };
}

const withoutTexts = (expression: string) => expression.replace(TEXT, '""');

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
function passedValues(text: string, { functionHead, ignoresCase }: FlowGrammar) {
  const fold = (name: string) => (ignoresCase ? name.toLowerCase() : name);
  const functions = new Map<string, readonly string[]>();
  for (const { groups } of text.matchAll(functionHead)) {
    const parameters = (groups?.['parameters'] ?? '')
      .split(',')
      .map((one) => /(?<!\w)\w{1,60}(?=\W{0,8}$)/.exec(one)?.[0] ?? '');
    functions.set(fold(groups?.['name'] ?? ''), parameters);
    if (functions.size === MAX_FUNCTIONS) break;
  }
  const passed: { readonly parameter: string; readonly value: string }[] = [];
  if (functions.size === 0) return passed;
  let calls = 0;
  for (const { 1: name = '', index } of text.matchAll(/(?<![\w])([A-Za-z_]\w{0,60})[ \t]{0,2}[ (]/g)) {
    const parameters = functions.get(fold(name));
    if (parameters === undefined || ++calls > MAX_CALLS) continue;
    const values = argumentsOf(text, index + name.length);
    parameters.forEach((parameter, at) => {
      const value = values[at];
      if (parameter !== '' && value !== undefined) passed.push({ parameter, value });
    });
  }
  return passed;
}

const MAX_ARGUMENTS = 500;

/** The arguments of a call, in parentheses or up to the end of the line. */
export function argumentsOf(text: string, from: number): readonly string[] {
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
    if (character === '"' && text[at - 1] !== '\\') isText = !isText;
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
