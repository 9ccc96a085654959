import { createHash } from 'node:crypto';
import { pageCode } from '../packages/analysis/src/webshell/lexical/page-code.js';

const COMMENT = /\/\*[\s\S]{0,4000}?\*\/|(?<![:"'\\])\/\/[^\n]*|^[ \t]*(?:'|rem\b)[^\n]*/gim;
const TEXT = /"(?:[^"\\\n]|\\.|"")*"/g;
const NAME = /(?<member>\.\s*)?[A-Za-z_]\w*(?<called>\s*[(.])?/g;

/**
 * A digest of what the code of a page is built like: what is called and whose members are read, and the operators,
 * without the texts, the numbers and the names of variables that change from copy to copy.
 */
export function pageShape(source: string): string {
  const code = pageCode(source)
    .replace(TEXT, '""')
    .replace(COMMENT, '')
    .replace(/\b\d[\w.]*/g, '0')
    .replace(NAME, (name, member?: string, called?: string) =>
      member === undefined && called === undefined ? 'n' : name.toLowerCase(),
    )
    .replace(/\s+/g, '');
  return createHash('sha256').update(code).digest('hex');
}
