/** LZMA2 unpacks at most this much at a time. */
const MOST_PIECE_BYTES = 2 * 1024 * 1024;
const FIRST_BYTES = 256 * 1024;

/** What was unpacked lately: matches copy from it. It slides only once in a while, and grows only when it must. */
export class Window {
  bytes: Uint8Array;
  at = 0;
  readonly #fullBytes: number;

  constructor(private readonly dictionaryBytes: number) {
    this.#fullBytes = 2 * dictionaryBytes + MOST_PIECE_BYTES;
    this.bytes = new Uint8Array(Math.min(this.#fullBytes, FIRST_BYTES));
  }

  /** How far back a match may reach. */
  get reach(): number {
    return Math.min(this.at, this.dictionaryBytes);
  }

  forget(): void {
    this.at = 0;
  }

  /** Makes room for `count` more bytes, at most 2 MiB. */
  reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    if (this.bytes.length < this.#fullBytes) this.#grow(this.at + count);
    if (this.at + count <= this.bytes.length) return;
    const kept = this.reach;
    this.bytes.copyWithin(0, this.at - kept, this.at);
    this.at = kept;
  }

  #grow(wanted: number): void {
    const larger = new Uint8Array(Math.min(this.#fullBytes, Math.max(wanted, 2 * this.bytes.length)));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }
}
