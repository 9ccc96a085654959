import type { LexicalRule } from './lexical-rule.js';

/** What no page of any of these languages has a reason for. */
export const PAGE_RULES: readonly LexicalRule[] = [
  {
    id: 'hidden-program',
    weight: 60,
    reason: 'A page carries a program as text.',
    // what programs of Windows and Linux begin with, in hexadecimal and in base64
    all: [
      /\b(?:4d5a[0-9a-f]{4}|7f454c46)[0-9a-f]{60}|\b(?:TVqQAAMAAAAEAAAA|f0VMRgEBAQ|f0VMRgIBAQ)|"MZ"\s{0,4}&\s{0,4}chrw?\s{0,2}\(\s{0,2}144/i,
    ],
  },
  {
    id: 'hidden-page',
    weight: 60,
    reason: 'A page is written in a code of mainframes, or in one that only hides it.',
    all: [
      /(?:charset|encoding)\s{0,4}=\s{0,4}["']?(?:(?:ibm|cp|x-ibm)-?0{0,2}(?:37|27[378]|28[0457]|297|420|424|500|87[01]|1026|1047|114\d)|utf-?7|utf-?32\w{0,2})\b/i,
    ],
  },
];
