/** Numbers that look random and are the same for one seed: a failure can be made again. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % Math.max(1, below);
  };
}

const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x20, 0x22, 0x5c, 0x7b];

/** Changes, cuts, repeats and moves pieces of a seed, as a hostile or damaged file would have them. */
export function mutated(seed: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(seed);
  for (let left = 1 + random(8); left > 0; left -= 1) {
    const at = random(bytes.length);
    const length = Math.min(1 + random(64), bytes.length - at);
    const kind = random(6);
    if (bytes.length === 0) return bytes;
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1) bytes[at] = EDGES[random(EDGES.length)] ?? 0;
    else if (kind === 2) bytes = bytes.subarray(0, at);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    else if (kind === 4) bytes.fill(EDGES[random(EDGES.length)] ?? 0, at, at + length);
    else {
      const piece = bytes.subarray(at, at + length);
      const copies = Array.from({ length: 1 + random(20) }, () => piece);
      bytes = Buffer.concat([bytes.subarray(0, at), ...copies, bytes.subarray(at)]);
    }
  }
  return bytes;
}
