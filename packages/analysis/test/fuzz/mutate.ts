type Random = (below: number) => number;

/** Numbers that look random and are the same for one seed: a failure can be made again. */
export function randomNumbers(seed: number): Random {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % Math.max(1, below);
  };
}

/** Numbers for one run of many: it can be made again without those before it. */
export function numbersOfRun(seed: number, run: number): Random {
  let mixed = Math.imul(seed ^ Math.imul(run + 1, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return randomNumbers(mixed ^ (mixed >>> 16));
}

const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x20, 0x22, 0x5c, 0x7b];

/** One in so many changes makes the input long, which is what shows where time grows faster than length. */
const RARELY = 100;
const LONG_BYTES = 65_536;

/** Changes, cuts, repeats and moves pieces of a seed, as a hostile or damaged file would have them. */
export function mutated(seed: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(seed);
  for (let left = 1 + random(8); left > 0 && bytes.length > 0; left -= 1) bytes = changed(bytes, random);
  return bytes;
}

function changed(bytes: Buffer, random: Random): Buffer<ArrayBuffer> {
  const at = random(bytes.length);
  const length = Math.min(1 + random(64), bytes.length - at);
  const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)];
  switch (random(7)) {
    case 0:
      bytes[at] = random(256);
      break;
    case 1:
      bytes[at] = EDGES[random(EDGES.length)] ?? 0;
      break;
    case 2:
      return Buffer.from(before);
    case 3:
      return Buffer.concat([before, bytes.subarray(at + length)]);
    case 4:
      bytes.fill(EDGES[random(EDGES.length)] ?? 0, at, at + length);
      break;
    case 5: {
      const copies = random(RARELY) === 0 ? random(Math.ceil(LONG_BYTES / length)) : 1 + random(20);
      return Buffer.concat([before, ...Array.from({ length: copies }, () => piece), after]);
    }
    default: {
      const to = random(bytes.length);
      return Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(to)]);
    }
  }
  return Buffer.from(bytes);
}
