import { DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { createWorld, type WorldOptions } from '@cordon/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ec2 } from '../../src/aws/operations.js';
import { awsSessions } from '../../src/aws/sessions.js';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';

/** Sessions of one process with one account, one for each incident. */
function sessions(options: WorldOptions = {}) {
  const world = createWorld({ seed: 'limits', ...options });
  onTestFinished(() => world.dispose());
  const base = world.account(ACCOUNT).credentials();
  const all = awsSessions({ clock: world.clock, credentials: async () => base });
  const beganMs = world.now().getTime();
  return {
    world,
    session: (incidentId: string) => all.session({ account: ACCOUNT, region: REGION, incidentId }),
    elapsedMs: () => world.now().getTime() - beganMs,
    refusals: () => world.calls.all().filter(({ outcome }) => outcome === 'RequestLimitExceeded').length,
  };
}

const numbers = (count: number) => Array.from({ length: count }, (_, nth) => nth);

describe('the calls of all incidents of a process', () => {
  it('stay below what EC2 throttles, and are answered in the order in which they came', async () => {
    const { session, elapsedMs, refusals } = sessions();
    const answered: number[] = [];
    await Promise.all(
      numbers(160).map(async (nth) => {
        await session(`incident-${nth % 40}`).call(ec2.DescribeVpcs, {});
        answered.push(nth);
      }),
    );
    expect(refusals()).toBe(0);
    // Eighty at once, then sixteen a second; answers of neighbours take their time each.
    expect(elapsedMs()).toBeGreaterThan(4_900);
    expect(elapsedMs()).toBeLessThan(5_200);
    for (const [place, nth] of answered.slice(80).entries())
      expect(Math.abs(nth - place - 80)).toBeLessThan(3);
  });

  it('all wait when EC2 refuses one of them, for others call, too', async () => {
    const { session, world, refusals } = sessions({ latencyMs: [0, 0] });
    const credentials = world.account(ACCOUNT).credentials();
    const production = new EC2Client({ region: REGION, credentials });
    await Promise.all(numbers(100).map(() => production.send(new DescribeVpcsCommand({}))));
    await session('incident-first').call(ec2.DescribeVpcs, {});
    expect(refusals()).toBe(1);
    await Promise.all(numbers(40).map((nth) => session(`incident-${nth}`).call(ec2.DescribeVpcs, {})));
    expect(refusals()).toBe(1);
  });

  it('have not been sent when their time is over before their turn', async () => {
    const { session, world } = sessions();
    const account = session('incident-abort');
    const modify = (signal?: AbortSignal) =>
      account.call(
        ec2.ModifyInstanceAttribute,
        { InstanceId: 'i-0' },
        signal === undefined ? {} : { signal },
      );
    await Promise.allSettled(numbers(40).map(() => modify()));
    const controller = new AbortController();
    const waiting = modify(controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED', kind: 'retryable' });
    expect(world.calls.of('ec2:ModifyInstanceAttribute')).toHaveLength(40);
  });
});
