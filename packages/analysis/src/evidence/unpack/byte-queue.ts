/** The bytes are not what they claim to be, or end too early. */
export class DamagedArchive extends Error {
  override readonly name = 'DamagedArchive';
}

/** Bytes that have come and are not used yet, in whatever pieces they came. */
export class ByteQueue {
  #pieces: Buffer[] = [];
  #length = 0;
  #ended = false;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#pieces.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#length += chunk.length;
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  /** The next bytes as one piece, without using them up; fewer when there are fewer. */
  peek(wanted: number): Buffer {
    const [first = Buffer.alloc(0)] = this.#pieces;
    if (first.length >= wanted || this.#pieces.length <= 1) return first.subarray(0, wanted);
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all.subarray(0, wanted);
  }

  skip(count: number): void {
    this.#length -= count;
    let left = count;
    while (left > 0) {
      const [first = Buffer.alloc(0)] = this.#pieces;
      if (first.length > left) {
        this.#pieces[0] = first.subarray(left);
        return;
      }
      left -= first.length;
      this.#pieces.shift();
    }
  }
}

/** Yields what it has unpacked, or undefined when it needs more bytes than the queue has. */
export type Unpacking<Result = void> = Generator<Uint8Array | undefined, Result>;

/** The next bytes, when they have come. */
export function* need(queue: ByteQueue, count: number): Unpacking<Buffer> {
  while (queue.length < count) {
    if (queue.isEnded) throw new DamagedArchive('it ends too early');
    yield undefined;
  }
  const bytes = queue.peek(count);
  queue.skip(count);
  return bytes;
}

/** Whether there is another byte; waits until that is known. */
export function* hasMore(queue: ByteQueue): Unpacking<boolean> {
  while (queue.length === 0 && !queue.isEnded) yield undefined;
  return queue.length > 0;
}
