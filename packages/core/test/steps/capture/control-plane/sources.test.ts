import { createHash } from 'node:crypto';
import { addFinding, type PolicyStatement, rolesOf } from '@cordon/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INSTANCE, type SuspectWorld } from '../../world/suspect-world.js';
import { everythingThere, gaps, jsonLines, run } from './scene.js';

const RESOLVER = [
  'route53resolver:ListResolverQueryLogConfigAssociations',
  'route53resolver:GetResolverQueryLogConfig',
];

/** Every artifact, by the calls without which it cannot be there. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  'instance-attributes.json': ['ec2:DescribeInstanceAttribute'],
  'user-data.bin': ['ec2:DescribeInstanceAttribute'],
  'user-data-comparison.json': ['ec2:DescribeInstanceAttribute', 'ec2:DescribeLaunchTemplateVersions'],
  'console-output.txt': ['ec2:GetConsoleOutput'],
  'console-screenshot.jpg': ['ec2:GetConsoleScreenshot'],
  'security-groups.json': ['ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules'],
  'snapshots.json': ['ec2:DescribeSnapshots'],
  'images-of-volumes.json': ['ec2:DescribeSnapshots', 'ec2:DescribeImages'],
  'keys.json': ['kms:DescribeKey'],
  'ssm-sessions.json': ['ssm:DescribeSessions'],
  'ssm-commands.jsonl': ['ssm:ListCommandInvocations'],
  'ssm-associations.json': ['ssm:ListAssociations', 'ssm:DescribeInstanceAssociationsStatus'],
  'role.json': ['iam:GetRole'],
  'role-inline-policies.json': ['iam:ListRolePolicies', 'iam:GetRolePolicy'],
  'role-attached-policies.json': [
    'iam:ListAttachedRolePolicies',
    'iam:GetPolicy',
    'iam:ListPolicyVersions',
    'iam:GetPolicyVersion',
  ],
  'guardduty-findings.jsonl': ['guardduty:ListDetectors', 'guardduty:ListFindings', 'guardduty:GetFindings'],
  'cloudtrail-role-session.jsonl': ['cloudtrail:LookupEvents'],
  'cloudtrail-role-session-global.jsonl': ['cloudtrail:LookupEvents'],
  'cloudtrail-instance.jsonl': ['cloudtrail:LookupEvents'],
  'cloudtrail-role.jsonl': ['cloudtrail:LookupEvents'],
  'role-use.json': ['cloudtrail:LookupEvents'],
  'flow-log-settings.json': ['ec2:DescribeFlowLogs'],
  'resolver-settings.json': RESOLVER,
  'dns-records.json': ['route53:ListHostedZones', 'route53:ListResourceRecordSets'],
  'accelerator-endpoints.json': [
    'globalaccelerator:ListAccelerators',
    'globalaccelerator:ListListeners',
    'globalaccelerator:ListEndpointGroups',
    'ec2:DescribeAddresses',
  ],
  'cloud-map-instances.json': ['servicediscovery:ListServices', 'servicediscovery:ListInstances'],
  'load-balancers.json': ['elasticloadbalancing:DescribeLoadBalancerAttributes'],
};

/** Files whose names hold an id. */
const NAMED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^flow-logs-fl-/, ['ec2:DescribeFlowLogs', 'logs:FilterLogEvents']],
  [/^resolver-queries-/, [...RESOLVER, 'logs:FilterLogEvents']],
  [
    /^load-balancer-logs\//,
    ['elasticloadbalancing:DescribeLoadBalancerAttributes', 's3:ListBucket', 's3:GetObject'],
  ],
];

const FAILING = [...new Set([...Object.values(NEEDED).flat(), ...NAMED.flatMap(([, needed]) => needed)])];

function deny(world: SuspectWorld, statement: Omit<PolicyStatement, 'Effect' | 'Resource'>): void {
  const document = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny' as const, Resource: '*', ...statement }],
  };
  const text = JSON.stringify(document);
  rolesOf(world.account).get('CordonResponder')?.inline.set('deny', { text, document, effectiveFromMs: 0 });
}

/** The responder's role may not make these calls. */
async function without(actions: readonly string[], condition: PolicyStatement['Condition'] = {}) {
  const world = await everythingThere();
  if (actions.length > 0) deny(world, { Action: [...actions], Condition: condition });
  const result = await run(world);
  const files = world.evidence.paths().map((path) => path.replace('control-plane/', ''));
  return { world, result, files, gaps: await gaps(world, result.incidentId) };
}

