import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { matchesAction, policyAdmits } from '../../../src/steps/contain/endpoint-policy.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { FINDING, SUSPECT, suspectWorld } from '../world/suspect-world.js';

const OPEN = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
const judged = (statement: unknown, service = 'ssmmessages') =>
  policyAdmits(
    {
      ServiceName: `com.amazonaws.eu-west-1.${service}`,
      PolicyDocument: JSON.stringify({ Statement: statement }),
    },
    SUSPECT,
  );

describe('the policy of an endpoint', () => {
  it.each([
    ['lets everybody do everything', [OPEN]],
    ['is one statement and no list', OPEN],
    ['names the account', [{ ...OPEN, Principal: { AWS: SUSPECT } }]],
    ['names the account’s root', [{ ...OPEN, Principal: { AWS: [`arn:aws:iam::${SUSPECT}:root`] } }]],
    [
      'names the calls by pattern',
      [
        {
          ...OPEN,
          Action: ['SSMMessages:Create*', 'ssmmessages:Open????Channel', 'ssmmessages:OpenControlChannel'],
        },
      ],
    ],
    ['denies something else', [OPEN, { ...OPEN, Effect: 'Deny', Action: 's3:*' }]],
  ])('admits the agent when it %s', (_, statement) => {
    expect(judged(statement)).toBe('admits');
  });

  it.each([
    ['lets nobody do anything', []],
    ['is for another account', [{ ...OPEN, Principal: { AWS: '444455556666' } }]],
    ['is for a service', [{ ...OPEN, Principal: { Service: 'ec2.amazonaws.com' } }]],
    ['lacks one of the calls', [{ ...OPEN, Action: ['ssmmessages:Create*', 'ssmmessages:OpenDataChannel'] }]],
    ['denies one of the calls', [OPEN, { ...OPEN, Effect: 'Deny', Action: 'ssmmessages:OpenDataChannel' }]],
    ['denies all but others', [OPEN, { ...OPEN, Effect: 'Deny', NotAction: 's3:*' }]],
  ])('refuses the agent when it %s', (_, statement) => {
    expect(judged(statement)).toBe('refuses');
  });

  it.each([
    ['a condition', [{ ...OPEN, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }]],
    [
      'a denial with a condition',
      [OPEN, { ...OPEN, Effect: 'Deny', Condition: { Bool: { 'aws:ViaAWSService': 'false' } } }],
    ],
    ['a role', [{ ...OPEN, Principal: { AWS: `arn:aws:iam::${SUSPECT}:role/shop` } }]],
    ['one resource', [{ ...OPEN, Resource: 'arn:aws:ec2:eu-west-1:111122223333:instance/i-1' }]],
    ['what it does not say: NotPrincipal', [{ ...OPEN, Principal: undefined, NotPrincipal: { AWS: '*' } }]],
    ['no statement at all', 'nonsense'],
  ])('is unclear when it turns on %s', (_, statement) => {
    expect(judged(statement)).toBe('unclear');
  });

  it('is AWS’s own, which lets everything through, where there is none', () => {
    expect(policyAdmits({ ServiceName: 'com.amazonaws.eu-west-1.ssm' }, SUSPECT)).toBe('admits');
  });

  it('matches patterns as a regular expression would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', '*', '?'), maxLength: 8 });
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(text, word, (pattern, action) => {
        const expression = new RegExp(`^${pattern.replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 'i');
        expect(matchesAction(pattern, action)).toBe(expression.test(action));
      }),
    );
  });
});

describe('isolate', () => {
  const pipeline = IncidentPipeline.create('t').use(isolate());
  const run = async (statement: unknown) => {
    const world = suspectWorld({ endpointPolicy: JSON.stringify({ Statement: statement }) });
    const result = await runIncident(pipeline, FINDING, world.options);
    return { world, result, notices: await world.notices(result.incidentId) };
  };

  it('knows that SSM will not live where the policy of an endpoint does not admit the suspect, and lets nothing out', async () => {
    const { world, result, notices } = await run([{ ...OPEN, Action: 's3:*' }]);
    expect(result).toMatchObject({ facts: { quarantine: { groups: [{ ssmVia: 'none', ssmPeers: [] }] } } });
    expect(notices).toContain('SSM_NOT_ADMITTED');
    expect(world.ownGroups()[0]?.rules).toEqual([]);
  });

  it('tries all the same where only AWS can judge the policy, and says so', async () => {
    const { result, notices } = await run([
      { ...OPEN, Condition: { StringEquals: { 'aws:PrincipalAccount': SUSPECT } } },
    ]);
    expect(result).toMatchObject({ facts: { quarantine: { groups: [{ ssmVia: 'endpoints' }] } } });
    expect(notices).toContain('ENDPOINT_POLICY_UNCLEAR');
  });
});
