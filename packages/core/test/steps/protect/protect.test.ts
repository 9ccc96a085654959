import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { releaseIncident } from '../../../src/host/release-incident.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { protect } from '../../../src/steps/protect/protect.js';
import { FINDING, type SuspectWorld, suspectWorld } from '../world/suspect-world.js';

const PIPELINE = IncidentPipeline.create('t').use(protect());
const run = ({ options }: SuspectWorld) => runIncident(PIPELINE, FINDING, options);

describe('protect', () => {
  it('keeps the instance and its volumes from being destroyed', async () => {
    const world = suspectWorld();
    expect(await run(world)).toMatchObject({ outcome: 'complete' });
    expect(world.instance()).toMatchObject({
      disableApiTermination: true,
      disableApiStop: true,
      shutdownBehavior: 'stop',
      metadata: { httpTokens: 'required', httpPutResponseHopLimit: 1, httpEndpoint: 'enabled' },
    });
    expect(world.volumes().flatMap(({ attachments }) => attachments)).toEqual([
      expect.objectContaining({ deleteOnTermination: false }),
    ]);
  });

  it('keeps containers away from the role: one hop, where there were more, and as many again after release', async () => {
    const world = suspectWorld();
    const hops = () => world.instance()?.metadata.httpPutResponseHopLimit;
    Object.assign(world.instance()?.metadata ?? {}, { httpPutResponseHopLimit: 3 });
    const { incidentId } = await run(world);
    expect(hops()).toBe(1);
    await releaseIncident(PIPELINE, {
      ...world.options,
      incidentId,
      approver: 'alice',
      reason: 'false alarm',
    });
    expect(hops()).toBe(3);
  });

  it('does the rest where Spot refuses, and says so', async () => {
    const world = suspectWorld({ instance: { lifecycle: 'spot' } });
    const result = await run(world);
    expect(result).toMatchObject({ outcome: 'complete' });
    expect(world.instance()).toMatchObject({
      disableApiTermination: false,
      metadata: { httpTokens: 'required' },
    });
    expect(await world.notices(result.incidentId)).toContain('PROTECTION_REFUSED');
  });

  it('has nothing to protect of a terminated instance', async () => {
    const world = suspectWorld({ instance: { state: 'terminated' } });
    const result = await run(world);
    expect(result).toMatchObject({ outcome: 'complete' });
    expect(world.changes()).toEqual([]);
  });

  it('does what EC2 throttles when it takes such calls again, and asks for nothing twice', async () => {
    const world = suspectWorld();
    const throttled = { operation: 'ec2:ModifyInstanceAttribute', fault: 'throttle', times: 20 } as const;
    world.world.faults.add(throttled);
    expect(await run(world)).toMatchObject({ outcome: 'complete' });
    expect(world.instance()).toMatchObject({ disableApiTermination: true, disableApiStop: true });
    const calls = world.world.calls.of('ec2:ModifyInstanceAttribute');
    const taken = calls.filter(({ outcome }) => outcome === 'ok');
    expect(taken.map(({ input }) => Object.keys(input))).toEqual([
      ['InstanceId', 'DisableApiTermination'],
      ['InstanceId', 'DisableApiStop'],
      ['InstanceId', 'BlockDeviceMappings'],
    ]);
    // Three at first; from then on one at a time.
    expect(calls).toHaveLength(taken.length + throttled.times);
    const [asked = 0, again = 0] = calls.slice(2, 4).map(({ at }) => at.getTime());
    expect(again - asked).toBeGreaterThanOrEqual(10_000);
  });

  it('is told as failed when EC2 takes no such call for a quarter of an hour', async () => {
    const world = suspectWorld();
    world.world.faults.add({ operation: 'ec2:ModifyInstanceAttribute', fault: 'throttle', times: 1_000 });
    const late = { id: 'protect', status: 'failed', reason: expect.stringMatching(/^TIMED_OUT/) };
    expect(await run(world)).toMatchObject({ outcome: 'incomplete', steps: [late] });
  });

  it('leaves off, when it comes late, the metadata service that the seal has turned off', async () => {
    const world = suspectWorld();
    world.world.faults.add({ operation: 'ec2:ModifyInstanceMetadataOptions', fault: 'throttle' });
    const running = run(world);
    await world.world.clock.sleepUntil(new Date(world.world.now().getTime() + 5_000));
    Object.assign(world.instance()?.metadata ?? {}, { httpEndpoint: 'disabled' });
    expect(await running).toMatchObject({ outcome: 'complete' });
    expect(world.instance()?.metadata.httpEndpoint).toBe('disabled');
    expect(world.world.calls.of('ec2:ModifyInstanceMetadataOptions')).toHaveLength(1);
  });

  it('gives everything back as it was', async () => {
    const world = suspectWorld();
    const before = structuredClone(pick(world));
    const { incidentId } = await run(world);
    expect(pick(world)).not.toEqual(before);
    await releaseIncident(PIPELINE, {
      ...world.options,
      incidentId,
      approver: 'alice',
      reason: 'false alarm',
    });
    expect(pick(world)).toEqual(before);
  });
});

function pick(world: SuspectWorld) {
  const { disableApiTermination, disableApiStop, shutdownBehavior, metadata } = world.instance() ?? {};
  const kept = world.volumes().map(({ attachments }) => attachments[0]?.deleteOnTermination);
  return { disableApiTermination, disableApiStop, shutdownBehavior, metadata, kept };
}
