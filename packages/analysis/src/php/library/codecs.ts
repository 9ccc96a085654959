import { createHash } from 'node:crypto';
import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { MAX_TEXT } from '../evaluate/concatenation.js';
import { unescapeText } from '../parse/literals.js';
import { DOUBLE_QUOTED } from '../tokens.js';
import { type Fold, integer } from './fold.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const latin1 = (buffer: Buffer): string => buffer.toString('latin1');
const LIMIT = { maxOutputLength: MAX_TEXT };

/** Broken data inflates to as much as could be read, or to nothing. */
function inflate(decode: (data: Buffer) => Buffer): Fold {
  return (text = '') => {
    try {
      return latin1(decode(bytes(text)));
    } catch {
      return null;
    }
  };
}

function rot13(text: string): string {
  return text.replace(/[a-zA-Z]/g, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

function fromHexDigits(text: string): string {
  return latin1(Buffer.from(text.replace(/[^0-9a-fA-F]/g, ''), 'hex'));
}

function percentDecode(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function uudecode(text: string): string {
  let result = '';
  for (const line of text.split('\n')) {
    const length = (line.charCodeAt(0) - 32) & 63;
    let decoded = '';
    for (let at = 1; at < line.length; at += 4) {
      const [a = 0, b = 0, c = 0, d = 0] = [0, 1, 2, 3].map(
        (i) => ((line.charCodeAt(at + i) || 32) - 32) & 63,
      );
      decoded += String.fromCharCode(
        ((a << 2) | (b >> 4)) & 255,
        ((b << 4) | (c >> 2)) & 255,
        ((c << 6) | d) & 255,
      );
    }
    if (line !== '') result += decoded.slice(0, length);
  }
  return result;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&', apos: "'" };

function entityDecode(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(lt|gt|quot|amp|apos));/gi,
    (_, dec?: string, hex?: string, name?: string) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? '';
      return String.fromCharCode(
        dec !== undefined ? Number(dec) & 255 : Number.parseInt(hex ?? '0', 16) & 255,
      );
    },
  );
}

/** `pack` for what spells text: hex digits and single bytes. */
export function pack(format: string, ...values: string[]): string | null {
  if (/^H\*?\d{0,6}$/.test(format)) return fromHexDigits(values[0] ?? '');
  if (/^h\*?\d{0,6}$/.test(format)) {
    return fromHexDigits((values[0] ?? '').replace(/([0-9a-f])([0-9a-f])/gi, '$2$1'));
  }
  if (/^(?:[cC]\*?\d{0,6}){1,64}$/.test(format))
    return values.map((value) => String.fromCharCode(integer(value, 0) & 255)).join('');
  return /^[aA]\*?\d{0,6}$/.test(format) ? (values[0] ?? '') : null;
}

/** Decoders: what comes out of them is marked as decoded. */
export const DECODERS: Readonly<Record<string, Fold>> = {
  base64_decode: (text = '') => latin1(Buffer.from(text.replace(/[^A-Za-z0-9+/=]/g, ''), 'base64')),
  gzinflate: inflate((data) => inflateRawSync(data, LIMIT)),
  gzuncompress: inflate((data) => inflateSync(data, LIMIT)),
  gzdecode: inflate((data) => gunzipSync(data, LIMIT)),
  zlib_decode: inflate((data) => inflateSync(data, LIMIT)),
  str_rot13: (text = '') => rot13(text),
  strrev: (text = '') => text.split('').reverse().join(''),
  hex2bin: (text = '') => fromHexDigits(text),
  pack: (format = '', ...values) => pack(format, ...values),
  convert_uudecode: (text = '') => uudecode(text),
};

/** Decoders that ordinary code uses for ordinary reasons: what comes out counts as put together. */
export const COMMON_DECODERS: Readonly<Record<string, Fold>> = {
  urldecode: (text = '') => percentDecode(text.replaceAll('+', ' ')),
  rawurldecode: (text = '') => percentDecode(text),
  html_entity_decode: (text = '') => entityDecode(text),
  htmlspecialchars_decode: (text = '') => entityDecode(text),
  quoted_printable_decode: (text = '') =>
    text
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  stripcslashes: (text = '') => unescapeText(text, DOUBLE_QUOTED),
  chr: (code = '0') => String.fromCharCode(((integer(code, 0) % 256) + 256) % 256),
  bin2hex: (text = '') => bytes(text).toString('hex'),
};

export const ENCODERS: Readonly<Record<string, Fold>> = {
  base64_encode: (text = '') => bytes(text).toString('base64'),
  urlencode: (text = '') => encodeURIComponent(text),
  rawurlencode: (text = '') => encodeURIComponent(text),
  utf8_decode: (text = '') => text,
  utf8_encode: (text = '') => text,
  md5: (text = '') => createHash('md5').update(bytes(text)).digest('hex'),
  sha1: (text = '') => createHash('sha1').update(bytes(text)).digest('hex'),
};