function expectAllBut(operations: readonly string[], files: readonly string[]): void {
  const possible = (needed: readonly string[]) => needed.every((one) => !operations.includes(one));
  for (const [file, needed] of Object.entries(NEEDED))
    expect([file, files.includes(file)]).toEqual([file, possible(needed)]);
  for (const [pattern, needed] of NAMED)
    expect([pattern, files.some((file) => pattern.test(file))]).toEqual([pattern, possible(needed)]);
}

describe('the sources of control-plane evidence (point 67)', () => {
  it('each leave an artifact, and no gap', async () => {
    const { result, files, gaps: missing } = await without([]);
    expectAllBut([], files);
    expect(missing).toEqual([]);
    expect(result).toMatchObject({ outcome: 'complete' });
  });

  it.each(FAILING)('fail alone, and are named, when %s is denied', async (operation) => {
    const { result, files, gaps: missing } = await without([operation]);
    expectAllBut([operation], files);
    expect(missing).toContainEqual(expect.stringMatching(/AccessDenied|UnauthorizedOperation/));
    expect(result).toMatchObject({ outcome: 'incomplete' });
    const step =
      'steps' in result ? result.steps.find(({ id }) => id === 'capture.control-plane') : undefined;
    expect(step?.status).toBe('succeeded');
  });

  it('leave the suspect’s own region whole when the region of IAM’s events is denied', async () => {
    const elsewhere = { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } };
    const { files, gaps: missing, world } = await without(['cloudtrail:LookupEvents'], elsewhere);
    expect(files).toContain('cloudtrail-role-session.jsonl');
    expect(files).not.toContain('cloudtrail-role-session-global.jsonl');
    expect(missing).toContain('NOT_TAKEN cloudtrail-role-session-global.jsonl: AccessDeniedException');
    const use = JSON.parse(world.evidence.text('control-plane/role-use.json') ?? '');
    expect(use).toMatchObject({ events: 2, missing: ['us-east-1: AccessDeniedException'] });
  });

  it('leave the others whole, whichever of them fail', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(FAILING), async (operations) => {
        const { files } = await without(operations);
        expectAllBut(operations, files);
      }),
      { numRuns: 15 },
    );
  });

  it('are listed with who asked, when, by which calls, and what came of it', async () => {
    const { world } = await without(['kms:DescribeKey']);
    const list = JSON.parse(world.evidence.text('control-plane/taken.json') ?? '');
    expect(list.principal).toMatch(/^arn:aws:sts::111122223333:assumed-role\/CordonResponder\//);
    const of = (name: string) => list.sources.find(({ source }: { source: string }) => source === name);
    expect(of('console-output.txt')).toEqual({
      source: 'console-output.txt',
      askedBy: ['ec2:GetConsoleOutput'],
      begun: expect.stringMatching(/^2026-.*Z$/),
      ended: expect.stringMatching(/^2026-.*Z$/),
      artifacts: [
        {
          path: 'control-plane/console-output.txt',
          sha256: createHash('sha256').update('boot').digest('hex'),
          sizeBytes: 4,
          origin: INSTANCE,
        },
      ],
      failures: [],
    });
    expect(of('keys.json')).toMatchObject({ artifacts: [], failures: [{ code: 'AccessDeniedException' }] });
  });

  it('need no SSM agent', async () => {
    const world = await everythingThere({ endpoints: 'missing' });
    expect(await run(world)).toMatchObject({ outcome: 'complete' });
    expect(world.world.calls.all().some(({ operation }) => operation === 'ssm:SendCommand')).toBe(false);
  });

  it('give the whole history of GuardDuty over its pages', async () => {
    const world = await everythingThere({ pageSize: 2 });
    for (let index = 0; index < 7; index += 1)
      addFinding(world.region, {
        id: `earlier-${index}`,
        service: { detectorId: 'd0' },
        resource: { instanceDetails: { instanceId: index === 3 ? 'i-0ffffffffffffffff' : INSTANCE } },
      });
    await run(world);
    const ids = jsonLines(world.evidence.text('control-plane/guardduty-findings.jsonl')).map(({ Id }) => Id);
    expect(ids).toHaveLength(7);
    expect(ids).not.toContain('earlier-3');
  });
});
