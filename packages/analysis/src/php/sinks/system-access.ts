import type { Call, Machine } from '../machine.js';
import { DECODED, OWN_FILE, PARAMETER, REQUEST } from '../values/marks.js';
import { UNKNOWN, unknownWith, type Value } from '../values/value.js';

/** Deleting, renaming, changing modes. */
export function changesFile(machine: Machine, call: Call): Value {
  const [path = UNKNOWN] = call.arguments;
  machine.findings.capabilities.add(call.name);
  if (path.has(REQUEST) && path.leads)
    machine.signal(
      call.name === 'chmod' ? 'request-changes-mode' : 'request-changes-file',
      call.offset,
      call.name,
    );
  if (call.name === 'unlink' && path.has(OWN_FILE)) machine.signal('removes-itself', call.offset);
  return UNKNOWN;
}

export function listsFolder(machine: Machine, call: Call): Value {
  const [path = UNKNOWN] = call.arguments;
  machine.findings.capabilities.add('folder');
  if (path.has(REQUEST) && path.leads) machine.signal('request-lists-folder', call.offset, call.name);
  return UNKNOWN;
}

/** Questions about the system, ordinary one by one. */
export function asksSystem(machine: Machine, call: Call): Value {
  machine.findings.capabilities.add(call.name);
  return UNKNOWN;
}

const TELLING_SETTINGS =
  /^(?:disable_functions|safe_mode|open_basedir|display_errors|error_log|log_errors|max_execution_time)$/i;

export function readsOrSetsOption(machine: Machine, call: Call): Value {
  const name = call.arguments[0]?.text ?? '';
  if (TELLING_SETTINGS.test(name)) machine.findings.capabilities.add(`${call.name} ${name}`);
  return UNKNOWN;
}

export function unserializes(machine: Machine, call: Call): Value {
  const [text = UNKNOWN] = call.arguments;
  if (text.has(REQUEST)) {
    machine.signal('request-object', call.offset);
    machine.makesObjects = true;
  }
  return unknownWith(text.carried);
}

export function setsEnvironment(machine: Machine, call: Call): Value {
  const [setting = UNKNOWN] = call.arguments;
  if (setting.has(REQUEST) || /LD_PRELOAD/.test(setting.text ?? setting.prefix)) {
    machine.signal('preloads-library', call.offset, setting.text ?? '');
  }
  return UNKNOWN;
}

/** Makes an account of the site. */
export function makesUser(machine: Machine, call: Call): Value {
  if (call.arguments.some((value) => value.has(REQUEST)))
    machine.signal('request-user', call.offset, call.name);
  return UNKNOWN;
}

export function loadsLibrary(machine: Machine, call: Call): Value {
  if (call.arguments[0]?.has(REQUEST) === true) machine.signal('request-library', call.offset);
  return UNKNOWN;
}

export function opensMailbox(machine: Machine, call: Call): Value {
  if (call.arguments[0]?.has(REQUEST) === true) machine.signal('request-mailbox', call.offset);
  return UNKNOWN;
}

export function connectsDatabase(machine: Machine, call: Call): Value {
  machine.findings.capabilities.add('database');
  const [host = UNKNOWN, user = UNKNOWN] = call.arguments;
  if (host.has(REQUEST) || user.has(REQUEST)) machine.signal('request-database', call.offset, call.name);
  return UNKNOWN;
}

export function queries(machine: Machine, call: Call): Value {
  const query = call.arguments.find((value) => value.has(REQUEST));
  if (query?.leads) machine.signal('request-query', call.offset, call.name);
  return UNKNOWN;
}

export function mails(machine: Machine, call: Call): Value {
  const [to = UNKNOWN, subject = UNKNOWN] = call.arguments;
  machine.findings.capabilities.add('mail');
  if (to.has(REQUEST) && subject.has(REQUEST)) {
    machine.signal(
      call.arguments[2]?.has(REQUEST) === true ? 'request-whole-mail' : 'request-mail',
      call.offset,
    );
  }
  // An address that is decoded from elsewhere is one that the site keeps.
  if (to.text !== null && to.has(DECODED)) machine.signal('decoded-mail', call.offset);
  return UNKNOWN;
}

/** `error_log(text, 3, path)` appends to a file. */
export function logs(machine: Machine, call: Call): Value {
  const [text = UNKNOWN, , path = UNKNOWN] = call.arguments;
  if (text.has(REQUEST) && (/\.ph(?:p|tml)/i.test(path.text ?? '') || path.has(REQUEST))) {
    machine.signal('request-writes-script', call.offset, path.text ?? '');
  }
  return UNKNOWN;
}

/** `extract($_POST)`: every variable may now be the visitor's. */
export function extracts(machine: Machine, call: Call): Value {
  const [source = UNKNOWN] = call.arguments;
  if (source.has(REQUEST)) {
    machine.signal('request-variables', call.offset);
    machine.scope.fallback = unknownWith(REQUEST | PARAMETER);
  }
  for (const [name, value] of source.items ?? []) machine.scope.variables.set(name, value);
  return UNKNOWN;
}

/** `parse_str(text)` sets variables, `parse_str(text, $target)` fills one. */
export function parsesQuery(machine: Machine, call: Call): Value {
  const [text = UNKNOWN] = call.arguments;
  const target = call.written[1];
  if (target !== undefined) machine.interpreter.assign(machine, target.value, unknownWith(text.carried));
  else if (text.has(REQUEST)) {
    machine.signal('request-parsed-variables', call.offset);
    machine.scope.fallback = unknownWith(REQUEST | PARAMETER);
  }
  return UNKNOWN;
}
