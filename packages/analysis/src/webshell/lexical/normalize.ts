/** Longer sources are cut: a rule looks at the beginning of what is far beyond any page. */
const MAX_LENGTH = 2_000_000;

/**
 * A page's source without what only hides words in it: escapes of characters, comments in the middle, texts in pieces.
 * Line breaks stay, so that offsets keep near their lines.
 */
export function normalizeSource(source: string): string {
  return source
    .slice(0, MAX_LENGTH)
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
    .replace(/["']\s{0,8}[+&]\s{0,8}["']/g, '');
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
