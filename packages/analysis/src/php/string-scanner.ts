import {
  BACKTICK,
  DOUBLE_QUOTED,
  SINGLE_QUOTED,
  STRING,
  TEMPLATE,
  type TokenBuffer,
  VERBATIM,
} from './tokens.js';

/** Reads `'...'` from its quote on; gives the offset behind it. */
export function scanSingleQuoted(source: string, start: number, out: TokenBuffer): number {
  let end = source.indexOf("'", start + 1);
  while (end >= 0 && isEscaped(source, start, end)) end = source.indexOf("'", end + 1);
  if (end < 0) end = source.length;
  out.push(STRING, start + 1, end, SINGLE_QUOTED);
  return end + 1;
}

function isEscaped(source: string, start: number, at: number): boolean {
  let backslashes = 0;
  while (at - 1 - backslashes > start && source.charCodeAt(at - 1 - backslashes) === 92) backslashes++;
  return backslashes % 2 === 1;
}

/** Reads `"..."` or a backtick command from its quote on; gives the offset behind it. */
export function scanDoubleQuoted(source: string, start: number, out: TokenBuffer): number {
  const quote = source.charCodeAt(start);
  let at = start + 1;
  let dollar = false;
  for (; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 92) at++;
    else if (code === quote) break;
    else if (code === 36) dollar = true;
  }
  const end = Math.min(at, source.length);
  const kind = quote === 96 ? BACKTICK : dollar ? TEMPLATE : STRING;
  out.push(kind, start + 1, end, DOUBLE_QUOTED);
  return end + 1;
}

const HEREDOC_OPENING = /<<<[ \t]*(["']?)([A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]{0,128})\1\r?\n/y;

/** Reads a heredoc or nowdoc from its `<<<` on; gives the offset behind its closing label, or `start` if it is none. */
export function scanHeredoc(source: string, start: number, out: TokenBuffer): number {
  HEREDOC_OPENING.lastIndex = start;
  const opening = HEREDOC_OPENING.exec(source);
  if (opening === null) return start;
  const content = start + opening[0].length;
  const label = opening[2] ?? '';
  const close = closingLabel(source, content, label);
  const end = Math.max(content, close.lineStart - 1);
  if (opening[1] === "'") out.push(STRING, content, end, VERBATIM);
  else out.push(TEMPLATE, content, end, DOUBLE_QUOTED);
  return close.end;
}

/** The first line that begins, after blanks, with the label. */
function closingLabel(source: string, content: number, label: string): { lineStart: number; end: number } {
  let at = source.indexOf(label, content);
  while (at >= 0) {
    let lineStart = at;
    while (lineStart > content && isBlank(source.charCodeAt(lineStart - 1))) lineStart--;
    const atLineStart = lineStart === content || source.charCodeAt(lineStart - 1) === 10;
    if (atLineStart && !/\w/.test(source.charAt(at + label.length)))
      return { lineStart, end: at + label.length };
    at = source.indexOf(label, at + label.length);
  }
  return { lineStart: source.length + 1, end: source.length };
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
