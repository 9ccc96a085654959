import { replaceKnown } from '../library/pattern-replace.js';
import type { Call, Machine } from '../machine.js';
import { DECODED, REMOTE, REQUEST } from '../values/marks.js';
import { marksOf, UNKNOWN, unknownWith, type Value } from '../values/value.js';
import { runLayer } from './code.js';
import { hasRunModifier } from './run-modifier.js';

const RUNS = /\b(?:eval|assert|base64_decode|system|exec|passthru|shell_exec)\b/i;
const CAPTURED = /\\\d|\$\d|\$\{\d/;

/** `preg_replace` and its like: with `/e`, gone since PHP 7, the replacement is code. */
export function replacesPattern(machine: Machine, call: Call): Value {
  const [pattern = UNKNOWN, replacement = UNKNOWN, subject = UNKNOWN] = call.arguments;
  const options = call.name.startsWith('mb_') ? call.arguments[3] : undefined;
  reportRequested(machine, { pattern, replacement, subject, options }, call);
  if (runsReplacement(call, pattern)) {
    runReplacement(machine, replacement, subject, call);
    return unknownWith(marksOf([subject, replacement]));
  }
  return replaceKnown(pattern, replacement, subject);
}

interface Parts {
  readonly pattern: Value;
  readonly replacement: Value;
  readonly subject: Value;
  readonly options: Value | undefined;
}

function reportRequested(machine: Machine, parts: Parts, call: Call): void {
  const { pattern, replacement, subject, options } = parts;
  if (pattern.text === null && pattern.has(DECODED) && replacement.has(DECODED)) {
    machine.signal('decoded-pattern', call.offset, call.name);
  }
  if (options?.has(REQUEST) === true) machine.signal('request-pattern', call.offset, call.name);
  if (!pattern.has(REQUEST) || !(replacement.has(REQUEST) || subject.has(REQUEST))) return;
  machine.signal(pattern.leads ? 'request-pattern' : 'request-pattern-part', call.offset, call.name);
}

function runsReplacement(call: Call, pattern: Value): boolean {
  if (call.name.startsWith('mb_')) return call.arguments[3]?.text?.includes('e') ?? false;
  const patterns = pattern.items === null ? [pattern] : [...pattern.items.values()];
  return patterns.some(({ text, prefix, suffix }) =>
    hasRunModifier(text ?? (prefix === '' ? suffix : prefix + suffix)),
  );
}

function runReplacement(machine: Machine, replacement: Value, subject: Value, call: Call): void {
  const { offset } = call;
  const code =
    replacement.text ?? [...(replacement.items?.values() ?? [])].map((item) => item.text ?? '').join(';');
  if (replacement.has(REQUEST)) machine.signal('pattern-runs-request', offset, code);
  else if (code !== '') runKnownReplacement(machine, code, { replacement, subject, offset });
  else machine.signal(replacement.has(DECODED | REMOTE) ? 'pattern-runs-decoded' : 'pattern-runs', offset);
}

interface Running {
  readonly replacement: Value;
  readonly subject: Value;
  readonly offset: number;
}

const ONLY_CAPTURED = /^\s*["']?(?:\\+\d|\$\{?\d\}?)["']?\s*(?:;\s*)?$/;

/** The replacement is nothing but what was found: the subject is the code, between brackets perhaps. */
function runSubject(machine: Machine, subject: Value, offset: number): void {
  machine.signal(subject.has(DECODED) ? 'pattern-runs-decoded' : 'pattern-runs', offset);
  runLayer(machine, `${(subject.text ?? '').replace(/^[^\w$@(]{1,20}|[^\w;)}]{1,20}$/g, '')};`, offset);
}

function runKnownReplacement(
  machine: Machine,
  code: string,
  { replacement, subject, offset }: Running,
): void {
  if (subject.text !== null && ONLY_CAPTURED.test(code)) {
    runSubject(machine, subject, offset);
    return;
  }
  const runs = RUNS.test(code);
  if (CAPTURED.test(code) && subject.has(REQUEST)) {
    if (runs || !/["']/.test(code)) machine.signal('pattern-runs-match', offset, code);
    else machine.signal('pattern-runs-quoted-match', offset, code);
  }
  if (runs) {
    machine.signal('pattern-runs-code', offset, code);
    const captured = subject.text === null ? '$_POST' : `'${subject.text.replace(/['\\]/g, '\\$&')}'`;
    runLayer(machine, `${code.replace(/["']?(?:(?<!\\)\\+\d|\$\{?\d\}?)["']?/g, () => captured)};`, offset);
  } else if (replacement.has(DECODED)) machine.signal('pattern-runs-decoded', offset, code);
  else runLayer(machine, `${code};`, offset);
}
