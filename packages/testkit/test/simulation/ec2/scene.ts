import { DescribeSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { onTestFinished } from 'vitest';
import {
  ANYWHERE_IPV4,
  addInstance,
  addSecurityGroup,
  addSubnet,
  addVpc,
  createWorld,
  type InstanceOptions,
  type RuleOptions,
  type SimulatedWorld,
  type WorldOptions,
} from '../../../src/index.js';

export const SUSPECT_ACCOUNT = '111122223333';
export const SECURITY_ACCOUNT = '999900001111';
export const REGION = 'eu-west-1';
export const INSTANCE = 'i-0f3a9c51d2b7e8460';
export const ENI = 'eni-0a1b2c3d4e5f60718';
export const VPC = 'vpc-0fedcba9876543210';
export const SUBNET = 'subnet-0123456789abcdef0';
export const GROUP = 'sg-0aa11bb22cc33dd44';

export const ALL_OUT: RuleOptions = { direction: 'egress', peer: ANYWHERE_IPV4 };
export const HTTPS_IN: RuleOptions = {
  direction: 'ingress',
  protocol: 'tcp',
  fromPort: 443,
  peer: ANYWHERE_IPV4,
};

export function client(world: SimulatedWorld, account = SUSPECT_ACCOUNT): EC2Client {
  return new EC2Client({ region: REGION, credentials: world.account(account).credentials() });
}

/** A web server with one interface, in a VPC of its own. */
export function scene(options: WorldOptions = {}, instance: Partial<InstanceOptions> = {}) {
  const world = createWorld(options);
  onTestFinished(() => world.dispose());
  const region = world.account(SUSPECT_ACCOUNT).region(REGION);
  addVpc(region, { id: VPC, cidr: '10.20.0.0/16' });
  addSubnet(region, { id: SUBNET, vpcId: VPC, cidr: '10.20.3.0/24' });
  addSecurityGroup(region, { id: GROUP, name: 'shop-frontend', vpcId: VPC, rules: [ALL_OUT, HTTPS_IN] });
  const suspect = addInstance(region, {
    id: INSTANCE,
    interfaces: [
      {
        id: ENI,
        subnetId: SUBNET,
        groups: [GROUP],
        privateAddresses: ['10.20.3.44'],
        public: { address: '198.51.100.23' },
      },
    ],
    ...instance,
  });
  return { world, region, suspect, ec2: client(world) };
}

/** A snapshot as EC2 tells of it. */
export const snapshot = async (ec2: EC2Client, id = '') =>
  (await ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [id] }))).Snapshots?.[0];
