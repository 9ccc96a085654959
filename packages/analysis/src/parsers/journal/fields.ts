import { uncompressed } from './payload.js';

/** A field of entries, as one data object holds it for all of them. */
export interface Field {
  readonly name: string;
  readonly value: Buffer;
}

export interface FieldsOptions {
  /** Which are kept. */
  readonly wants: (field: string) => boolean;
  /** Of names and values together. */
  readonly mostKeptBytes: number;
}

const EQUALS = 0x3d;
/** What a field takes besides its value. */
const OVERHEAD_BYTES = 200;
/** No journal unpacks to more; a bomb does, and would take hours. */
const MOST_UNPACKED_BYTES = 8 * 1024 ** 3;

/** The fields of a journal that entries may name, by where they stand, in bounded memory. */
export class Fields {
  readonly #known = new Map<number, Field>();
  #keptBytes = 0;
  #unpackedBytes = 0;
  /** Those that could not be uncompressed, or for which there was no room. */
  unreadable = 0;

  constructor(private readonly options: FieldsOptions) {}

  at(offset: number): Field | undefined {
    return this.#known.get(offset);
  }

  clear(): void {
    this.#known.clear();
  }

  add(offset: number, payload: Buffer, flags: number): void {
    if (this.#keptBytes > this.options.mostKeptBytes || this.#unpackedBytes > MOST_UNPACKED_BYTES) {
      this.unreadable += 1;
      return;
    }
    try {
      const whole = uncompressed(payload, flags);
      this.#unpackedBytes += whole.length;
      this.#keep(offset, whole);
    } catch {
      this.unreadable += 1;
    }
  }

  #keep(offset: number, payload: Buffer): void {
    const equals = payload.indexOf(EQUALS);
    const name = payload.toString('latin1', 0, Math.max(0, equals));
    if (equals <= 0 || !this.options.wants(name)) return;
    // A copy: the chunk that it is a part of would stay in memory with it.
    this.#known.set(offset, { name, value: Buffer.from(payload.subarray(equals + 1)) });
    this.#keptBytes += payload.length + OVERHEAD_BYTES;
  }
}
