import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inParallel } from '../../src/evidence/in-parallel.js';

describe('work in parallel', () => {
  it('gives results in the order of the items, never more at a time than it may', async () => {
    let running = 0;
    let most = 0;
    const items = Array.from({ length: 20 }, (_, index) => index);
    const results = await inParallel(items, 4, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await setTimeout((item * 7) % 5);
      running -= 1;
      return item * 2;
    });
    expect(results).toEqual(items.map((item) => item * 2));
    expect(most).toBe(4);
  });

  it('stops at the first failure, and takes no more items', async () => {
    const begun: number[] = [];
    const work = inParallel([1, 2, 3, 4, 5, 6], 2, async (item) => {
      begun.push(item);
      await setTimeout(1);
      if (item === 2) throw new Error('the second fails');
    });
    await expect(work).rejects.toThrow('the second fails');
    await setTimeout(5);
    expect(begun.length).toBeLessThan(6);
  });
});
