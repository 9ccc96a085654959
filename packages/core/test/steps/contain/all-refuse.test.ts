import { awsError } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { FINDING, GROUP, suspectWorld } from '../world/suspect-world.js';

describe('a suspect whose every interface refuses the quarantine', () => {
  it('is not called contained', async () => {
    // Interfaces that a service manages refuse for good: the swap itself does not fail, it is partial.
    const world = suspectWorld({ endpoints: 'missing' });
    world.world.faults.add({
      operation: 'ec2:ModifyNetworkInterfaceAttribute',
      fault: awsError('AuthFailure', 'no', { status: 403 }),
      times: 1000,
    });
    const pipeline = IncidentPipeline.create('t').use(isolate()).use(verifyContainment());
    const result = await runIncident(pipeline, FINDING, world.options);
    if (result.status !== 'closed') throw new Error('another incident has this suspect');
    expect(world.interfaces()[0]?.groups).toEqual([GROUP]);
    expect(result.outcome).toBe('failed');
    expect(result.facts).not.toHaveProperty('containment');
    const verify = result.steps.find(({ id }) => id === 'contain.verify');
    expect(verify?.reason).toMatch(/^CONTAINMENT_NOT_VERIFIED: no interface is in quarantine/);
  });
});
