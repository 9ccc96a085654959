import type { Call, Machine } from '../machine.js';
import { DECODED, PARAMETER, REMOTE, REQUEST, SERVER, UNDEFINED, UPLOAD } from '../values/marks.js';
import { UNKNOWN, type Value } from '../values/value.js';

const HOSTILE =
  /\/dev\/tcp\/|\bnc(?:at)?\s+-|\bbash\s+-i\b|\/bin\/(?:ba)?sh\b|\b(?:wget|curl|lwp-download|fetch)\s(?!(?:-\S{1,20}\s{1,4}(?:[A-Z]{3,7}\s{1,4})?){0,6}["']?(?:https?:\/\/)?(?:localhost|127\.0\.0\.1)[/:\s"'])|\bperl\s|\bpython\d?\s|\bchmod\s+(?:\+x|0?777)\s+\//;

/** `system` and its like. */
export function runsCommand(machine: Machine, call: Call): Value {
  const command = commandOf(call);
  const { offset } = call;
  machine.findings.capabilities.add('command');
  if (command.has(REQUEST)) machine.signal('request-to-command', offset, call.name);
  else if (command.has(UPLOAD)) machine.signal('upload-to-command', offset, call.name);
  else if (command.has(REMOTE)) {
    machine.signal(isWhole(command) ? 'remote-to-command' : 'remote-in-command', offset, call.name);
  } else if (command.has(SERVER)) machine.signal('server-to-command', offset, call.name);
  else if (command.has(DECODED)) machine.signal('decoded-to-command', offset, command.text ?? call.name);
  else if (command.text !== null) {
    machine.signal(HOSTILE.test(command.text) ? 'hostile-command' : 'quiet-command', offset, command.text);
  } else if (command.has(UNDEFINED) && isWhole(command))
    machine.signal('undefined-to-command', offset, call.name);
  else machine.signal(command.has(PARAMETER) ? 'quiet-command' : 'unknown-to-command', offset, call.name);
  if (call.name === 'exec') putOutput(machine, call);
  return UNKNOWN;
}

/** What a shell of the host reads as a command of its own, behind it. */
const INTERPRETER =
  /(?:^|[\s;&|("'`/\\])(?:(?:(?:ba|da|z|k|a)?sh|cmd(?:\.exe)?|powershell|eval|exec|sudo|nohup)\b|(?:php|perl|python\d?|ruby)\s{1,4}-[rec]\b)|[;&|`(]\s{0,8}$/i;

/** Whether what came from elsewhere is a command, and not only an argument of one. */
const isWhole = ({ leads, prefix }: Value) => leads || prefix === '' || INTERPRETER.test(prefix);

/** A list of program and arguments counts as one command. */
function commandOf(call: Call): Value {
  const [first = UNKNOWN] = call.arguments;
  if (call.name !== 'pcntl_exec') return first;
  return call.arguments.find((value) => value.has(REQUEST)) ?? first;
}

/** `exec(command, $lines)`: the lines are output, no longer what was in the variable. */
function putOutput(machine: Machine, call: Call): void {
  const target = call.written[1];
  if (target !== undefined) machine.interpreter.assign(machine, target.value, UNKNOWN);
}
