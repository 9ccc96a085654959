import { type Environment, plan } from '@cordon/core';
import { awsSessions, rehearse } from '@cordon/core/aws';
import { addInstance, addSecurityGroup, addSubnet, addVpc, createWorld } from '@cordon/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { made, REGION, SECURITY, SUSPECT, wholePipeline } from './whole-pipeline.js';

const INSTANCE = 'i-0f3a9c51d2b7e8460';
const VPC = 'vpc-0fedcba9876543210';
const SUBNET = 'subnet-0123456789abcdef0';
const GROUP = 'sg-0aa11bb22cc33dd44';

/** Whoever rehearses asks IAM's simulator, too. */
const asking = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['iam:SimulatePrincipalPolicy'], Resource: '*' }],
} as const;

function refuse(): never {
  throw new Error('a rehearsal does nothing');
}

function scene(): Environment {
  const world = createWorld({ seed: 'rehearsal' });
  onTestFinished(() => world.dispose());
  const region = world.account(SUSPECT).region(REGION);
  addVpc(region, { id: VPC, cidr: '10.20.0.0/16' });
  addSubnet(region, { id: SUBNET, vpcId: VPC, cidr: '10.20.3.0/24' });
  addSecurityGroup(region, { id: GROUP, name: 'shop', vpcId: VPC, rules: [] });
  addInstance(region, {
    id: INSTANCE,
    interfaces: [{ subnetId: SUBNET, groups: [GROUP] }],
    volumes: [{ device: '/dev/xvda' }],
  });
  const holder = (id: string, policy: (typeof made)['suspect']) => {
    const credentials = world.account(id).credentials([policy, asking]);
    const sessions = awsSessions({ clock: world.clock, credentials: async () => credentials });
    return sessions.session({ account: id, region: REGION, incidentId: 'inc-rehearsal' });
  };
  const accounts = { suspect: holder(SUSPECT, made.suspect), security: holder(SECURITY, made.security) };
  return {
    clock: world.clock,
    evidence: { put: refuse, adopt: refuse, open: refuse, check: refuse },
    account: (role) => accounts[role],
    remoteHost: refuse,
  };
}

it('finds that the generated roles may do all that the plan does, whatever their conditions ask', async () => {
  const { actions } = await rehearse({
    steps: plan(wholePipeline),
    environment: scene(),
    suspect: { instanceId: INSTANCE, account: SUSPECT, region: REGION, partition: 'aws' },
    // What only the deployment knows.
    resources: [
      `arn:aws:ssm:${REGION}:${SECURITY}:parameter/cordon/image`,
      `arn:aws:iam::${SECURITY}:role/CordonForensicHost`,
      `arn:aws:iam::${SUSPECT}:role/shop-frontend`,
      'arn:aws:s3:::logs',
      'arn:aws:s3:::logs/AWSLogs/0',
    ],
  });
  expect(actions.length).toBeGreaterThan(80);
  const doubtful = actions.filter(({ answer }) => answer !== 'allowed' && answer !== 'likely');
  expect(doubtful.map(({ role, action, detail }) => `${role}: ${action}: ${detail}`)).toEqual([]);
});
