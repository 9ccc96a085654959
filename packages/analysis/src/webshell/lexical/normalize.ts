/** Longer sources are cut: a rule looks at the beginning of what is far beyond any page. */
const MAX_LENGTH = 2_000_000;

/**
 * A page's source without what only hides words in it: escapes of characters, comments in the middle, texts in pieces.
 * Line breaks stay, so that offsets keep near their lines.
 */
export function normalizeSource(source: string): string {
  // in UTF-16 and UTF-32, whose marks stand behind a head in ASCII, or are missing
  return withoutXml(source.slice(0, MAX_LENGTH).replaceAll('\0', ''))
    .replace(/\\u+([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\x([2-7][0-9a-fA-F])/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/<%#(?!@)[^%]{0,300}%>/gi, '')
    .replace(/\bchrw?\s{0,2}\(\s{0,2}(3[2-9]|[4-9]\d|1[01]\d|12[0-6])\s{0,2}\)/gi, (_, code: string) =>
      JSON.stringify(String.fromCharCode(Number(code))),
    )
    .replace(
      /\bunescape\s{0,2}\(\s{0,2}"([^"\n]{1,4000})"/gi,
      (_, text: string) => `unescape("${unescaped(text)}"`,
    )
    .replace(ARRAY, (whole, items: string) => joined(items) ?? whole)
    .replace(/["']\s{0,8}[+&]\s{0,8}["']/g, '');
}

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
  return text.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** The same without comments: some languages here have none, and write `/*` for other reasons. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*(?:[^*]|\*(?!\/)){0,200}\*\//g, '').replace(/["']\s{0,8}[+&]\s{0,8}["']/g, '');
}
