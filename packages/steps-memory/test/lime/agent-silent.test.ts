import { IncidentPipeline } from '@cordon/core';
import { awsAccount, ec2 } from '@cordon/core/aws';
import { detachFromAutoScaling, inspect } from '@cordon/core/steps';
import { addSecurityGroup, DEMO, killAgent, withoutAgent } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { limeDump } from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';

const MINUTE_MS = 60_000;
/** 64 GiB at 21 MiB a second: 52 minutes. */
const SLOW = { machine: { modelledMemoryMiB: 65_536, limeMiBPerSecond: 21 } };

/** An administrator of the suspect account. */
function administrator({ world }: Scene) {
  const [id, region] = [DEMO.suspectAccount, DEMO.region];
  const own = world.account(id).credentials();
  const credentials = async () => own;
  return awsAccount({ id, region, clock: world.clock, credentials, principal: async () => 'root' });
}

const wear = (world: Scene, groupId: string) =>
  administrator(world).call(ec2.ModifyNetworkInterfaceAttribute, {
    NetworkInterfaceId: DEMO.interfaceId,
    Groups: [groupId],
  });

const cutOff = (world: Scene) => {
  const { suspectRegion, ids } = world.demo;
  return wear(world, addSecurityGroup(suspectRegion, { vpcId: ids.vpcId, rules: [] }).id);
};

const stop = (world: Scene) =>
  administrator(world).call(ec2.StopInstances, { InstanceIds: [DEMO.instanceId], Force: true });

/** A dump of most of an hour, in which something happens to the server at some minute. */
async function dumpWhile(minute: number, happens: (world: Scene) => unknown) {
  const world = await scene(SLOW);
  const { stagingBucket, modules } = world;
  // Its group would end a server that cannot be reached.
  const pipeline = IncidentPipeline.create('memory')
    .use(inspect())
    .use(detachFromAutoScaling())
    .use(limeDump({ destination: 'upload', stagingBucket, modules }));
  const { clock } = world.world;
  const beganMs = world.world.now().getTime();
  const running = world.run(pipeline);
  await clock.sleepUntil(new Date(beganMs + minute * MINUTE_MS));
  await happens(world);
  const result = await running;
  const failed = result.entries.find(({ ledger, kind }) => ledger === 'memory.lime' && kind === 'failed');
  const step = result.steps.find(({ id }) => id === 'memory.lime');
  const minutes = failed === undefined ? undefined : (Date.parse(failed.at) - beganMs) / MINUTE_MS;
  return { world, result, step, minutes };
}

describe('a memory dump whose agent falls silent', () => {
  it.each([
    ['is killed, or its kernel panics', ({ demo }: Scene) => killAgent(demo.suspectRegion, DEMO.instanceId)],
    ['is stopped with its instance', stop],
    ['is cut off', cutOff],
    ['is taken off the server', ({ demo }: Scene) => withoutAgent(demo.suspectRegion, DEMO.instanceId)],
  ])('because it %s, is waited for no longer than a quarter of an hour more', async (_, happens) => {
    const { result, step, minutes } = await dumpWhile(12, happens);
    expect(step).toMatchObject({ status: 'failed', reason: expect.stringMatching(/^AGENT_SILENT: /) });
    expect(minutes).toBeGreaterThan(15);
    expect(minutes).toBeLessThan(12 + 15 + 5);
    expect(result.facts['memoryImage']).toBeUndefined();
  });

  it('for some minutes only, is taken whole', async () => {
    const { world, step } = await dumpWhile(20, async (world) => {
      const { clock } = world.world;
      await cutOff(world);
      await clock.sleepUntil(new Date(world.world.now().getTime() + 9 * MINUTE_MS));
      await wear(world, DEMO.groupId);
    });
    expect(step).toMatchObject({ status: 'succeeded' });
    const asked = world.world.calls.of('ssm:DescribeInstanceInformation').length;
    expect(asked).toBeGreaterThan(20);
    // Once a minute, of the 37 in which a command was older than a quarter of an hour.
    expect(asked).toBeLessThanOrEqual(38);
  });
});
