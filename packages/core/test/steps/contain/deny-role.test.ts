import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { denyRole } from '../../../src/steps/contain/deny-role.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { FINDING, suspectWorld } from '../world/suspect-world.js';

describe('a role whose inline policies are full', () => {
  it('says so by name, is called a residual risk, and does not keep the interfaces from quarantine', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    // IAM gives 10,240 characters to all inline policies of a role together.
    const document = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow' as const, Action: 's3:GetObject', Resource: `arn:${'x'.repeat(10_000)}` },
      ],
    };
    world.role.inline.set('full', { text: JSON.stringify(document), document, effectiveFromMs: 0 });
    const pipeline = IncidentPipeline.create('t').use(isolate()).use(denyRole()).use(verifyContainment());
    const result = await runIncident(pipeline, FINDING, world.options);
    if (result.status !== 'closed') throw new Error('another incident has this suspect');
    const deny = result.steps.find(({ id }) => id === 'contain.deny-role');
    expect(deny?.reason).toMatch(/^ROLE_POLICY_FULL: .*shop-frontend/);
    expect(result).toMatchObject({
      outcome: 'failed',
      facts: {
        containment: {
          interfaces: [{ contained: true }],
          residualRisks: expect.arrayContaining([expect.objectContaining({ path: 'role-session' })]),
        },
      },
    });
  });
});
