import type { Call, Machine } from '../machine.js';
import { CARRIED, DECODED, OWN_FILE, REMOTE, REQUEST, UPLOAD, UPLOAD_NAME } from '../values/marks.js';
import { textValue, UNKNOWN, unknownWith, Value } from '../values/value.js';

const URL = /^(?:https?|ftp):\/\//i;

/** Functions that open or read what their first argument names: files, streams, URLs. */
export function reads(machine: Machine, call: Call): Value {
  const [path = UNKNOWN] = call.arguments;
  const text = path.text ?? '';
  if (/^php:\/\/input/i.test(text)) return machine.request();
  if (/^data:/i.test(text)) return dataOf(text);
  if (path.has(REQUEST | UPLOAD_NAME) && !path.has(UPLOAD)) reportRequested(machine, path, call);
  if (URL.test(text) || URL.test(path.prefix)) return new Value(null, REMOTE | (path.marks & DECODED));
  if (path.has(REMOTE)) return unknownWith(path.carried);
  if (path.has(UPLOAD)) return new Value(null, UPLOAD | REQUEST);
  if (path.has(OWN_FILE)) return new Value(null, OWN_FILE);
  if (path.has(REQUEST) && path.leads && call.name !== 'fopen') return new Value(null, REMOTE);
  return unknownWith(path.marks & DECODED);
}

/** `fopen`: what is written later goes to the path. */
export function opens(machine: Machine, call: Call): Value {
  const [path = UNKNOWN] = call.arguments;
  const read = reads(machine, call);
  if (read.has(REQUEST | REMOTE)) return read;
  const marks = path.marks & (REQUEST | UPLOAD_NAME | OWN_FILE);
  return new Value(null, marks, null, { kind: 'handle', path });
}

/** `fread(handle)`: what the handle stands for, not the name it was opened by. */
export function readsHandle(_machine: Machine, call: Call): Value {
  const [handle = UNKNOWN] = call.arguments;
  return unknownWith(handle.reference?.kind === 'handle' ? handle.marks & OWN_FILE : handle.carried);
}

/** Sockets and HTTP clients. */
export function connects(machine: Machine, call: Call): Value {
  machine.findings.capabilities.add('socket');
  if (call.arguments.some((value) => value.has(REQUEST)))
    machine.signal('request-socket', call.offset, call.name);
  return new Value(null, REMOTE);
}

export function fetches(_machine: Machine, call: Call): Value {
  const [url = UNKNOWN] = call.arguments;
  return new Value(null, REMOTE | (url.marks & CARRIED & ~REQUEST));
}

function reportRequested(machine: Machine, path: Value, call: Call): void {
  if (path.leads) machine.signal('request-reads-file', call.offset, call.name);
  machine.findings.capabilities.add('read');
}

function dataOf(url: string): Value {
  const comma = url.indexOf(',');
  const data = url.slice(comma + 1);
  const isBase64 = url.slice(0, comma).toLowerCase().endsWith(';base64');
  return textValue(isBase64 ? Buffer.from(data, 'base64').toString('latin1') : data, DECODED);
}
