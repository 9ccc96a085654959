import { addManagedPolicy, documentOf, instanceCredentials, managedPoliciesOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { awsAccount } from '../../../src/aws/account.js';
import { ec2 } from '../../../src/aws/operations.js';
import { type AnyPipeline, IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { releaseIncident } from '../../../src/host/release-incident.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { denyRole } from '../../../src/steps/contain/deny-role.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';
import { seal } from '../../../src/steps/seal/seal.js';
import {
  FINDING,
  INSTANCE,
  REGION,
  SUSPECT,
  type SuspectWorld,
  suspectWorld,
} from '../world/suspect-world.js';

const DENY = IncidentPipeline.create('t').use(inspect()).use(isolate()).use(denyRole());
const VERIFIED = DENY.use(verifyContainment());
const SEALED = VERIFIED.use(seal());

/** IAM gives 10,240 characters to all inline policies of a role together. */
function withFullRole(): SuspectWorld {
  const world = suspectWorld({ endpoints: 'missing', visibilityLagSeconds: 5 });
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow' as const, Action: 's3:GetObject', Resource: `arn:${'x'.repeat(10_000)}` }],
  };
  world.role.inline.set('full', { text: JSON.stringify(document), document, effectiveFromMs: 0 });
  return world;
}

const policies = ({ account }: SuspectWorld) => [...managedPoliciesOf(account).values()];
const bare = { Version: '2012-10-17', Statement: [] };

async function run(world: SuspectWorld, pipeline: AnyPipeline) {
  const result = await runIncident(pipeline, FINDING, world.options);
  if (result.status !== 'closed') throw new Error('another incident has this suspect');
  return result;
}

/** What the intruder may do with the credentials that lie on the instance. */
async function asIntruder(world: SuspectWorld) {
  await world.world.clock.advance(60_000);
  const keys = instanceCredentials(world.role, INSTANCE);
  const account = awsAccount({
    clock: world.world.clock,
    id: SUSPECT,
    region: REGION,
    principal: async () => '',
    credentials: async () => keys,
  });
  return account.call(ec2.DescribeInstances, {}).then(
    () => 'allowed',
    (error: { code: string }) => error.code,
  );
}

describe('a role whose inline policies are full', () => {
  it('is denied by a managed policy instead', async () => {
    const world = withFullRole();
    expect(await asIntruder(world)).toBe('allowed');
    const result = await run(world, VERIFIED);
    const [policy, ...more] = policies(world);
    expect(more).toEqual([]);
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: { containment: { roleDeny: { roleName: 'shop-frontend', policyArn: policy?.arn } } },
    });
    expect(policy?.name).toMatch(/^baseline-[0-9a-f]{12}$/);
    expect(await asIntruder(world)).toBe('UnauthorizedOperation');
  });

  it('is denied everything by the same policy from the seal on', async () => {
    const world = withFullRole();
    expect(await run(world, SEALED)).toMatchObject({ outcome: 'complete' });
    const [policy, ...more] = policies(world);
    expect(more).toEqual([]);
    if (policy === undefined) throw new Error('no policy was made');
    expect(documentOf(policy, world.world.now().getTime())).toMatchObject({
      Statement: [{ Effect: 'Deny', Action: '*' }],
    });
  });

  it('has nothing of it left after release', async () => {
    const world = withFullRole();
    const { incidentId } = await run(world, SEALED);
    expect(world.role.attached).toHaveLength(1);
    await releaseIncident(SEALED, { ...world.options, incidentId, approver: 'alice', reason: 'false alarm' });
    expect(world.role.attached).toEqual([]);
    expect(policies(world)).toEqual([]);
  });

  it('is denied again where somebody has detached the policy meanwhile', async () => {
    const world = withFullRole();
    const detaching = defineStep({
      id: 'intruder',
      title: 'Detaches the policy',
      phase: 'contain',
      provides: [],
      async start(ctx) {
        world.role.attached.length = 0;
        return ctx.done({});
      },
    });
    const pipeline = DENY.use(detaching, { after: ['contain.deny-role'] }).use(verifyContainment(), {
      after: ['intruder'],
    });
    const result = await run(world, pipeline);
    expect(world.role.attached).toHaveLength(1);
    expect(await world.notices(result.incidentId)).toContain('ROLE_DENIAL_REPEATED');
  });

  it.each(['iam:CreatePolicy', 'iam:AttachRolePolicy', 'iam:CreatePolicyVersion'])(
    'has one managed policy although the answer to %s is lost, and IAM shows late what was made',
    async (operation) => {
      const world = withFullRole();
      world.world.faults.add({ operation, fault: 'lost-answer' });
      expect(await run(world, SEALED)).toMatchObject({ outcome: 'complete' });
      expect(policies(world)).toHaveLength(1);
      expect(world.role.attached).toEqual(policies(world).map(({ arn }) => arn));
    },
  );

  it('says so by name where ten managed policies are attached, too, and leaves none of ours behind', async () => {
    const world = withFullRole();
    const attached = Array.from({ length: 10 }, (_, index) =>
      addManagedPolicy(world.account, `p${index}`, bare),
    );
    world.role.attached.push(...attached);
    const result = await run(world, VERIFIED);
    const deny = result.steps.find(({ id }) => id === 'contain.deny-role');
    expect(deny?.reason).toMatch(/^ROLE_POLICY_FULL: .*shop-frontend.*LimitExceeded/);
    expect(policies(world).map(({ arn }) => arn)).toEqual(attached);
    expect(world.role.attached).toEqual(attached);
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
