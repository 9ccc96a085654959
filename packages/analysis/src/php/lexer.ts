import { CLASS, classAt, DIGIT, LETTER, SEPARATOR, SPACE } from './character-classes.js';
import { DOLLAR, OPEN_BRACKET, operatorLength, pack, SEMICOLON } from './operators.js';
import { scanDoubleQuoted, scanHeredoc, scanSingleQuoted } from './string-scanner.js';
import { NAME, NUMBER, OPERATOR, type TokenBuffer, VARIABLE } from './tokens.js';
import { findWord, hashStep, word } from './words.js';

const ECHO = word('echo');
const HALT = word('__halt_compiler');

export type LexMode = 'html' | 'php';

/**
 * Reads PHP (one character a byte: decode as latin1) into tokens. Never throws: what is unterminated ends with the
 * text. Comments, white space and the HTML around the code leave no token; `?>` leaves a semicolon.
 */
export function lex(source: string, mode: LexMode, out: TokenBuffer): void {
  out.count = 0;
  let at = mode === 'html' ? openTag(source, 0, out) : 0;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    const kind = CLASS[code] ?? 0;
    if (kind === SPACE) at++;
    else if ((kind & (LETTER | SEPARATOR)) !== 0) at = scanName(source, at, out);
    else if (kind === DIGIT) at = scanNumber(source, at, out);
    else at = scanSymbol(source, at, out, code);
  }
}

/** Skips HTML up to the code after the next open tag. */
function openTag(source: string, from: number, out: TokenBuffer): number {
  let at = source.indexOf('<?', from);
  while (at >= 0 && /^xml[ \t]/i.test(source.slice(at + 2, at + 6))) at = source.indexOf('<?', at + 2);
  if (at < 0) return source.length;
  const inside = at + 2;
  if (source.charCodeAt(inside) === 61) {
    out.push(NAME, inside, inside + 1, ECHO);
    return inside + 1;
  }
  return source.slice(inside, inside + 3).toLowerCase() === 'php' ? inside + 3 : inside;
}

function scanName(source: string, start: number, out: TokenBuffer): number {
  let at = start;
  let wordStart = start;
  let hash = 0;
  for (; at < source.length; at++) {
    const code = source.charCodeAt(at);
    const kind = CLASS[code] ?? 0;
    if ((kind & (LETTER | DIGIT)) !== 0) hash = hashStep(hash, code | 32);
    else if (kind === SEPARATOR) {
      hash = 0;
      wordStart = at + 1;
    } else break;
  }
  const id = findWord(hash, source, wordStart, at);
  out.push(NAME, wordStart, at, id);
  return id === HALT ? source.length : at;
}

function scanVariable(source: string, start: number, out: TokenBuffer): number {
  let at = start;
  while ((classAt(source, at) & (LETTER | DIGIT)) !== 0) at++;
  let id = 0;
  const first = source.charCodeAt(start);
  // only superglobals and `$HTTP_POST_VARS` are words; their case counts, so capitals are checked by the caller
  if (first === 95 || first === 72 || first === 71) {
    let hash = 0;
    for (let i = start; i < at; i++) hash = hashStep(hash, source.charCodeAt(i) | 32);
    id = findWord(hash, source, start, at);
  }
  out.push(VARIABLE, start, at, id);
  return at;
}

function scanNumber(source: string, start: number, out: TokenBuffer): number {
  let at = start + 1;
  for (; at < source.length; at++) {
    if ((classAt(source, at) & (LETTER | DIGIT)) !== 0) continue;
    if (source.charCodeAt(at) !== 46 || classAt(source, at + 1) !== DIGIT) break;
  }
  out.push(NUMBER, start, at, 0);
  return at;
}

function scanSymbol(source: string, at: number, out: TokenBuffer, code: number): number {
  const next = source.charCodeAt(at + 1);
  switch (code) {
    case 36: // $
      if (classAt(source, at + 1) === LETTER) return scanVariable(source, at + 1, out);
      out.push(OPERATOR, at, at + 1, DOLLAR);
      return at + 1;
    case 39: // '
      return scanSingleQuoted(source, at, out);
    case 34: // "
    case 96: // `
      return scanDoubleQuoted(source, at, out);
    case 35: // #
      if (next !== 91) return skipLineComment(source, at + 1);
      out.push(OPERATOR, at + 1, at + 2, OPEN_BRACKET);
      return at + 2;
    case 47: // /
      if (next === 47) return skipLineComment(source, at + 2);
      if (next === 42) return skipBlockComment(source, at + 2);
      break;
    case 46: // .
      if (classAt(source, at + 1) === DIGIT) return scanNumber(source, at, out);
      break;
    case 60: // <
      if (next === 60 && source.charCodeAt(at + 2) === 60) {
        const end = scanHeredoc(source, at, out);
        if (end > at) return end;
      }
      break;
    case 63: // ?
      if (next !== 62) break;
      out.push(OPERATOR, at, at + 2, SEMICOLON);
      return openTag(source, at + 2, out);
  }
  return scanOperator(source, at, out);
}

function scanOperator(source: string, at: number, out: TokenBuffer): number {
  const length = operatorLength(source, at);
  const code = length === 1 ? source.charCodeAt(at) : pack(source.slice(at, at + length));
  out.push(OPERATOR, at, at + length, code);
  return at + length;
}

/** A line comment ends at the line's end or before `?>`. */
function skipLineComment(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 10 || code === 13) return at;
    if (code === 63 && source.charCodeAt(at + 1) === 62) return at;
  }
  return source.length;
}

function skipBlockComment(source: string, from: number): number {
  const end = source.indexOf('*/', from);
  return end < 0 ? source.length : end + 2;
}
