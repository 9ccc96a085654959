import type { Signal } from '../webshell/signal.js';
import { ARROW, ASSIGN, DOUBLE_COLON, OPEN_PAREN, SEMICOLON } from './operators.js';
import { BACKTICK, NAME, OPERATOR, STRING, type Tokens, tokenText, VARIABLE } from './tokens.js';
import { wordSet, words } from './words.js';

const CODE = wordSet(...words('eval assert create_function'));
const COMMAND = wordSet(...words('system exec passthru shell_exec popen proc_open pcntl_exec'));
const REQUEST = wordSet(...words('_get _post _request _cookie http_raw_post_data'));
const DECODER = wordSet(...words('base64_decode gzinflate gzuncompress str_rot13 hex2bin strrev'));

interface Marks {
  readonly request: boolean;
  readonly decoded: boolean;
}

/** One pass over the tokens, statement by statement: which sink sees request data or decoded text. */
export function quickScan(tokens: Tokens): readonly Signal[] {
  const tainted = new Map<string, Marks>();
  const signals: Signal[] = [];
  let start = 0;
  for (let at = 0; at <= tokens.count; at++) {
    const ends = at === tokens.count || (tokens.kinds[at] === OPERATOR && tokens.codes[at] === SEMICOLON);
    if (!ends) continue;
    signals.push(...scanStatement(tokens, start, at, tainted));
    start = at + 1;
  }
  return signals;
}

function scanStatement(
  tokens: Tokens,
  start: number,
  end: number,
  tainted: Map<string, Marks>,
): readonly Signal[] {
  const signals: Signal[] = [];
  for (let at = start; at < end; at++) {
    const marks = () => marksBetween(tokens, at + 1, end, tainted);
    const offset = tokens.starts[at] ?? 0;
    const calls = tokens.kinds[at + 1] === OPERATOR && tokens.codes[at + 1] === OPEN_PAREN;
    const id = tokens.codes[at] ?? 0;
    if (tokens.kinds[at] === VARIABLE && tokens.codes[at + 1] === ASSIGN)
      tainted.set(tokenText(tokens, at), marks());
    if (tokens.kinds[at] === BACKTICK && /\$_(?:GET|POST|REQUEST|COOKIE)/.test(tokenText(tokens, at))) {
      signals.push({
        id: 'request-to-command',
        weight: 100,
        reason: 'Request data runs as a shell command.',
        offset,
      });
    }
    const previous = tokens.codes[at - 1];
    const isMethod = tokens.kinds[at - 1] === OPERATOR && (previous === ARROW || previous === DOUBLE_COLON);
    if (!calls || isMethod) continue;
    if (tokens.kinds[at] === NAME && CODE[id] === 1) signals.push(...codeSignals(marks(), offset));
    if (tokens.kinds[at] === NAME && COMMAND[id] === 1 && marks().request) {
      signals.push({
        id: 'request-to-command',
        weight: 100,
        reason: 'Request data runs as a shell command.',
        offset,
      });
    }
    if (tokens.kinds[at] === VARIABLE && tainted.get(tokenText(tokens, at))?.request === true) {
      signals.push({
        id: 'request-to-call',
        weight: 90,
        reason: 'The request names the function to call.',
        offset,
      });
    }
  }
  return signals;
}

function codeSignals(marks: Marks, offset: number): readonly Signal[] {
  if (marks.request)
    return [{ id: 'request-to-code', weight: 100, reason: 'Request data runs as code.', offset }];
  if (marks.decoded)
    return [{ id: 'decoded-to-code', weight: 50, reason: 'Decoded text runs as code.', offset }];
  return [];
}

function marksBetween(
  tokens: Tokens,
  start: number,
  end: number,
  tainted: ReadonlyMap<string, Marks>,
): Marks {
  let request = false;
  let decoded = false;
  for (let at = start; at < end; at++) {
    const id = tokens.codes[at] ?? 0;
    if (tokens.kinds[at] === VARIABLE) {
      const known = tainted.get(tokenText(tokens, at));
      request ||= REQUEST[id] === 1 || known?.request === true;
      decoded ||= known?.decoded === true;
    } else if (tokens.kinds[at] === NAME) decoded ||= DECODER[id] === 1;
    else if (tokens.kinds[at] === STRING) request ||= /^php:\/\/input/i.test(tokenText(tokens, at));
  }
  return { request, decoded };
}
