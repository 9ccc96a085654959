/** A record of utmp, wtmp or btmp. */
export interface LoginRecord {
  readonly type: 'boot' | 'login' | 'logout' | 'runlevel' | 'clock' | 'init' | 'other';
  readonly pid: number;
  readonly line: string;
  readonly user: string;
  readonly host: string;
  readonly address: string;
  readonly atMs: number;
  readonly offsetBytes: number;
}

/** glibc's `struct utmp` on x86-64: 384 bytes; 400 where time is 64 bits wide (aarch64). */
export type LoginRecordBytes = 384 | 400;

const TYPES: { readonly [code: number]: LoginRecord['type'] } = {
  1: 'runlevel',
  2: 'boot',
  3: 'clock',
  4: 'clock',
  5: 'init',
  6: 'init',
  7: 'login',
  8: 'logout',
};

const MAX_EMPTY = 100;

/** How long the records of a file are: the size whose multiple the file is, 384 when both fit or none does. */
export function loginRecordBytes(sizeBytes: number): LoginRecordBytes {
  return sizeBytes % 384 !== 0 && sizeBytes % 400 === 0 ? 400 : 384;
}

/** Cuts chunks into records, in memory bounded by one record. Empty records are skipped. */
export class LoginRecordParser {
  #rest: Buffer = Buffer.alloc(0);
  #offset = 0;
  /** Where records of nothing but zeros are: tools that hide logins leave them. */
  readonly emptyAt: number[] = [];

  constructor(
    private readonly recordBytes: LoginRecordBytes,
    private readonly take: (record: LoginRecord) => void,
  ) {}

  push(chunk: Uint8Array): void {
    const bytes = Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (; at + this.recordBytes <= bytes.length; at += this.recordBytes) {
      const record = parseRecord(bytes.subarray(at, at + this.recordBytes), this.#offset + at);
      if (record !== undefined) this.take(record);
      else if (this.emptyAt.length < MAX_EMPTY) this.emptyAt.push(this.#offset + at);
    }
    this.#rest = Buffer.from(bytes.subarray(at));
    this.#offset += at;
  }
}

function parseRecord(bytes: Buffer, offsetBytes: number): LoginRecord | undefined {
  const code = bytes.readInt16LE(0);
  if (code === 0 && bytes.every((byte) => byte === 0)) return undefined;
  const wide = bytes.length === 400;
  const seconds = wide ? Number(bytes.readBigInt64LE(344)) : bytes.readInt32LE(340);
  const micros = wide ? Number(bytes.readBigInt64LE(352)) : bytes.readInt32LE(344);
  return {
    type: TYPES[code] ?? 'other',
    pid: bytes.readInt32LE(4),
    line: textAt(bytes, 8, 32),
    user: textAt(bytes, 44, 32),
    host: textAt(bytes, 76, 256),
    address: address(bytes.subarray(wide ? 360 : 348)),
    atMs: seconds * 1000 + Math.floor(micros / 1000),
    offsetBytes,
  };
}

function textAt(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** IPv4 stands in the first of four words, in network order; all zero is none. */
function address(bytes: Buffer): string {
  const words = [0, 4, 8, 12].map((at) => bytes.readUInt32BE(at));
  if (words.every((word) => word === 0)) return '';
  if (words.slice(1).every((word) => word === 0)) return [...bytes.subarray(0, 4)].join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return groups.join(':');
}
