/** Ways to write a space in a shell without one. */
const FIELD_SEPARATOR = /\$\{IFS[^}]{0,20}\}|\$IFS(?:\$\d)?/g;

/** Encoded texts shorter than this decode to nothing that could be told. */
const ENCODED = /[A-Za-z0-9+/]{16,}={0,2}/g;
const DECODES =
  /\b(?:base64|b64decode|b64encode|decode_base64|MIME::Base64|openssl|basenc)\b|\bbase64\.|frombase64/i;
const HEX_ESCAPES = /(?:\\x[0-9a-fA-F]{2}){4,}/g;

const MAX_LENGTH = 64 * 1024;
const MAX_DECODED = 8;

/**
 * A command as it was written, as the shell would read it (quotes inside words, escapes and `${IFS}` gone), and what is
 * encoded in it. Rules look at all of them.
 */
export function commandTexts(command: string): readonly string[] {
  const raw = command.slice(0, MAX_LENGTH);
  const texts = new Set([raw, plainCommand(raw)]);
  for (const decoded of decodedTexts(raw)) texts.add(decoded);
  return [...texts];
}

/** `c\at "/e"tc/pa''sswd` -> `cat /etc/passwd`. */
function plainCommand(command: string): string {
  return command
    .replace(/\\\r?\n/g, ' ')
    .replace(FIELD_SEPARATOR, ' ')
    .replace(/\$\{?[@*!]\}?/g, '')
    .replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/(\w)\\(?=\w)/g, '$1')
    .replace(/(?:''|"")/g, '')
    .replace(/(?<=[\w/.-])['"](?=[\w/.-])/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
}

function decodedTexts(command: string): readonly string[] {
  const decoded: string[] = [];
  if (DECODES.test(command)) {
    for (const [text] of command.matchAll(ENCODED)) {
      const plain = Buffer.from(text, 'base64').toString('latin1');
      if (isReadable(plain)) decoded.push(plain);
      if (decoded.length === MAX_DECODED) return decoded;
    }
  }
  for (const [text] of command.matchAll(HEX_ESCAPES)) {
    const plain = Buffer.from(text.replaceAll('\\x', ''), 'hex').toString('latin1');
    if (isReadable(plain) && decoded.length < MAX_DECODED) decoded.push(plain);
  }
  return decoded;
}

/** Whether nothing but text came out. */
function isReadable(text: string): boolean {
  return text.length >= 8 && /^[\t\n\r\x20-\x7e]+$/.test(text);
}
