/** When an account logged in last. */
export interface LastLogin {
  /** Where in the file it lies tells whose it is. */
  readonly uid: number;
  readonly line: string;
  readonly host: string;
  readonly atMs: number;
  readonly offsetBytes: number;
}

/** glibc's `struct lastlog`: 292 bytes on x86-64; 296 where time is 64 bits wide (aarch64). */
export type LastlogRecordBytes = 292 | 296;

/** The size whose multiple the file is; 292 when both fit or none does. */
export function lastlogRecordBytes(sizeBytes: number): LastlogRecordBytes {
  return sizeBytes % 292 !== 0 && sizeBytes % 296 === 0 ? 296 : 292;
}

/** Cuts chunks into records, in memory bounded by one. The file is mostly holes: records without a time are skipped. */
export class LastlogParser {
  #rest: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(
    private readonly recordBytes: LastlogRecordBytes,
    private readonly take: (login: LastLogin) => void,
  ) {}

  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (; at + this.recordBytes <= bytes.length; at += this.recordBytes)
      if (bytes.readInt32LE(at) !== 0)
        this.#record(bytes.subarray(at, at + this.recordBytes), this.#offset + at);
    this.#rest = Buffer.from(bytes.subarray(at));
    this.#offset += at;
  }

  #record(bytes: Buffer, offsetBytes: number): void {
    const timeBytes = this.recordBytes - 288;
    const seconds = timeBytes === 8 ? Number(bytes.readBigInt64LE(0)) : bytes.readInt32LE(0);
    this.take({
      uid: offsetBytes / this.recordBytes,
      line: textAt(bytes, timeBytes, 32),
      host: textAt(bytes, timeBytes + 32, 256),
      atMs: seconds * 1000,
      offsetBytes,
    });
  }
}

function textAt(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}
