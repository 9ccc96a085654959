/** A value of a row. Whole numbers beyond 2^53 lose their last digits: no time is that long. */
export type Value = null | number | string | Buffer;

/** The file is no database, or is damaged there. */
export class DamagedDatabase extends Error {
  override readonly name = 'DamagedDatabase';
}

/** A number of one to nine bytes, seven bits each, and where the next thing begins. */
export function varint(bytes: Buffer, at: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) throw new DamagedDatabase('a number ends too early');
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return { value: value * 256 + (bytes[at + 8] ?? 0), next: at + 9 };
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8] as const;
const MOST_COLUMNS = 200;

/** The values of a row's record (sqlite.org/fileformat2.html, 2.1). */
export function valuesOf(payload: Buffer, encoding: BufferEncoding): readonly Value[] {
  const { value: headerBytes, next } = varint(payload, 0);
  const values: Value[] = [];
  let at = headerBytes;
  for (let typeAt = next; typeAt < headerBytes && values.length < MOST_COLUMNS; ) {
    const type = varint(payload, typeAt);
    typeAt = type.next;
    const sizeBytes = sizeOf(type.value);
    if (at + sizeBytes > payload.length) throw new DamagedDatabase('a row ends too early');
    values.push(readValue(type.value, payload.subarray(at, at + sizeBytes), encoding));
    at += sizeBytes;
  }
  return values;
}

function sizeOf(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  if (type === 7) return 8;
  return INTEGER_BYTES[type] ?? 0;
}

function readValue(type: number, bytes: Buffer, encoding: BufferEncoding): Value {
  if (type === 0 || type === 10 || type === 11) return null;
  if (type === 7) return bytes.readDoubleBE(0);
  if (type === 8 || type === 9) return type - 8;
  if (type === 6) return Number(bytes.readBigInt64BE(0));
  if (type < 7) return bytes.readIntBE(0, bytes.length);
  return type % 2 === 1 ? bytes.toString(encoding) : Buffer.from(bytes);
}
