const BLOCK_BYTES = 512;
const MOST_HEADER_BYTES = 256 * 1024;
/** Whose entries nobody has asked for yet. */
const MOST_WAITING = 1000;
const CAPABILITY = 'SCHILY.xattr.security.capability';
const DIRECTORY = 0x35;
const PAX = 0x78;
/** Long names of GNU tar, and pax headers for all entries: what an entry's own pax header says stays. */
const BETWEEN = new Set([0x4b, 0x4c, 0x67]);

/**
 * Reads along with whoever unpacks a tar, for what the library gives as text though it is bytes: the attribute
 * `security.capability`, as `tar --xattrs` keeps it in pax headers. By where an entry's data begin in the archive.
 */
export class PaxAttributes {
  readonly #capabilities = new Map<number, Uint8Array>();
  #at = 0;
  #skip = 0;
  /** A block or a pax header, as far as it has come. */
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #wanted = BLOCK_BYTES;
  #isPax = false;
  #paxBytes = 0;
  #next: { readonly capability?: Uint8Array; readonly sizeBytes?: number } = {};

  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      const skipped = Math.min(this.#skip, chunk.length - from);
      this.#skip -= skipped;
      const taken = Math.min(this.#wanted - this.#bytes, chunk.length - from - skipped);
      if (taken > 0) {
        this.#pieces.push(Uint8Array.from(chunk.subarray(from + skipped, from + skipped + taken)));
        this.#bytes += taken;
      }
      from += skipped + taken;
      this.#at += skipped + taken;
      if (this.#bytes === this.#wanted) this.#take(Buffer.concat(this.#pieces));
    }
  }

  /** Of the entry whose data begin there; once. */
  capability(byteOffset: number | undefined): Uint8Array | undefined {
    if (byteOffset === undefined) return undefined;
    const found = this.#capabilities.get(byteOffset);
    this.#capabilities.delete(byteOffset);
    return found;
  }

  #take(bytes: Buffer): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#wanted = BLOCK_BYTES;
    if (this.#isPax) {
      this.#isPax = false;
      this.#next = recordsOf(bytes.subarray(0, this.#paxBytes));
    } else if (bytes.some((byte) => byte !== 0)) this.#header(bytes);
  }

  #header(block: Buffer): void {
    const sizeBytes = sizeOf(block.subarray(124, 136));
    const type = block.readUInt8(156);
    if (type === PAX && sizeBytes > 0 && sizeBytes <= MOST_HEADER_BYTES) {
      this.#isPax = true;
      this.#paxBytes = sizeBytes;
      this.#wanted = padded(sizeBytes);
      return;
    }
    if (BETWEEN.has(type) || type === PAX) {
      this.#skip = padded(sizeBytes);
      return;
    }
    const { capability, sizeBytes: own = sizeBytes } = this.#next;
    this.#next = {};
    if (capability !== undefined && this.#capabilities.size < MOST_WAITING)
      this.#capabilities.set(this.#at, capability);
    if (type !== DIRECTORY) this.#skip = padded(own);
  }
}

/** Of what somebody has written as a size: less than nothing would send the reader back, for ever. */
function padded(sizeBytes: number): number {
  return Math.ceil(Math.max(0, sizeBytes) / BLOCK_BYTES) * BLOCK_BYTES;
}

/** Octal, or of 64 bits where the first bit is set. */
function sizeOf(field: Buffer): number {
  if ((field.readUInt8(0) & 0x80) !== 0) return Number(field.readBigUInt64BE(4) & 0x1fff_ffff_ffff_ffn);
  return Number.parseInt(field.toString('latin1').replaceAll('\0', ' ').trim(), 8) || 0;
}

/** `LENGTH NAME=VALUE\n`, one behind the other. */
function recordsOf(bytes: Buffer): { readonly capability?: Uint8Array; readonly sizeBytes?: number } {
  let found: { capability?: Uint8Array; sizeBytes?: number } = {};
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const length = blank < 0 ? 0 : Number.parseInt(bytes.toString('latin1', at, blank), 10) || 0;
    const equals = bytes.indexOf(0x3d, blank);
    if (length <= blank - at || equals < 0) break;
    const name = bytes.toString('latin1', blank + 1, equals);
    const value = bytes.subarray(equals + 1, at + length - 1);
    if (name === CAPABILITY) found = { ...found, capability: Uint8Array.from(value) };
    if (name === 'size') found = { ...found, sizeBytes: Number.parseInt(value.toString('latin1'), 10) || 0 };
    at += length;
  }
  return found;
}
