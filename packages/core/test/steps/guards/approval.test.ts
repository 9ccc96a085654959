import { describe, expect, it } from 'vitest';
import { NO, verdictOf, YES } from '../world/guard-verdict.js';
import { suspectWorld } from '../world/suspect-world.js';
import { type Ask, asking, guardOf } from './asking.js';

describe('the approval guard', () => {
  it.each([
    ['yes', YES],
    ['no', NO],
  ] as const)('does as a person says: %s, and snapshots go on meanwhile', async (decision, expected) => {
    const { ask } = asking(({ id }, nth) => (nth < 5 ? undefined : { requestId: id, decision, by: 'alice' }));
    expect(await verdictOf(guardOf(ask), suspectWorld())).toEqual(expected);
  });

  it.each([
    ['allow', YES],
    ['refuse', NO],
  ] as const)('takes the configured answer when nobody answers in time: %s', async (onExpiry, expected) => {
    const { ask, requests } = asking(() => undefined);
    const world = suspectWorld();
    const began = world.world.now().getTime();
    expect(await verdictOf(guardOf(ask, onExpiry), world)).toEqual(expected);
    expect(world.world.now().getTime() - began).toBeGreaterThanOrEqual(30 * 60_000);
    expect(new Set(requests.map(({ id }) => id)).size).toBe(1);
  });

  it('ignores an answer to another question', async () => {
    const { ask } = asking(() => ({ requestId: 'another', decision: 'yes', by: 'mallory' }));
    expect(await verdictOf(guardOf(ask), suspectWorld())).toEqual(NO);
  });

  it('ignores an answer that comes after the deadline', async () => {
    const world = suspectWorld();
    const { ask } = asking(({ id, expiresAt }) =>
      world.world.now() >= new Date(expiresAt) ? { requestId: id, decision: 'yes', by: 'alice' } : undefined,
    );
    expect(await verdictOf(guardOf(ask), world)).toEqual(NO);
  });

  it('counts what is on record as given in time, also when nobody looked until later', async () => {
    const world = suspectWorld();
    const given = world.world.now().toISOString();
    const { ask } = asking(({ id, expiresAt }) =>
      world.world.now() >= new Date(expiresAt)
        ? { requestId: id, decision: 'yes', by: 'alice', at: given }
        : undefined,
    );
    expect(await verdictOf(guardOf(ask), world)).toEqual(YES);
  });

  it('asks again until the deadline while the chat is down', async () => {
    let asked = 0;
    const ask: Ask = async ({ id }) => {
      asked += 1;
      if (asked < 60) throw new Error('the chat is down');
      return { requestId: id, decision: 'yes', by: 'alice' };
    };
    expect(await verdictOf(guardOf(ask), suspectWorld())).toEqual(YES);
  });

  it('counts as configured when nobody can ever be asked', async () => {
    const ask = () => Promise.reject(new Error('the chat is down'));
    expect(await verdictOf(guardOf(ask, 'allow'), suspectWorld())).toEqual(YES);
    expect(await verdictOf(guardOf(ask, 'refuse'), suspectWorld())).toEqual(NO);
  });

  it('binds the question to incident, guard and plan', async () => {
    const { ask, requests } = asking(() => undefined);
    await verdictOf(guardOf(ask), suspectWorld());
    await verdictOf(guardOf(ask), suspectWorld(), { inspected: true });
    const [first] = requests;
    const last = requests.at(-1);
    expect(first).toMatchObject({
      step: 'guard.approval',
      planSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(last?.planSha256).not.toBe(first?.planSha256);
    expect(last?.id).not.toBe(first?.id);
  });
});
