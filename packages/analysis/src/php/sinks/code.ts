import type { Call, Machine } from '../machine.js';
import {
  BUILT,
  DECODED,
  OWN_FILE,
  PARAMETER,
  REMOTE,
  REQUEST,
  SERVER,
  UNDEFINED,
  UPLOAD,
} from '../values/marks.js';
import { textValue, UNKNOWN, Value } from '../values/value.js';

/** Nobody spells so much code by hand. */
const LONG = 300;

const RUNS_VARIABLE = /\b(?:eval|assert|system|exec|passthru|shell_exec|popen)\s{0,4}\(\s{0,4}@?\$/i;

const isHidden = (call: Call): boolean => call.by === 'hidden-value' || call.by === 'callback';

/** `eval`, `assert` and whatever else runs a text as PHP. */
export function runsCode(machine: Machine, call: Call): Value {
  const code = call.arguments[0] ?? UNKNOWN;
  if (code.text === null || code.has(REQUEST)) {
    reportUnknownCode(machine, code, call);
    return UNKNOWN;
  }
  reportKnownCode(machine, code, call);
  const text = call.name === 'assert' ? `return ${code.text};` : code.text;
  return runLayer(machine, text, call.offset);
}

/** Runs code of the file's own making, and counts what it does to the place that runs it. */
export function runLayer(machine: Machine, code: string, offset: number): Value {
  if (machine.codeDepth === 0) machine.outerOffset = offset;
  const closes = /^\s{0,80}\?>/.exec(code);
  if (closes !== null) return machine.interpreter.runCode(machine, code.slice(closes[0].length), 'html');
  return machine.interpreter.runCode(machine, code.replace(/^\s{0,80}<\?php\b/i, ''), 'php');
}

function reportKnownCode(machine: Machine, code: Value, call: Call): void {
  const text = code.text ?? '';
  if (code.has(DECODED)) {
    machine.signal(
      text.length > 40 ? 'decoded-to-code' : 'decoded-to-code-short',
      call.offset,
      excerpt(text),
    );
  } else if (code.has(BUILT) && call.name !== 'assert') {
    const plain = text.length > LONG ? 'built-to-code-long' : 'built-to-code';
    machine.signal(isHidden(call) ? 'built-to-hidden-code' : plain, call.offset, excerpt(text));
  }
}

function reportUnknownCode(machine: Machine, code: Value, call: Call): void {
  const { offset } = call;
  if (code.has(REQUEST)) machine.signal('request-to-code', offset, call.name);
  else if (code.has(UPLOAD)) machine.signal('upload-to-code', offset);
  else if (code.has(REMOTE))
    machine.signal(code.has(DECODED) ? 'remote-decoded-to-code' : 'remote-to-code', offset);
  else if (code.has(DECODED)) {
    machine.signal(code.has(OWN_FILE) ? 'own-file-decoded-to-code' : 'decoded-to-code-unknown', offset);
  } else if (code.has(OWN_FILE)) machine.signal('own-file-to-code', offset);
  else if (code.has(SERVER)) machine.signal('server-to-code', offset, call.name);
  else if (code.has(BUILT)) machine.signal('built-to-code-unknown', offset);
  else if (code.has(UNDEFINED) && call.name !== 'assert') machine.signal('undefined-to-code', offset);
  else if (isHidden(call)) machine.signal('unknown-to-hidden-code', offset);
  else if (call.name === 'eval')
    machine.signal(code.has(PARAMETER) ? 'parameter-to-code' : 'unknown-to-code', offset);
}

/** `create_function(parameters, body)`: as good as `eval`, but what it makes is called later. */
export function createsFunction(machine: Machine, call: Call): Value {
  const [parameters = UNKNOWN, body = UNKNOWN] = call.arguments;
  if (parameters.has(REQUEST)) machine.signal('request-to-code', call.offset, call.name);
  if (body.text === null || body.has(REQUEST)) {
    reportUnknownCode(machine, body, call);
    return new Value(null, body.carried, null, { kind: 'callable', target: new Value(null, body.carried) });
  }
  reportKnownCode(machine, body, call);
  if (RUNS_VARIABLE.test(body.text))
    machine.signal('created-runs-parameter', call.offset, excerpt(body.text));
  const name = `created@${machine.functions.size}`;
  runLayer(machine, `function created_by_text(${parameters.text ?? ''}){${body.text}}`, call.offset);
  const made = machine.functions.get('created_by_text');
  if (made === undefined) return UNKNOWN;
  machine.functions.delete('created_by_text');
  machine.functions.set(name, made);
  return textValue(name);
}

function excerpt(text: string): string {
  return text.slice(0, 60).replace(/\s+/g, ' ');
}
