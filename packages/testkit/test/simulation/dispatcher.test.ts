import {
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
  STSServiceException,
} from '@aws-sdk/client-sts';
import { afterEach, describe, expect, it } from 'vitest';
import {
  awsError,
  createWorld,
  NotSimulated,
  runProcess,
  SimulatedCrash,
  type SimulatedWorld,
} from '../../src/index.js';

const worlds: SimulatedWorld[] = [];
function newWorld(...options: Parameters<typeof createWorld>): SimulatedWorld {
  const world = createWorld(...options);
  worlds.push(world);
  return world;
}
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.dispose();
});

function sts(world: SimulatedWorld, account = '111122223333'): STSClient {
  return new STSClient({ region: 'eu-west-1', credentials: world.account(account).credentials() });
}
const who = (client: STSClient) => client.send(new GetCallerIdentityCommand({}));

describe('the dispatcher', () => {
  it('finds the caller by the access key, in several worlds at once', async () => {
    const [one, two] = [newWorld({ seed: 1 }), newWorld({ seed: 1 })];
    const [first, second] = await Promise.all([who(sts(one)), who(sts(two, '999900001111'))]);
    expect(first.Account).toBe('111122223333');
    expect(second.Account).toBe('999900001111');
    expect(one.calls.total).toBe(1);
    expect(first.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses a key that nobody issued, and one of a world that is gone', async () => {
    const world = newWorld();
    const client = sts(world);
    await world.dispose();
    const refused = await who(client).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(STSServiceException);
    expect(refused).toMatchObject({
      name: 'InvalidClientTokenId',
      $fault: 'client',
      $metadata: { httpStatusCode: 403 },
    });
  });

  it('refuses a key with the wrong secret', async () => {
    const credentials = { ...newWorld().account('111122223333').credentials(), secretAccessKey: 'guessed' };
    const client = new STSClient({ region: 'eu-west-1', credentials });
    await expect(who(client)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  });

  it('is loud about what it does not simulate', async () => {
    await expect(sts(newWorld()).send(new GetSessionTokenCommand({}))).rejects.toBeInstanceOf(NotSimulated);
  });

  it('takes virtual time for an answer, the same in every run with one seed', async () => {
    const times = await Promise.all(
      [newWorld({ seed: 7 }), newWorld({ seed: 7 })].map(async (world) => {
        const began = world.now().getTime();
        await who(sts(world));
        return world.now().getTime() - began;
      }),
    );
    expect(times[0]).toBeGreaterThanOrEqual(20);
    expect(times[0]).toBe(times[1]);
  });

  it('keeps a bounded log', async () => {
    const world = newWorld({ latencyMs: [0, 0] });
    const client = sts(world);
    for (let i = 0; i < 30; i++) await who(client);
    expect(world.calls.of('sts:GetCallerIdentity')).toHaveLength(30);
    expect(world.calls.all()[0]).toMatchObject({ outcome: 'ok', account: '111122223333', mutating: false });
  });
});

describe('faults', () => {
  it('spoil the nth call only', async () => {
    const world = newWorld();
    world.faults.add({ operation: 'sts:*', nth: 2, fault: 'throttle' });
    const client = sts(world);
    await who(client);
    await expect(who(client)).rejects.toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
    await who(client);
  });

  it('lose an answer after the effect', async () => {
    const world = newWorld();
    world.faults.add({ operation: '*', fault: 'lost-answer' });
    await expect(who(sts(world))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(world.calls.all()).toMatchObject([{ outcome: 'ok', lost: true }]);
  });

  it('keep the effect from happening at a timeout', async () => {
    const world = newWorld();
    world.faults.add({ operation: '*', fault: 'timeout' });
    await expect(who(sts(world))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(world.calls.all()).toMatchObject([{ outcome: 'TimeoutError', lost: false }]);
  });

  it('give any error of AWS', async () => {
    const world = newWorld();
    world.faults.add({
      operation: '*',
      fault: awsError('RegionDisabledException', 'STS is not activated', { status: 403 }),
    });
    await expect(who(sts(world))).rejects.toMatchObject({
      name: 'RegionDisabledException',
      $fault: 'client',
    });
  });

  it('kill the process that calls, and let the others live', async () => {
    const world = newWorld();
    const client = sts(world);
    world.faults.add({ operation: '*', fault: 'crash-after' });
    const after: string[] = [];
    const run = runProcess(async () => {
      await who(client);
      after.push('never');
    });
    await expect(run).rejects.toBeInstanceOf(SimulatedCrash);
    await who(client);
    expect(after).toEqual([]);
    expect(world.calls.all()).toHaveLength(2);
  });

  it('come by seeded chance', async () => {
    const outcomes = async (seed: number) => {
      const world = newWorld({ seed });
      world.faults.randomly({ probability: 0.3, faults: ['throttle', 'server-error'] });
      const client = sts(world);
      for (let i = 0; i < 40; i++) await who(client).catch(() => {});
      return world.calls.all().map((call) => call.outcome);
    };
    expect(await outcomes(5)).toEqual(await outcomes(5));
    expect(new Set(await outcomes(5))).toEqual(new Set(['ok', 'Throttling', 'InternalFailure']));
  });
});
