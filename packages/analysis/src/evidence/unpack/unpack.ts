import { ByteQueue, DamagedArchive, type Unpacking } from './byte-queue.js';

export type Unpacker = (queue: ByteQueue) => Unpacking;

/** Unpacks a stream as it comes. */
export async function* unpackStream(
  source: AsyncIterable<Uint8Array>,
  unpacker: Unpacker,
): AsyncGenerator<Uint8Array> {
  const queue = new ByteQueue();
  const unpacking = unpacker(queue);
  for await (const chunk of source) {
    queue.push(chunk);
    yield* untilStarved(unpacking);
  }
  queue.end();
  yield* untilStarved(unpacking);
}

function* untilStarved(unpacking: Unpacking): Generator<Uint8Array> {
  for (;;) {
    const { value } = unpacking.next();
    // Done, or hungry.
    if (value === undefined) return;
    yield value;
  }
}

/**
 * Unpacks bytes that are all there.
 *
 * @throws DamagedArchive also when more than `mostBytes` come out
 */
export function unpackWhole(
  bytes: Uint8Array,
  { unpacker, mostBytes }: { readonly unpacker: Unpacker; readonly mostBytes: number },
): Buffer {
  const queue = new ByteQueue();
  queue.push(bytes);
  queue.end();
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for (const piece of untilStarved(unpacker(queue))) {
    sizeBytes += piece.length;
    if (sizeBytes > mostBytes) throw new DamagedArchive(`it unpacks to more than ${mostBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
