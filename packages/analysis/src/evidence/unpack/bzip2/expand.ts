import type { Block } from './block.js';

const PIECE_BYTES = 64 * 1024;
/** After four equal bytes comes how often they are repeated. */
const RUN = 4;

/** Undoes the Burrows-Wheeler transform, in place: the upper bits become where each byte's follower is. */
function link({ sorted, length }: Block): void {
  const starts = new Uint32Array(256);
  for (let at = 0; at < length; at += 1)
    starts[(sorted[at] ?? 0) & 0xff] = (starts[(sorted[at] ?? 0) & 0xff] ?? 0) + 1;
  let sum = 0;
  for (let byte = 0; byte < 256; byte += 1) {
    const count = starts[byte] ?? 0;
    starts[byte] = sum;
    sum += count;
  }
  for (let at = 0; at < length; at += 1) {
    const byte = (sorted[at] ?? 0) & 0xff;
    const place = starts[byte] ?? 0;
    starts[byte] = place + 1;
    sorted[place] = (sorted[place] ?? 0) | (at << 8);
  }
}

/** The bytes of a block, piece by piece: a run of a hostile block expands fiftyfold. */
export function* expand(block: Block): Generator<Buffer> {
  link(block);
  const { sorted, length, origin } = block;
  let piece = Buffer.allocUnsafe(PIECE_BYTES);
  let filled = 0;
  let follower = (sorted[origin] ?? 0) >>> 8;
  let previous = -1;
  let same = 0;
  for (let done = 0; done < length; done += 1) {
    const entry = sorted[follower] ?? 0;
    const byte = entry & 0xff;
    follower = entry >>> 8;
    let times = 1;
    if (same === RUN) {
      times = byte;
      same = 0;
    } else {
      same = byte === previous ? same + 1 : 1;
      previous = byte;
    }
    if (filled + times > PIECE_BYTES) {
      yield piece.subarray(0, filled);
      piece = Buffer.allocUnsafe(PIECE_BYTES);
      filled = 0;
    }
    piece.fill(previous, filled, filled + times);
    filled += times;
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
