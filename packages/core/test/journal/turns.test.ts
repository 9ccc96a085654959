import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Turns } from '../../src/journal/turns.js';

/** Work that says when it begins and ends. */
function worker() {
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name} begins`);
    await setTimeout(1);
    log.push(`${name} ends`);
  };
  return { log, work };
}

describe('turns', () => {
  it('come one after the other in a lane, and side by side in several', async () => {
    const { log, work } = worker();
    const turns = new Turns();
    await Promise.all([
      turns.inLane('a', work('a1')),
      turns.inLane('a', work('a2')),
      turns.inLane('b', work('b1')),
    ]);
    expect(log.indexOf('a1 ends')).toBeLessThan(log.indexOf('a2 begins'));
    expect(log.indexOf('b1 begins')).toBeLessThan(log.indexOf('a1 ends'));
  });

  it('wait for whoever is alone, who waits for all before him', async () => {
    const { log, work } = worker();
    const turns = new Turns();
    await Promise.all([
      turns.inLane('a', work('a1')),
      turns.alone(work('alone')),
      turns.inLane('a', work('a2')),
      turns.inLane('b', work('b1')),
    ]);
    expect(log.slice(0, 4)).toEqual(['a1 begins', 'a1 ends', 'alone begins', 'alone ends']);
    expect(log.slice(4).toSorted()).toEqual(['a2 begins', 'a2 ends', 'b1 begins', 'b1 ends']);
  });

  it('go on after one that failed', async () => {
    const { log, work } = worker();
    const turns = new Turns();
    const fails = turns.inLane('a', () => Promise.reject(new Error('no')));
    const next = turns.inLane('a', work('a2'));
    const alone = turns.alone(() => Promise.reject(new Error('neither')));
    await expect(fails).rejects.toThrow('no');
    await expect(alone).rejects.toThrow('neither');
    await next;
    await turns.inLane('a', work('a3'));
    expect(log).toEqual(['a2 begins', 'a2 ends', 'a3 begins', 'a3 ends']);
  });
});
