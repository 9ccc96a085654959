import { addRouteTable, addTargetGroup } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import type { ApprovalAnswer, ApprovalRequest } from '../../../src/steps/guards/approval.js';
import { blastRadiusGuard } from '../../../src/steps/guards/blast-radius-guard.js';
import { clusterOfPolicies, clusterOfTags } from '../../../src/steps/guards/cluster.js';
import { judge, NO, reasonOf, verdictOf, YES } from '../world/guard-verdict.js';
import {
  ENI,
  FINDING,
  GROUP,
  INSTANCE,
  SUBNET,
  type SuspectOptions,
  type SuspectWorld,
  suspectWorld,
  VPC,
} from '../world/suspect-world.js';

const refusing = () => blastRadiusGuard({ onHit: 'refuse' });

/** Refused, with the harmless part done; and why. */
async function hits(world: SuspectWorld): Promise<string> {
  const { incidentId, verdict } = await judge(refusing(), world, { inspected: true });
  expect(verdict).toEqual(NO);
  return reasonOf(world, incidentId);
}

const eni = (more: object = {}) => ({ id: ENI, subnetId: SUBNET, groups: [GROUP], ...more });

describe('the blast-radius guard', () => {
  it('lets an ordinary instance pass', async () => {
    expect(await verdictOf(refusing(), suspectWorld(), { inspected: true })).toEqual(YES);
  });

  it.each<[string, SuspectOptions, string]>([
    [
      'what forwards packets of others',
      { instance: { interfaces: [eni({ sourceDestCheck: false })] } },
      'source/destination check is off',
    ],
    [
      'what a service operates',
      { instance: { operator: 'eks.amazonaws.com' } },
      'eks.amazonaws.com operates it',
    ],
    [
      'failover addresses',
      { instance: { interfaces: [eni({ privateAddresses: ['10.20.3.44', '10.20.3.200'] })] } },
      `${ENI} carries 1 further addresses`,
    ],
    [
      'a volume that others may have attached',
      {
        instance: {
          volumes: [
            { device: '/dev/xvda' },
            { device: '/dev/sdf', id: 'vol-0aaaaaaaaaaaaaaa1', multiAttach: true },
          ],
        },
      },
      'vol-0aaaaaaaaaaaaaaa1 may be attached to other instances',
    ],
    ['a node of EKS', { instance: { tags: { 'aws:eks:cluster-name': 'shop' } } }, 'an EKS cluster'],
    ['a node of ECS', { instance: { tags: { 'aws:ecs:clusterName': 'shop' } } }, 'an ECS cluster'],
    [
      'a node of EMR',
      { instance: { tags: { 'aws:elasticmapreduce:job-flow-id': 'j-1' } } },
      'an EMR cluster',
    ],
    ['a node of Batch', { instance: { tags: { 'aws:batch:compute-environment': 'c' } } }, 'an AWS Batch'],
    [
      'a node of Beanstalk',
      { instance: { tags: { 'aws:cloudformation:stack-name': 'awseb-e-1234-stack' } } },
      'an Elastic Beanstalk environment',
    ],
    [
      'a node by its role',
      { attached: ['arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role'] },
      'its role shop-frontend is that of a node of an ECS cluster',
    ],
  ])('stops before %s, and snapshots go on', async (_, options, reason) => {
    expect(await hits(suspectWorld(options))).toContain(reason);
  });

  it('stops before a target of routes', async () => {
    const world = suspectWorld();
    const table = addRouteTable(world.region, {
      vpcId: VPC,
      routes: [{ destination: '0.0.0.0/0', target: INSTANCE }],
    });
    expect(await hits(world)).toContain(`${table.id} routes through it`);
  });

  it.each([
    ['instance', [INSTANCE], NO],
    ['instance', [INSTANCE, 'i-0bbbbbbbbbbbbbbb2'], YES],
    ['ip', ['10.20.3.44'], NO],
    ['ip', ['10.20.3.44', '10.20.3.45'], YES],
  ] as const)('stops before the last healthy target: by %s, %j', async (targetType, targets, expected) => {
    const world = suspectWorld();
    addTargetGroup(world.region, { name: 'shop', vpcId: VPC, targetType, targets });
    expect(await verdictOf(refusing(), world, { inspected: true })).toEqual(expected);
  });

  it('lets pass the last healthy target when the configuration says so', async () => {
    const world = suspectWorld();
    addTargetGroup(world.region, { name: 'shop', vpcId: VPC, targets: [INSTANCE] });
    expect(await verdictOf(blastRadiusGuard({ onHit: 'allow' }), world, { inspected: true })).toEqual(YES);
  });

  it('asks a person, where one is asked, when nothing can be seen', async () => {
    const asked: ApprovalRequest[] = [];
    const ask = async (request: ApprovalRequest) => void asked.push(request);
    const world = suspectWorld();
    const options = { ask, deadline: { minutes: 5 }, onExpiry: 'refuse' } as const;
    const finding = { ...FINDING, suspect: { ...FINDING.suspect, instanceId: 'i-0aaaaaaaaaaaaaaaa' } };
    expect(await verdictOf(blastRadiusGuard({ onHit: options }), world, { finding })).toEqual(NO);
    expect(asked[0]?.reasons).toEqual(['whom else it would hit cannot be seen: SUSPECT_NOT_FOUND']);
  });

  it('asks a person when it is told to, with the reasons', async () => {
    const ask = async ({ id, step, reasons }: ApprovalRequest): Promise<ApprovalAnswer> => ({
      requestId: id,
      decision: step === 'guard.blast-radius' && reasons.some((one) => one.includes('eks')) ? 'yes' : 'no',
      by: 'alice',
    });
    const guard = blastRadiusGuard({ onHit: { ask, deadline: { minutes: 5 }, onExpiry: 'refuse' } });
    expect(await verdictOf(guard, suspectWorld({ instance: { operator: 'eks.amazonaws.com' } }))).toEqual(
      YES,
    );
  });
});

describe('a node of a cluster', () => {
  it.each([
    'eks:cluster-name',
    'kubernetes.io/cluster/shop',
    'AWS:eks:cluster-name',
    'elasticbeanstalk:name',
  ])('is not made by a tag that anybody may write: %s', (Key) => {
    expect(clusterOfTags([{ Key, Value: 'awseb-e-1' }])).toBeUndefined();
  });

  it("is not made by a customer's policy of the same name", () => {
    expect(clusterOfPolicies(['arn:aws:iam::111122223333:policy/AmazonEKSWorkerNodePolicy'])).toBeUndefined();
    expect(clusterOfPolicies(['arn:aws-cn:iam::aws:policy/AmazonEKSWorkerNodePolicy'])).toBe(
      'an EKS cluster',
    );
  });
});
