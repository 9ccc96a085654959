import { addRole, type PolicyDocument, rolesOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { type RehearsalOptions, rehearse } from '../../../src/aws/rehearsal/rehearse.js';
import { plan } from '../../../src/engine/explain.js';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { denyRole } from '../../../src/steps/contain/deny-role.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';
import { protect } from '../../../src/steps/protect/protect.js';
import { FINDING, INSTANCE, SUSPECT, suspectWorld } from '../../steps/world/suspect-world.js';

type Statement = PolicyDocument['Statement'];

const RESPONDER = 'CordonResponder';

/** The responder's role, with these statements and what a rehearsal itself needs. */
function worldWith(statements: Statement | undefined, options: Parameters<typeof suspectWorld>[0] = {}) {
  const world = suspectWorld(options);
  if (statements === undefined) return world;
  const roles = rolesOf(world.account);
  const trust = roles.get(RESPONDER)?.trust;
  if (trust === undefined) throw new Error('the world has a responder');
  roles.delete(RESPONDER);
  addRole(world.account, {
    name: RESPONDER,
    trust,
    policies: { own: { Version: '2012-10-17', Statement: statements } },
  });
  return world;
}

const allow = (Action: readonly string[], Resource = '*') => ({
  Effect: 'Allow' as const,
  Action: [...Action],
  Resource,
});
const ASKING = allow(['iam:GetRole', 'iam:SimulatePrincipalPolicy', 'iam:GetInstanceProfile']);

async function rehearsed(
  world: ReturnType<typeof suspectWorld>,
  actions: readonly string[],
  more: Partial<RehearsalOptions> = {},
) {
  const { sessions, actions: answers } = await rehearse({
    steps: [{ id: 'acme.step', actions: { suspect: actions } }],
    environment: world.options.environment,
    suspect: FINDING.suspect,
    ...more,
  });
  return { sessions, of: Object.fromEntries(answers.map((one) => [one.action, one])) };
}

describe('the rehearsal of a plan', () => {
  it('asks for every action of the plan with the sessions of a run, and changes nothing', async () => {
    const world = suspectWorld();
    const pipeline = IncidentPipeline.create('t')
      .use(inspect())
      .use(protect())
      .use(isolate())
      .use(denyRole());
    const steps = plan(pipeline);
    const { sessions, actions } = await rehearse({
      steps,
      environment: world.options.environment,
      suspect: FINDING.suspect,
    });
    expect(sessions.suspect).toMatch(
      /^arn:aws:sts::111122223333:assumed-role\/CordonResponder\/plan-[0-9a-f]{12}$/,
    );
    const declared = new Set(steps.flatMap((step) => [...(step.actions.suspect ?? [])]));
    expect(new Set(actions.filter(({ role }) => role === 'suspect').map(({ action }) => action))).toEqual(
      declared,
    );
    expect(actions.every(({ answer }) => answer === 'allowed' || answer === 'likely')).toBe(true);
    expect(world.changes()).toEqual([]);
  });

  it('says "allowed" only of what EC2 itself has proved, and "likely" of the rest', async () => {
    const { of } = await rehearsed(suspectWorld(), [
      'ec2:DescribeInstances',
      'ec2:CreateSnapshots',
      'ec2:ModifyNetworkInterfaceAttribute',
      'ec2:AuthorizeSecurityGroupEgress',
      'iam:PutRolePolicy',
      'ssm:SendCommand',
    ]);
    expect(of['ec2:DescribeInstances']).toMatchObject({ answer: 'allowed', by: 'dry-run' });
    expect(of['ec2:CreateSnapshots']).toMatchObject({
      answer: 'allowed',
      by: 'dry-run',
      steps: ['acme.step'],
    });
    expect(of['ec2:ModifyNetworkInterfaceAttribute']).toMatchObject({ answer: 'allowed', by: 'dry-run' });
    // There is no group of ours yet that it could be asked about.
    expect(of['ec2:AuthorizeSecurityGroupEgress']).toMatchObject({ answer: 'likely', by: 'simulation' });
    expect(of['iam:PutRolePolicy']).toMatchObject({ answer: 'likely', by: 'simulation' });
    expect(of['ssm:SendCommand']).toMatchObject({ answer: 'likely', by: 'simulation' });
  });

  it('names what is missing', async () => {
    const world = worldWith([ASKING, allow(['ec2:Describe*', 'ec2:ModifyInstanceAttribute'])]);
    const { of } = await rehearsed(world, [
      'ec2:ModifyInstanceAttribute',
      'ec2:CreateSnapshots',
      'iam:PutRolePolicy',
    ]);
    expect(of['ec2:ModifyInstanceAttribute']).toMatchObject({ answer: 'allowed' });
    expect(of['ec2:CreateSnapshots']).toMatchObject({ answer: 'denied', detail: 'UnauthorizedOperation' });
    expect(of['iam:PutRolePolicy']).toMatchObject({ answer: 'unlikely', by: 'simulation' });
  });

  it('tells an explicit no from a missing yes, and what depends on what nobody knows yet', async () => {
    const world = worldWith([
      ASKING,
      { Effect: 'Deny', Action: ['iam:*RolePolicy'], Resource: '*' },
      { ...allow(['ssm:SendCommand']), Condition: { StringLike: { 'ssm:resourceTag/team': ['shop'] } } },
    ]);
    const { of } = await rehearsed(world, ['iam:PutRolePolicy', 'ssm:SendCommand']);
    expect(of['iam:PutRolePolicy']).toMatchObject({ answer: 'denied', by: 'simulation' });
    expect(of['ssm:SendCommand']?.detail).toContain('ssm:resourceTag/team');
  });

  it('asks a policy that names resources about those that a run would act upon', async () => {
    const role = `arn:aws:iam::${SUSPECT}:role/shop-frontend`;
    const bucket = 'arn:aws:s3:::cordon-staging-999900001111/*';
    const world = worldWith([
      ASKING,
      allow(['ec2:DescribeInstances']),
      allow(['iam:PutRolePolicy'], role),
      allow(['ssm:SendCommand'], `arn:aws:ec2:eu-west-1:${SUSPECT}:instance/${INSTANCE}`),
      allow(['s3:GetObject'], bucket),
    ]);
    const actions = ['iam:PutRolePolicy', 'ssm:SendCommand', 's3:GetObject'];
    const { of } = await rehearsed(world, actions, { resources: [bucket] });
    expect(of['iam:PutRolePolicy']).toMatchObject({ answer: 'likely', detail: `on ${role}` });
    expect(of['ssm:SendCommand']).toMatchObject({ answer: 'likely' });
    expect(of['s3:GetObject']).toMatchObject({ answer: 'likely', detail: `on ${bucket}` });
  });

  it('says that it does not know where it may not ask', async () => {
    const { of } = await rehearsed(worldWith([allow(['ec2:*'])]), [
      'iam:PutRolePolicy',
      'ec2:CreateSnapshots',
    ]);
    expect(of['iam:PutRolePolicy']).toMatchObject({
      answer: 'unknown',
      by: 'nobody',
      detail: 'iam:SimulatePrincipalPolicy: AccessDenied',
    });
    expect(of['ec2:CreateSnapshots']).toMatchObject({ answer: 'allowed' });
  });

  it('denies everything where there is no session', async () => {
    const world = suspectWorld({ trust: ['sts:TagSession'] });
    const { of, sessions } = await rehearsed(world, ['ec2:CreateSnapshots']);
    expect(sessions.suspect).toBe('no session: AccessDenied');
    expect(of['ec2:CreateSnapshots']).toMatchObject({ answer: 'denied', detail: 'no session: AccessDenied' });
  });

  it('asks by simulation alone about an instance that is not there', async () => {
    const suspect = { ...FINDING.suspect, instanceId: 'i-99999999' };
    const { of } = await rehearsed(suspectWorld(), ['ec2:ModifyNetworkInterfaceAttribute'], { suspect });
    expect(of['ec2:ModifyNetworkInterfaceAttribute']).toMatchObject({ answer: 'likely' });
  });
});
