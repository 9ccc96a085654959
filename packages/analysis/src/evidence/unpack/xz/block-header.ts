import { crc32 } from 'node:zlib';
import { DamagedArchive } from '../byte-queue.js';

const LZMA2 = 0x21;
/** What `xz -9` uses; more would be an attack on our memory. */
const MOST_DICTIONARY_BYTES = 64 * 1024 * 1024;

/** Reads the little numbers of a header, seven bits a byte. */
class Cursor {
  constructor(
    private readonly bytes: Buffer,
    public at: number,
  ) {}

  number(): number {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = this.bytes[this.at];
      if (byte === undefined) break;
      this.at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new DamagedArchive('bad number in an xz block header');
  }
}

/**
 * How large a dictionary a block needs.
 *
 * @param header - the whole of it, with its size and its sum
 */
export function dictionaryOf(header: Buffer): number {
  const end = header.length - 4;
  if (crc32(header.subarray(0, end)) !== header.readUInt32LE(end))
    throw new DamagedArchive('bad sum of an xz block header');
  const flags = header[1] ?? 0;
  const cursor = new Cursor(header.subarray(0, end), 2);
  if ((flags & 0x40) !== 0) cursor.number();
  if ((flags & 0x80) !== 0) cursor.number();
  const id = cursor.number();
  if ((flags & 3) !== 0 || id !== LZMA2 || cursor.number() !== 1)
    throw new DamagedArchive('an xz filter that is not read here: logs and archives have none');
  return dictionaryBytes(header[cursor.at] ?? 0);
}

function dictionaryBytes(bits: number): number {
  if (bits > 40) throw new DamagedArchive('bad size of an xz dictionary');
  const size = bits === 40 ? 2 ** 32 - 1 : (2 | (bits & 1)) * 2 ** (Math.floor(bits / 2) + 11);
  if (size > MOST_DICTIONARY_BYTES) throw new DamagedArchive(`an xz dictionary of ${size} bytes`);
  return size;
}
