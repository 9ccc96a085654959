import {
  ADMINISTRATOR_ACCESS,
  ANYWHERE_IPV4,
  addAddress,
  addInstance,
  addInstanceProfile,
  addInterface,
  addRole,
  addRouteTable,
  addSecurityGroup,
  addSubnet,
  addVpc,
  addVpcEndpoint,
  attachInterface,
  createWorld,
  groupsOf,
  type InstanceOptions,
  instancesOf,
  interfacesOfInstance,
  type RulePeer,
  type SimulatedAccount,
  type SimulatedRegion,
  type SimulatedWorld,
  volumesOfInstance,
  type WorldOptions,
} from '@cordon/testkit';
import { onTestFinished } from 'vitest';
import { awsEnvironment } from '../../../src/aws/environment.js';
import type { Finding } from '../../../src/engine/finding.js';
import { memoryJournal } from '../../../src/journal/memory-journal.js';
import { memoryEvidence } from './memory-evidence.js';

export const SUSPECT = '111122223333';
export const SECURITY = '999900001111';
export const REGION = 'eu-west-1';
export const INSTANCE = 'i-0f3a9c51d2b7e8460';
export const ENI = 'eni-0a1b2c3d4e5f60718';
export const VPC = 'vpc-0fedcba9876543210';
export const SUBNET = 'subnet-0123456789abcdef0';
export const GROUP = 'sg-0aa11bb22cc33dd44';
export const ENDPOINT_GROUP = 'sg-0eeeeeeeeeeeeeee1';

export const FINDING: Finding = {
  source: 'guardduty',
  id: 'a4c7f0e1b2d34c5d8e9f00112233aabb',
  type: 'Backdoor:EC2/C&CActivity.B',
  title: 'Command and control server IP address queried by EC2 instance.',
  description: '',
  severity: 8,
  band: 'high',
  sample: false,
  suspect: { instanceId: INSTANCE, account: SUSPECT, region: REGION, partition: 'aws' },
  remote: { addresses: ['203.0.113.66'], domains: [], ports: [4444] },
};

const TRUSTED = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];

function trust(actions: readonly string[]) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow' as const,
        Principal: { AWS: `arn:aws:iam::${SECURITY}:root` },
        Action: [...actions],
        Condition: { StringEquals: { 'sts:ExternalId': 'cordon-demo' } },
      },
    ],
  };
}

export interface SuspectOptions extends WorldOptions {
  readonly instance?: Partial<InstanceOptions>;
  /** Whether the VPC has SSM's endpoints. Default: it has. */
  readonly endpoints?: 'there' | 'missing';
  /** Whom the endpoints' group lets in. Default: the VPC. */
  readonly endpointsAdmit?: RulePeer;
  /** Of the endpoints. Default: lets everything through. */
  readonly endpointPolicy?: string;
  /** Default: the shop's. */
  readonly profile?: 'none';
  /** What the responder's role lets the security account do. */
  readonly trust?: readonly string[];
  /** ARNs of managed policies on the suspect's role. */
  readonly attached?: readonly string[];
  readonly routes?: readonly { readonly destination: string; readonly target: string }[];
}

function placeNetwork(region: SimulatedRegion, { routes }: SuspectOptions): void {
  addVpc(region, { id: VPC, cidr: '10.20.0.0/16' });
  addSubnet(region, { id: SUBNET, vpcId: VPC, cidr: '10.20.3.0/24', availabilityZone: `${REGION}a` });
  addRouteTable(region, {
    vpcId: VPC,
    main: true,
    routes: routes ?? [
      { destination: '10.20.0.0/16', target: 'local' },
      { destination: '0.0.0.0/0', target: 'igw-0123456789abcdef0' },
    ],
  });
  addSecurityGroup(region, {
    id: GROUP,
    name: 'shop-frontend',
    vpcId: VPC,
    rules: [
      { direction: 'ingress', protocol: 'tcp', fromPort: 443, toPort: 443, peer: ANYWHERE_IPV4 },
      { direction: 'egress', peer: ANYWHERE_IPV4 },
    ],
  });
}

