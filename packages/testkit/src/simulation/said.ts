const BASE64_WORD = /[A-Za-z0-9+/]{11,}={0,2}/g;
/** Base64 within base64, as a script's parameter may hold it. */
const DEPTH = 2;
/** What belongs in commands, whoever wrote it first: ids (of incidents, too), names in hex, addresses, ARNs. */
const IDS =
  /\barn:\S+|\binc-\d{8}t\d{4}-[0-9a-f]{8}\b|\b[a-z]{1,12}-[0-9a-f]{8,17}\b|\b[0-9a-f]{12,}\b|\b\d{1,3}(?:\.\d{1,3}){3}\b/gi;
/** Of letters and digits. Part of a text says nothing when it is shorter; a whole text may be. */
const LEAST_PART = 16;
const LEAST_WHOLE = 8;
/** So much of a text, at whatever place, is enough to know it by. */
const PIECE = 32;

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

/** The parameters of a host script are JSON, with everything unusual as \uXXXX; a URL has it as %XX. */
function unescaped(text: string): string {
  return text
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_all, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)))
    .replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
}

function decoded(text: string, depth: number): readonly string[] {
  const own = unescaped(text);
  if (depth === 0) return [own];
  const within = [...text.matchAll(BASE64_WORD)].flatMap(([word]) =>
    decoded(Buffer.from(word, 'base64').toString('utf8'), depth - 1),
  );
  return [own, ...within];
}

/** Every text of a request: as it stands, and what lies in it in base64. */
export function textsOf(input: unknown): readonly string[] {
  return stringsIn(input).flatMap((text) => decoded(text, DEPTH));
}

/** Only letters and digits: what quoting, line breaks and case make of a text is still that text. */
export function squeezed(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/** End to end, and the last one as long as the others: whoever says twice as much says one of them. */
function cut(phrase: string): readonly string[] {
  const count = Math.ceil(phrase.length / PIECE);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.max(0, Math.min(index * PIECE, phrase.length - PIECE));
    return phrase.slice(from, from + PIECE);
  });
}

/** The pieces, squeezed, by which a text is known again; none where it says nothing but ids. */
export function piecesOf(text: string): readonly string[] {
  const parts = text.split(IDS);
  const least = parts.length === 1 ? LEAST_WHOLE : LEAST_PART;
  return parts
    .map(squeezed)
    .filter((phrase) => phrase.length >= least)
    .flatMap(cut);
}
