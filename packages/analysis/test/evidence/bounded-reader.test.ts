import { describe, expect, it } from 'vitest';
import { boundedReader } from '../../src/evidence/bounded-reader.js';
import type { EvidenceFile, EvidenceReader } from '../../src/index.js';

async function* chunks(...texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text);
}

const file = (path: string, ...texts: readonly string[]): EvidenceFile => ({
  path,
  type: 'file',
  sizeBytes: texts.join('').length,
  content: () => chunks(...texts),
});
const reader: EvidenceReader = {
  async *files() {
    yield file('a', '1', '2');
    yield file('b', '3', '4', '5');
    yield file('c', '6');
  },
};

/** What is read when the time is over after so many looks at the clock. */
async function read(looks: number) {
  let [looked, cuts] = [0, 0];
  const bounded = boundedReader(
    reader,
    () => {
      looked += 1;
      return looked > looks;
    },
    () => {
      cuts += 1;
    },
  );
  const seen: string[] = [];
  for await (const { path, content } of bounded.files(() => undefined)) {
    seen.push(path);
    for await (const chunk of content()) seen.push(String(chunk));
  }
  return { seen: seen.join(''), cuts };
}

describe('a walk that ends by the clock', () => {
  it('reads everything in time, and tells of no cut', async () => {
    expect(await read(100)).toEqual({ seen: 'a12b345c6', cuts: 0 });
  });

  it.each([
    [0, ''],
    [1, 'a'],
    [2, 'a1'],
    [5, 'a12b3'],
    [7, 'a12b345'],
  ])('ends where it is after %i looks, and tells it once', async (looks, seen) => {
    expect(await read(looks)).toEqual({ seen, cuts: 1 });
  });
});
