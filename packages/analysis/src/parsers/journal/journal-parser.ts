import { Fields } from './fields.js';
import {
  aligned,
  HEADER_BYTES,
  type HeaderProblem,
  type JournalHeader,
  LAST_OBJECT_TYPE,
  OBJECT,
  OBJECT_HEADER_BYTES,
  readHeader,
} from './layout.js';

/** One entry of a systemd journal. */
export interface JournalEntry {
  /** Counts over all files of a journal. */
  readonly seqnum: bigint;
  /** Microseconds since the epoch, by the suspect's clock. */
  readonly realtimeUs: bigint;
  /** Microseconds since boot. */
  readonly monotonicUs: bigint;
  /** 32 hex digits. */
  readonly bootId: string;
  /** Of all its fields: distinguishes entries of one microsecond. */
  readonly xorHash: bigint;
  /** Values of the fields that were wanted, in the entry's order; a field may come more than once. */
  readonly fields: ReadonlyMap<string, readonly Buffer[]>;
}

export interface JournalParserOptions {
  readonly entry: (entry: JournalEntry) => void;
  /** Which fields are kept in memory. Default: all. */
  readonly wants?: (field: string) => boolean;
  /** Of all fields together. Default 128 MiB: what is beyond is not in the entries that name it. */
  readonly mostKeptBytes?: number;
}

/** What could not be read. */
export interface JournalFaults {
  readonly header: HeaderProblem | undefined;
  /** Data objects that could not be uncompressed, or for which there was no room. */
  readonly unreadableFields: number;
  /** Where an object was none, and reading ended; undefined: nowhere. */
  readonly damagedAt: number | undefined;
}

/** No object of a journal is longer: systemd refuses fields over 768 MiB, and nobody logs one over this. */
const MOST_OBJECT_BYTES = 64 * 1024 * 1024;
const MOST_KEPT_BYTES = 128 * 1024 * 1024;

/**
 * Reads a systemd journal file as it streams by, object by object: entries come after the fields that they name, so one
 * pass is enough. Needs no index of the file, and so reads past damage in it; keeps the wanted fields in memory.
 */
export class JournalParser {
  #header: JournalHeader | undefined;
  #headerProblem: HeaderProblem | undefined;
  /** What has come and is not used yet; it begins at `#at` of the file. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #at = 0;
  #skip = 0;
  #isOver = false;
  #damagedAt: number | undefined;
  readonly #fields: Fields;

  constructor(private readonly options: JournalParserOptions) {
    const { wants = () => true, mostKeptBytes = MOST_KEPT_BYTES } = options;
    this.#fields = new Fields({ wants, mostKeptBytes });
  }

  get header(): JournalHeader | undefined {
    return this.#header;
  }

  get faults(): JournalFaults {
    return {
      header: this.#headerProblem,
      unreadableFields: this.#fields.unreadable,
      damagedAt: this.#damagedAt,
    };
  }

  push(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#pending.push(Buffer.from(chunk));
    this.#pendingBytes += chunk.length;
    while (!this.#isOver && this.#step());
  }

  /** One object, or a part of what is skipped; false when more bytes are needed. */
  #step(): boolean {
    if (this.#skip > 0) return this.#skipOn();
    if (this.#header === undefined) return this.#takeHeader();
    const head = this.#peek(OBJECT_HEADER_BYTES);
    if (head === undefined) return false;
    const type = head.readUInt8(0);
    const sizeBytes = Number(head.readBigUInt64LE(8));
    // Room that was allocated beforehand.
    if (type === 0 && sizeBytes === 0) return this.#end();
    if (type > LAST_OBJECT_TYPE || sizeBytes < OBJECT_HEADER_BYTES) return this.#damaged();
    if (type !== OBJECT.data && type !== OBJECT.entry) return this.#startSkip(aligned(sizeBytes));
    if (sizeBytes > MOST_OBJECT_BYTES) return this.#damaged();
    const object = this.#peek(sizeBytes);
    if (object === undefined) return false;
    if (type === OBJECT.data) this.#data(object);
    else this.#entry(object);
    return this.#startSkip(aligned(sizeBytes));
  }

  #takeHeader(): boolean {
    const bytes = this.#peek(HEADER_BYTES);
    if (bytes === undefined) return false;
    const header = readHeader(bytes);
    if (typeof header === 'string') {
      this.#headerProblem = header;
      return this.#end();
    }
    this.#header = header;
    return this.#startSkip(header.headerBytes);
  }

  #end(): false {
    this.#isOver = true;
    this.#pending = [];
    this.#fields.clear();
    return false;
  }

  #damaged(): false {
    this.#damagedAt = this.#at;
    return this.#end();
  }

  #startSkip(sizeBytes: number): boolean {
    this.#skip = sizeBytes;
    return true;
  }

  #skipOn(): boolean {
    const taken = Math.min(this.#skip, this.#pendingBytes);
    this.#drop(taken);
    this.#skip -= taken;
    return this.#skip === 0;
  }

  /** The next bytes, as one piece, without using them up. */
  #peek(sizeBytes: number): Buffer | undefined {
    if (this.#pendingBytes < sizeBytes) return undefined;
    const [first] = this.#pending;
    if (first !== undefined && first.length >= sizeBytes) return first.subarray(0, sizeBytes);
    const all = Buffer.concat(this.#pending);
    this.#pending = [all];
    return all.subarray(0, sizeBytes);
  }

  #drop(sizeBytes: number): void {
    this.#at += sizeBytes;
    this.#pendingBytes -= sizeBytes;
    let left = sizeBytes;
    while (left > 0) {
      const [first = Buffer.of()] = this.#pending;
      if (first.length > left) {
        this.#pending[0] = first.subarray(left);
        return;
      }
      left -= first.length;
      this.#pending.shift();
    }
  }

  /** Hash, links and counts come before the payload. */
  #data(object: Buffer): void {
    const payloadAt = this.#header?.isCompact ? 72 : 64;
    if (object.length <= payloadAt) return;
    this.#fields.add(this.#at, object.subarray(payloadAt), object.readUInt8(1));
  }

  #entry(object: Buffer): void {
    if (object.length < 64) return;
    const fields = new Map<string, Buffer[]>();
    for (const offset of this.#items(object)) {
      const field = this.#fields.at(offset);
      if (field === undefined) continue;
      const values = fields.get(field.name);
      if (values === undefined) fields.set(field.name, [field.value]);
      else values.push(field.value);
    }
    this.options.entry({
      seqnum: object.readBigUInt64LE(16),
      realtimeUs: object.readBigUInt64LE(24),
      monotonicUs: object.readBigUInt64LE(32),
      bootId: object.toString('hex', 40, 56),
      xorHash: object.readBigUInt64LE(56),
      fields,
    });
  }

  /** Offsets of the entry's fields. */
  *#items(object: Buffer): Generator<number> {
    const isCompact = this.#header?.isCompact === true;
    const itemBytes = isCompact ? 4 : 16;
    for (let at = 64; at + itemBytes <= object.length; at += itemBytes)
      yield isCompact ? object.readUInt32LE(at) : Number(object.readBigUInt64LE(at));
  }
}
