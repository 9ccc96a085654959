/** A text's bytes before it is encoded further: `wide` makes bytes, everything else is UTF-8. */
export interface Encodable {
  readonly text: string;
  readonly bytes: Buffer;
}

export function encodable(text: string): Encodable {
  return { text, bytes: Buffer.from(text, 'utf8') };
}

function ofBytes(bytes: Buffer): Encodable {
  return { text: bytes.toString('latin1'), bytes };
}

export function utf16le({ text }: Encodable): Encodable {
  return ofBytes(Buffer.from(text, 'utf16le'));
}

export function utf16be({ text }: Encodable): Encodable {
  return ofBytes(Buffer.from(text, 'utf16le').swap16());
}

/** Little endian behind a byte order mark. */
export function utf16({ text }: Encodable): Encodable {
  return ofBytes(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]));
}

export function base64({ bytes }: Encodable): Encodable {
  return encodable(bytes.toString('base64'));
}

/** Characters at the beginning that depend on what stands before, by the shift in bytes. */
const UNSURE_START = [0, 2, 3];
/** Characters at the end that depend on what follows, by the length modulo three. */
const UNSURE_END = [0, 3, 2];

/** What a text looks like inside a longer base64 text, in each of the three positions it may have. */
export function base64Offsets({ bytes }: Encodable): readonly Encodable[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift, 32), bytes]).toString('base64');
    const cut = UNSURE_END[(bytes.length + shift) % 3] ?? 0;
    return encodable(encoded.slice(UNSURE_START[shift], encoded.length - cut));
  });
}

const DASHES = ['-', '/', '–', '—', '―'];
/** 5 to the power of this many texts. */
const MAX_DASHES = 5;

/** All ways to write the dashes that begin an option. */
export function dashVariants(text: string): readonly string[] {
  const pieces = text.split(/\B[-/](?=\w)/);
  if (pieces.length === 1) return [text];
  if (pieces.length - 1 > MAX_DASHES) return DASHES.map((dash) => pieces.join(dash));
  return pieces
    .slice(1)
    .reduce<readonly string[]>(
      (variants, piece) => variants.flatMap((variant) => DASHES.map((dash) => variant + dash + piece)),
      [pieces[0] ?? ''],
    );
}