function placeEndpoints(region: SimulatedRegion, { endpointsAdmit, endpointPolicy }: SuspectOptions): void {
  const peer = endpointsAdmit ?? { kind: 'ipv4', cidr: '10.20.0.0/16' };
  addSecurityGroup(region, {
    id: ENDPOINT_GROUP,
    name: 'endpoints',
    vpcId: VPC,
    rules: [{ direction: 'ingress', protocol: 'tcp', fromPort: 443, toPort: 443, peer }],
  });
  for (const service of ['ssm', 'ssmmessages', 'ec2messages']) {
    const { id } = addInterface(region, {
      subnetId: SUBNET,
      groups: [ENDPOINT_GROUP],
      type: 'vpc_endpoint',
    });
    addVpcEndpoint(region, {
      vpcId: VPC,
      service,
      groups: [ENDPOINT_GROUP],
      interfaceIds: [id],
      ...(endpointPolicy === undefined ? {} : { policy: endpointPolicy }),
    });
  }
}

/** The suspect's role with its profile, and the responder's. */
function placeRoles(account: SimulatedAccount, options: SuspectOptions) {
  const { attached = [] } = options;
  const role = addRole(account, { name: 'shop-frontend', policies: { all: ADMINISTRATOR_ACCESS }, attached });
  const profile = addInstanceProfile(account, {
    name: 'shop-frontend',
    path: '/web/',
    roleName: 'shop-frontend',
  });
  addRole(account, {
    name: 'CordonResponder',
    trust: trust(options.trust ?? TRUSTED),
    policies: { all: ADMINISTRATOR_ACCESS },
  });
  return { role, profile };
}

function placeSuspect(region: SimulatedRegion, profileArn: string, options: SuspectOptions): void {
  addInstance(region, {
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
    ...(options.profile === 'none' ? {} : { profileArn }),
    ...options.instance,
  });
}

/** What tests change and look at, past AWS. */
function looks(region: SimulatedRegion) {
  return {
    instance: () => instancesOf(region).peek(INSTANCE),
    volumes: () => volumesOfInstance(region, INSTANCE),
    /** Security groups that the response has made. */
    ownGroups: () =>
      groupsOf(region)
        .all()
        .filter(({ id }) => id !== GROUP && id !== ENDPOINT_GROUP),
    interfaces: () => interfacesOfInstance(region, INSTANCE),
    attach(extra: Parameters<typeof addInterface>[1]) {
      const made = addInterface(region, extra);
      attachInterface(made, INSTANCE, { region, deviceIndex: 1 });
      return made;
    },
    elasticAddress: (address: string) => addAddress(region, { address }),
  };
}

/** The suspect of the demo in a simulated account: one interface, an auto-assigned public address, a role. */
export function suspectWorld(options: SuspectOptions = {}) {
  const world = createWorld(options);
  onTestFinished(() => world.dispose());
  const account = world.account(SUSPECT);
  const region = account.region(REGION);
  placeNetwork(region, options);
  if (options.endpoints !== 'missing') placeEndpoints(region, options);
  const { role, profile } = placeRoles(account, options);
  placeSuspect(region, profile.arn, options);
  const evidence = memoryEvidence();
  /** Each process has sessions of its own. */
  const environment = () =>
    awsEnvironment({
      clock: world.clock,
      evidence,
      credentials: async () => world.account(SECURITY).credentials(),
      suspect: { roleArn: `arn:aws:iam::${SUSPECT}:role/CordonResponder`, externalId: 'cordon-demo' },
      security: { account: SECURITY },
    });
  const journal = memoryJournal();
  return {
    ...{ world, region, account, evidence, journal, role },
    ...looks(region),
    options: { environment: environment(), journal },
    /** The same for another process. */
    freshOptions: () => ({ environment: environment(), journal }),
    /** Codes of the notices in the journal of a run that has ended. */
    async notices(incidentId: string): Promise<readonly string[]> {
      const entries = await (await journal.visit(incidentId)).read();
      return entries.flatMap((entry) => (entry.kind === 'notice' ? [entry.body.code] : []));
    },
    /** Operations that changed something in the suspect account, in order. */
    changes: () => changesIn(world),
  };
}

const changesIn = (world: SimulatedWorld) =>
  world.calls
    .changes()
    .filter(({ account }) => account === SUSPECT)
    .map(({ operation }) => operation);

export type SuspectWorld = ReturnType<typeof suspectWorld>;
