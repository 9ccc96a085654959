import type { Call, Machine } from '../machine.js';
import { DECODED, OWN_FILE, PARAMETER, REMOTE, REQUEST, UPLOAD, UPLOAD_NAME } from '../values/marks.js';
import { UNKNOWN, type Value } from '../values/value.js';

const SCRIPT = /\.(?:ph(?:p\d?|tml|ar|t)|inc|htaccess|cgi|pl|jsp|aspx?)$/i;
const SHELL_TEXT =
  /<\?(?:php|=)?[\s\S]{0,4000}?(?:\beval\b|\bassert\b|\bsystem\b|\bshell_exec\b|\$_(?:POST|GET|REQUEST|COOKIE))/i;

function isScript(path: Value): boolean {
  return SCRIPT.test(path.text ?? path.suffix);
}

/** `file_put_contents(path, text)`. */
export function putsFile(machine: Machine, call: Call): Value {
  const [path = UNKNOWN, content = UNKNOWN] = call.arguments;
  reportWrite(machine, { path, content, whole: true }, call.offset);
  return UNKNOWN;
}

/** `fwrite(handle, text)`: the path is what the handle was opened for. */
export function writesHandle(machine: Machine, call: Call): Value {
  const [handle = UNKNOWN, content = UNKNOWN] = call.arguments;
  if (handle.has(REMOTE) || call.name === 'socket_write') {
    if (content.has(REQUEST)) machine.signal('request-to-socket', call.offset, call.name);
    return UNKNOWN;
  }
  const path = handle.reference?.kind === 'handle' ? handle.reference.path : handle;
  reportWrite(machine, { path, content, whole: false }, call.offset);
  return UNKNOWN;
}

/** How programs that listen or connect begin: a script that is run, or the source of one that is compiled first. */
const PROGRAM = /^\s{0,20}#!\s?\/|^\s{0,20}#include\s{0,4}<|^\x7fELF|\buse (?:IO::)?Socket\b/;

interface Write {
  readonly path: Value;
  readonly content: Value;
  /** Whether the call alone makes the file. */
  readonly whole: boolean;
}

function reportWrite(machine: Machine, write: Write, offset: number): void {
  const { path, content } = write;
  machine.findings.capabilities.add('write');
  if (content.has(REQUEST)) reportRequestWrite(machine, write, offset);
  else if (content.has(REMOTE) && (isScript(path) || path.has(REQUEST))) {
    machine.signal(content.leads ? 'remote-writes-script' : 'remote-in-script', offset, path.text ?? '');
  } else if (content.text !== null && SHELL_TEXT.test(content.text.slice(0, 200_000))) {
    machine.signal('writes-shell', offset, path.text ?? '');
  } else if (content.has(DECODED) && PROGRAM.test(content.text?.slice(0, 2000) ?? ''))
    machine.signal('decoded-program', offset, path.text ?? '');
  else if (content.has(DECODED) && isScript(path))
    machine.signal('decoded-writes-script', offset, path.text ?? '');
  else if (content.has(DECODED) && (content.text?.length ?? 0) > 500)
    machine.signal('decoded-to-file', offset);
  else if (path.has(REQUEST)) {
    machine.signal(
      content.has(DECODED) && path.leads ? 'decoded-to-request-file' : 'request-file-name',
      offset,
    );
  }
  if (content.text !== null && content.has(DECODED) && content.text.length > 60)
    peek(machine, content.text, offset);
}

function reportRequestWrite(machine: Machine, { path, content, whole }: Write, offset: number): void {
  if (path.text !== null) machine.requestFiles.add(path.text);
  if (path.has(REQUEST | UPLOAD_NAME))
    machine.signal(path.leads ? 'request-writes-file' : 'request-writes-below', offset);
  else if (isScript(path) || path.has(OWN_FILE)) {
    machine.signal(content.leads ? 'request-writes-script' : 'request-in-script', offset, path.text ?? '');
  } else if (whole && !path.has(PARAMETER)) machine.signal('request-to-file', offset, path.text ?? '');
}

/** A script that is about to be written is looked at as well. */
function peek(machine: Machine, text: string, offset: number): void {
  if (!/<\?(?:php|=|\s)/i.test(text) || machine.codeDepth >= 4) return;
  if (machine.codeDepth === 0) machine.outerOffset = offset;
  machine.interpreter.runCode(machine, text, 'html');
}

/** `move_uploaded_file(temporary, target)`. */
export function movesUpload(machine: Machine, call: Call): Value {
  const target = call.arguments[1] ?? UNKNOWN;
  machine.findings.capabilities.add('upload');
  reportUpload(machine, target, call.offset);
  return UNKNOWN;
}

function reportUpload(machine: Machine, target: Value, offset: number): void {
  if (target.has(REQUEST | UPLOAD_NAME) && !target.has(PARAMETER)) machine.signal('upload-by-name', offset);
  else if (SCRIPT.test(target.text ?? '')) machine.signal('upload-as-script', offset, target.text ?? '');
  else machine.signal('upload-kept', offset);
  const beside = target.suffix === '' && (target.leads || /^\.?\/$/.test(target.prefix));
  if (target.has(UPLOAD_NAME) && beside && target.text === null) machine.signal('upload-here', offset);
}

/** `copy(source, target)`. */
export function copiesFile(machine: Machine, call: Call): Value {
  const [source = UNKNOWN, target = UNKNOWN] = call.arguments;
  machine.findings.capabilities.add('copy');
  if (source.has(UPLOAD)) reportUpload(machine, target, call.offset);
  else if (source.has(REQUEST)) {
    machine.signal(target.has(REQUEST) ? 'request-copy' : 'request-copy-part', call.offset);
  } else if (/^(?:https?|ftp):/i.test(source.text ?? ''))
    machine.signal('remote-copy', call.offset, source.text ?? '');
  else if (source.has(DECODED) && source.has(REMOTE)) machine.signal('remote-copy', call.offset);
  if (isScript(target) && source.has(UPLOAD))
    machine.signal('upload-as-script', call.offset, target.text ?? '');
  return UNKNOWN;
}
