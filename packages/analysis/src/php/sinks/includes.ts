import type { Machine } from '../machine.js';
import { BUILT, DECODED, HIDDEN, REMOTE, REQUEST, UPLOAD } from '../values/marks.js';
import { UNKNOWN, type Value } from '../values/value.js';
import { runLayer } from './code.js';

const STREAM = /^(?:data:|php:\/\/(?:input|filter)|https?:\/\/|ftp:\/\/)/i;
const STATIC = /\.(?:jpe?g|gif|png|ico|txt|bmp|css|log|dat|tmp|zip|pdf|svg)$/i;
const SCRIPT = /\.(?:php\d?|inc|phtml)$/i;
const TEMPORARY = /^\/(?:tmp|dev\/shm|var\/tmp)\//;

/** `include` and `require` of a path. */
export function includeFile(machine: Machine, path: Value, offset: number): Value {
  if (path.has(REQUEST)) reportRequested(machine, path, offset);
  else if (path.has(UPLOAD)) machine.signal('upload-include', offset);
  else if (isOwnScript(path)) machine.takesFromElsewhere = true;
  if (path.text !== null) reportKnown(machine, path, path.text, offset);
  else if (path.has(REMOTE)) machine.signal('remote-include', offset);
  else if (path.has(DECODED)) machine.signal('decoded-include-unknown', offset);
  return UNKNOWN;
}

/** A script beside this one, by a name that is written here. */
function isOwnScript(path: Value): boolean {
  const written = path.text ?? path.suffix;
  return (
    SCRIPT.test(written) &&
    !path.has(HIDDEN & ~BUILT) &&
    !path.has(REMOTE) &&
    !STREAM.test(path.text ?? path.prefix)
  );
}

function reportRequested(machine: Machine, path: Value, offset: number): void {
  if (path.leads) machine.signal(path.suffix === '' ? 'request-include' : 'request-include-name', offset);
  else if (/\.php$/i.test(path.suffix)) machine.signal('request-include-script', offset);
  else machine.signal('request-include-below', offset);
}

function reportKnown(machine: Machine, path: Value, text: string, offset: number): void {
  if (machine.requestFiles.has(text)) machine.signal('request-to-code', offset, text);
  else if (STREAM.test(text)) {
    machine.signal('url-include', offset, text);
    const data = /^data:[^,]{0,80},([\s\S]*)$/i.exec(text);
    if (data !== null) runData(machine, text, data[1] ?? '', offset);
  } else if (STATIC.test(text)) {
    machine.signal(path.has(HIDDEN) ? 'hidden-static-include' : 'static-include', offset, text);
  } else if (path.has(DECODED)) machine.signal('decoded-include', offset, text);
  else if (TEMPORARY.test(text)) machine.signal('temporary-include', offset, text);
}

/** The code that a `data:` URL holds. */
function runData(machine: Machine, url: string, data: string, offset: number): void {
  const code = /^data:[^,]{0,80};base64,/i.test(url) ? Buffer.from(data, 'base64').toString('latin1') : data;
  runLayer(machine, `?>${code}`, offset);
}
