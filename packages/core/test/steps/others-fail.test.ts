import { awsError } from '@cordon/testkit';
import { expect, it } from 'vitest';
import { StepFailure } from '../../src/engine/failure.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { runIncident } from '../../src/host/run-incident.js';
import { denyRole } from '../../src/steps/contain/deny-role.js';
import { isolate } from '../../src/steps/contain/isolate.js';
import { verifyContainment } from '../../src/steps/contain/verify-containment.js';
import { inspect } from '../../src/steps/inspect/inspect.js';
import { deregisterTargets } from '../../src/steps/protect/deregister-targets.js';
import { detachFromAutoScaling } from '../../src/steps/protect/detach-from-auto-scaling.js';
import { protect } from '../../src/steps/protect/protect.js';
import { seal } from '../../src/steps/seal/seal.js';
import { FINDING, suspectWorld } from './world/suspect-world.js';

const failing = <Id extends string>(id: Id, phase: 'protect' | 'contain' | 'capture' | 'examine') =>
  defineStep({
    id,
    title: 'Fails',
    phase,
    provides: [],
    start: () => Promise.reject(StepFailure.permanent('BROKEN', 'it does not work')),
  });

it('contains and seals although every other step fails', async () => {
  const world = suspectWorld({ endpoints: 'missing' });
  for (const operation of [
    'autoscaling:*',
    'elasticloadbalancing:*',
    'ssm:*',
    'ec2:DescribeVolumes',
    'ec2:ModifyInstanceAttribute',
  ])
    world.world.faults.add({
      operation,
      fault: awsError('AccessDenied', 'no', { status: 403 }),
      times: 1000,
    });
  const pipeline = IncidentPipeline.create('t')
    .use(inspect())
    .use(failing('protect.other', 'protect'))
    .use(protect())
    .use(detachFromAutoScaling())
    .use(deregisterTargets())
    .use(failing('contain.other', 'contain'))
    .use(isolate())
    .use(denyRole())
    .use(verifyContainment())
    .use(failing('capture.other', 'capture'))
    .use(seal())
    .use(failing('examine.other', 'examine'));
  const result = await runIncident(pipeline, FINDING, world.options);
  if (result.status !== 'closed') throw new Error('another incident has this suspect');
  const failed = result.steps.filter(({ status }) => status === 'failed').map(({ id }) => id);
  expect(failed).toEqual(
    expect.arrayContaining(['inspect', 'protect', 'protect.auto-scaling', 'capture.other', 'examine.other']),
  );
  expect(result).toMatchObject({ facts: { containment: { interfaces: [{ contained: true }] } } });
  expect(world.interfaces()[0]?.groups).toEqual(world.ownGroups().map(({ id }) => id));
  // The session's own policy, and the denial of everything.
  expect(world.role.inline.size).toBe(2);
  expect(world.instance()?.metadata.httpEndpoint).toBe('disabled');
});
