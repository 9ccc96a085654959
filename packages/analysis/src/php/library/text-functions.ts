import { MAX_TEXT } from '../evaluate/concatenation.js';
import { isNumericText } from '../values/value.js';
import { type Fold, integer } from './fold.js';

function substr(text: string, from?: string, length?: string): string {
  const start = integer(from, 0);
  const begin = start < 0 ? Math.max(0, text.length + start) : start;
  const count = integer(length, text.length);
  const end = count < 0 ? text.length + count : begin + count;
  return text.slice(begin, Math.max(begin, end));
}

function substrReplace(text: string, replacement: string, from?: string, length?: string): string {
  const start = integer(from, 0);
  const begin = start < 0 ? Math.max(0, text.length + start) : Math.min(start, text.length);
  const count = integer(length, text.length);
  const end = count < 0 ? text.length + count : begin + count;
  return text.slice(0, begin) + replacement + text.slice(Math.max(begin, end));
}

const DEFAULT_TRIM = ' \t\n\r\0\x0B';

/** `a..e` stands for the letters between. */
function trimSet(list: string | undefined): ReadonlySet<string> {
  if (list === undefined) return new Set(DEFAULT_TRIM);
  const set = new Set(list.slice(0, 300));
  for (const range of list.slice(0, 300).matchAll(/([\s\S])\.\.([\s\S])/g)) {
    const [, from = '', to = ''] = range;
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) set.add(String.fromCharCode(code));
  }
  return set;
}

function trimStart(text: string, list?: string): string {
  const set = trimSet(list);
  let at = 0;
  while (at < text.length && set.has(text.charAt(at))) at++;
  return text.slice(at);
}

function trimEnd(text: string, list?: string): string {
  const set = trimSet(list);
  let end = text.length;
  while (end > 0 && set.has(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function repeat(text: string, times: string): string | null {
  const count = Math.max(0, integer(times, 0));
  return text.length * count <= MAX_TEXT ? text.repeat(count) : null;
}

function pad(text: string, width: string, filler = ' ', type?: string): string | null {
  const missing = integer(width, 0) - text.length;
  if (missing <= 0 || filler === '') return text;
  if (missing > MAX_TEXT) return null;
  return type === '0'
    ? text.padStart(text.length + missing, filler)
    : text.padEnd(text.length + missing, filler);
}

function position(text: string, part: string, last: 'first' | 'last'): string {
  const at = last === 'last' ? text.lastIndexOf(part) : text.indexOf(part);
  return at < 0 ? '' : String(at);
}

function from(text: string, at: number): string {
  return at < 0 ? '' : text.slice(at);
}

const upperFirst: Fold = (text = '') => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Functions on texts that hide nothing by themselves. */
export const TEXT_FUNCTIONS: Readonly<Record<string, Fold>> = {
  substr: (text = '', start, length) => substr(text, start, length),
  mb_substr: (text = '', start, length) => substr(text, start, length),
  mb_strcut: (text = '', start, length) => substr(text, start, length),
  substr_replace: (text = '', replacement = '', start, length) =>
    substrReplace(text, replacement, start, length),
  trim: (text = '', list) => trimEnd(trimStart(text, list), list),
  ltrim: (text = '', list) => trimStart(text, list),
  rtrim: (text = '', list) => trimEnd(text, list),
  chop: (text = '', list) => trimEnd(text, list),
  strtolower: (text = '') => text.toLowerCase(),
  strtoupper: (text = '') => text.toUpperCase(),
  mb_strtolower: (text = '') => text.toLowerCase(),
  mb_strtoupper: (text = '') => text.toUpperCase(),
  ucfirst: upperFirst,
  lcfirst: (text = '') => text.slice(0, 1).toLowerCase() + text.slice(1),
  ucwords: (text = '') => text.replace(/(?:^|[ \t\r\n])[a-z]/g, (letter) => letter.toUpperCase()),
  str_repeat: (text = '', times = '0') => repeat(text, times),
  str_pad: (text = '', width = '0', filler, type) => pad(text, width, filler, type),
  strval: (text = '') => text,
  strlen: (text = '') => String(text.length),
  mb_strlen: (text = '') => String(text.length),
  strpos: (text = '', part = '') => position(text, part, 'first'),
  stripos: (text = '', part = '') => position(text.toLowerCase(), part.toLowerCase(), 'first'),
  strrpos: (text = '', part = '') => position(text, part, 'last'),
  strstr: (text = '', part = '') => from(text, text.indexOf(part)),
  stristr: (text = '', part = '') => from(text, text.toLowerCase().indexOf(part.toLowerCase())),
  strrchr: (text = '', part = '') => from(text, text.lastIndexOf(part.charAt(0))),
  basename: (text = '', ending = '') => {
    const name =
      text
        .replace(/\/{1,64}$/, '')
        .split('/')
        .pop() ?? '';
    return ending !== '' && name.endsWith(ending) ? name.slice(0, -ending.length) : name;
  },
  dirname: (text = '') => text.slice(0, Math.max(0, text.lastIndexOf('/'))) || '.',
  nl2br: (text = '') => text,
  addslashes: (text = '') => text.replace(/['"\\]/g, '\\$&'),
  stripslashes: (text = '') => text.replace(/\\([\s\S])/g, '$1'),
  strcmp: (a = '', b = '') => String(a < b ? -1 : a > b ? 1 : 0),
  substr_count: (text = '', part = '') => (part === '' ? null : String(text.split(part).length - 1)),
  is_numeric: (text = '') => (isNumericText(text) ? '1' : ''),
  is_string: () => '1',
  ctype_upper: (text = '') => (/^[A-Z]+$/.test(text) ? '1' : ''),
  ctype_lower: (text = '') => (/^[a-z]+$/.test(text) ? '1' : ''),
  ctype_alnum: (text = '') => (/^[A-Za-z0-9]+$/.test(text) ? '1' : ''),
  ctype_alpha: (text = '') => (/^[A-Za-z]+$/.test(text) ? '1' : ''),
  ctype_digit: (text = '') => (/^\d+$/.test(text) ? '1' : ''),
};
