/** Longer sources are cut: a rule looks at the beginning of what is far beyond any page. */
const MAX_LENGTH = 2_000_000;

/**
 * A page's source without what only hides words in it: escapes of characters, comments in the middle, texts in pieces.
 * Line breaks stay, so that offsets keep near their lines.
 */
export function normalizeSource(source: string): string {
  // in UTF-16 and UTF-32, whose marks stand behind a head in ASCII, or are missing
  const bytes = source.slice(0, MAX_LENGTH).replace(/\0+/g, '');
  let text = withoutXml(bytes);
  // Most pages have none of this, and need not be looked through for each.
  const folded = text.toLowerCase();
  for (const { sign, pattern, replacement } of HIDING)
    if (folded.includes(sign)) text = text.replace(pattern, replacement);
  if (folded.includes('array') || folded.includes('[]')) {
    text = text.replace(ARRAY, (whole, items: string) => joined(items) ?? whole);
  }
  return text.replace(/["']\s{0,8}[+&]\s{0,8}["']/g, '');
}

interface Hiding {
  /** Stands in every text that the pattern finds something in. */
  readonly sign: string;
  readonly pattern: RegExp;
  readonly replacement: (whole: string, inner: string) => string;
}

const ofHex = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16));
const HIDING: readonly Hiding[] = [
  { sign: '\\u', pattern: /\\u+([0-9a-fA-F]{4})/g, replacement: ofHex },
  { sign: '\\u0000', pattern: /\\U0000([0-9a-fA-F]{4})/g, replacement: ofHex },
  { sign: '\\x', pattern: /\\x([2-7][0-9a-fA-F])/g, replacement: ofHex },
  // marks between characters, which C# reads over, by themselves and as the bytes of UTF-8
  ...['\u200b', '\u200c', '\u200d', '\u2060', '\\u200', '\xe2\x80', '\xe2\x81'].map((sign) => ({
    sign,
    pattern:
      /(?<=[\w.])(?:[\u200b-\u200f\u2060-\u2064]|\xe2\x80[\x8b-\x8f]|\xe2\x81[\xa0-\xa4]){1,20}(?=[\w.(])/g,
    replacement: () => '',
  })),
  // names that C# writes with a sign before them
  {
    sign: '@',
    pattern:
      /(?<![\w%])@(?=(?:System|Process(?:StartInfo)?|Start(?:Info)?|Request|Assembly|Load|Convert|File|Activator|Invoke|eval)\b)/g,
    replacement: () => '',
  },
  { sign: '<%#', pattern: /<%#(?!@)[^%]{0,300}%>/gi, replacement: () => '' },
  {
    sign: 'chr',
    pattern: /\bchrw?\s{0,2}\(\s{0,2}(3[2-9]|[4-9]\d|1[01]\d|12[0-6])\s{0,2}\)/gi,
    replacement: (_, code) => JSON.stringify(String.fromCharCode(Number(code))),
  },
  {
    sign: 'urldecode',
    pattern: /\burldecode(?:r\s{0,2}\.\s{0,2}decode)?\s{0,2}\(\s{0,2}"([^"\n]*)"/gi,
    replacement: (_, text) => `urldecode("${unescaped(text)}"`,
  },
  {
    sign: 'unescape',
    pattern: /\bunescape\s{0,2}\(\s{0,2}"([^"\n]{1,4000})"/gi,
    replacement: (_, text) => `unescape("${unescaped(text)}"`,
  },
];

/** A list of texts, of characters or of their numbers. */
const ARRAY =
  /\b(?:Array\s{0,2}\(|new\s{1,4}(?:char|byte|int|string)\s{0,2}\[\]\s{0,4}\{)\s{0,4}((?:"[^"\n]{0,12}"{1,3}|'[^'\n]'|\d{2,3})(?:\s{0,4},\s{0,4}(?:"[^"\n]{0,12}"{1,3}|'[^'\n]'|\d{2,3})){2,400})\s{0,4}[)}]/gi;

/** The text that the items of a list make; undefined when they are numbers of something else. */
function joined(items: string): string | undefined {
  if (/^\d/.test(items)) {
    const numbers = items.split(',').map(Number);
    const isText = numbers.every((number) => number >= 32 && number < 127);
    return isText ? JSON.stringify(String.fromCharCode(...numbers)) : undefined;
  }
  const parts = [...items.matchAll(/"([^"\n]*)"|'([^'\n])'/g)].map(
    ([, text, character]) => text ?? character,
  );
  return parts.every((part = '') => part.length <= 4) ? `"${parts.join('')}"` : undefined;
}

/** What only a page that is XML may write: numbered characters, and sections of text. */
function withoutXml(text: string): string {
  if (!text.includes('<jsp:')) return text;
  return text
    .replace(
      /&#(?:x([2-7][0-9a-f])|(3[2-9]|[4-9]\d|1[01]\d|12[0-6]));/gi,
      (_, hex?: string, number?: string) =>
        String.fromCharCode(hex === undefined ? Number(number) : Number.parseInt(hex, 16)),
    )
    .replace(/<!\[CDATA\[|\]\]>/g, '');
}

/** As `unescape` of VBScript and JScript reads a text. */
function unescaped(text: string): string {
  return text.replace(/%(0[9ad]|[2-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** A comment between two words of one expression; others hide nothing. */
const INNER_COMMENT = /[\w.()\]"'=+&,]\s{0,8}\/\*(?:[^*]|\*(?!\/)){0,200}\*\/\s{0,8}(?:\/\*|[\w.()["'=+&,])/;

/** The same without comments that hide something: some languages here have none, and write `/*` for other reasons. */
export function withoutComments(text: string): string {
  if (!text.includes('/*') || !INNER_COMMENT.test(text)) return text;
  return text.replace(/\/\*(?:[^*]|\*(?!\/)){0,200}\*\//g, '').replace(/["']\s{0,8}[+&]\s{0,8}["']/g, '');
}
