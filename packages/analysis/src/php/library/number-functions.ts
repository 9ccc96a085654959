import { crc32 } from 'node:zlib';
import { toNumber } from '../values/value.js';
import { type Fold, integer } from './fold.js';

function parse(text: string, radix: number): string {
  const number = Number.parseInt(text, radix);
  return String(Number.isNaN(number) ? 0 : number);
}

function convert(text: string, from: number, to: number): string | null {
  if (from < 2 || from > 36 || to < 2 || to > 36) return null;
  const number = Number.parseInt(text, from);
  return Number.isNaN(number) ? '0' : number.toString(to);
}

/** Functions that give the codes that texts are made of again. */
export const ORDINAL_FUNCTIONS: Readonly<Record<string, Fold>> = {
  ord: (text = '') => String(text.charCodeAt(0) || 0),
  hexdec: (text = '') => parse(text, 16),
  bindec: (text = '') => parse(text, 2),
  octdec: (text = '') => parse(text, 8),
};

/** Functions whose result is a number. */
export const NUMBER_FUNCTIONS: Readonly<Record<string, Fold>> = {
  intval: (text = '') => String(integer(text, 0)),
  floatval: (text = '') => String(toNumber(text)),
  abs: (text = '') => String(Math.abs(toNumber(text))),
  floor: (text = '') => String(Math.floor(toNumber(text))),
  ceil: (text = '') => String(Math.ceil(toNumber(text))),
  round: (text = '') => String(Math.round(toNumber(text))),
  sqrt: (text = '') => String(Math.sqrt(toNumber(text)) || 0),
  pow: (base = '', exponent = '') => String(toNumber(base) ** toNumber(exponent)),
  crc32: (text = '') => String(crc32(Buffer.from(text, 'latin1'))),
};

/** Numbers in other bases, as texts. */
export const BASE_FUNCTIONS: Readonly<Record<string, Fold>> = {
  dechex: (text = '') => integer(text, 0).toString(16),
  decbin: (text = '') => integer(text, 0).toString(2),
  decoct: (text = '') => integer(text, 0).toString(8),
  base_convert: (text = '', from = '10', to = '10') => convert(text, integer(from, 10), integer(to, 10)),
};
