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
