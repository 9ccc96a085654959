import { DOUBLE_QUOTED, SINGLE_QUOTED } from '../tokens.js';

/** The value of a fixed string as PHP reads it: one character a byte. */
export function unescapeText(raw: string, quoting: number): string {
  if (!raw.includes('\\')) return raw;
  if (quoting === SINGLE_QUOTED) return raw.replace(/\\([\\'])/g, '$1');
  return quoting === DOUBLE_QUOTED ? unescapeDouble(raw) : raw;
}

const ESCAPE = /\\(?:([nrtvef\\$"`])|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u\{([0-9a-fA-F]{1,8})\})/g;

const SHORT: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  e: '\x1b',
  f: '\f',
};

function unescapeDouble(raw: string): string {
  return raw.replace(ESCAPE, (_, short?: string, hex?: string, octal?: string, unicode?: string) => {
    if (short !== undefined) return SHORT[short] ?? short;
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
    const codePoint = Math.min(0x10ffff, Number.parseInt(unicode ?? '0', 16));
    return Buffer.from(String.fromCodePoint(codePoint), 'utf8').toString('latin1');
  });
}

/** A number literal as the text that PHP makes of it. */
export function numberText(raw: string): string {
  const digits = raw.replaceAll('_', '');
  if (/^0x/i.test(digits)) return String(Number.parseInt(digits.slice(2), 16) || 0);
  if (/^0b/i.test(digits)) return String(Number.parseInt(digits.slice(2), 2) || 0);
  if (/^0o?[0-7]+$/i.test(digits)) return String(Number.parseInt(digits.replace(/^0o?/i, ''), 8) || 0);
  return String(Number.parseFloat(digits) || 0);
}
