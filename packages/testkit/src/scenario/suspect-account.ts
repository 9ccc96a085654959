import { BootDisk, MountedDisk } from '../hosts/host-disks.js';
import type { SimulatedRegion } from '../simulation/account.js';
import { addAutoScalingGroup } from '../simulation/autoscaling/groups.js';
import { addInstance } from '../simulation/ec2/add-instance.js';
import { ANYWHERE_IPV4, ANYWHERE_IPV6, addSecurityGroup } from '../simulation/ec2/groups.js';
import { addImage } from '../simulation/ec2/images.js';
import type { SimulatedInstance } from '../simulation/ec2/instances.js';
import { addInterface, type InterfaceOptions } from '../simulation/ec2/interfaces.js';
import { addRouteTable, addVpcEndpoint } from '../simulation/ec2/network.js';
import { addSubnet, addVpc } from '../simulation/ec2/vpcs.js';
import { addLoadBalancer } from '../simulation/elasticloadbalancing/load-balancers.js';
import { addTargetGroup } from '../simulation/elasticloadbalancing/target-groups.js';
import { addInstanceProfile, addRole } from '../simulation/iam/roles.js';
import { addKey } from '../simulation/kms/keys.js';
import { DEMO } from './demo-ids.js';
import { RESPONDER_POLICY, SHOP_POLICY, SSM_CORE_POLICY, trustOf } from './policies.js';
import { type SuspectHostOptions, suspectBlueprint } from './suspect-host.js';

export interface SuspectAccountOptions extends SuspectHostOptions {
  /** Further interfaces, beside the first. */
  readonly interfaces: readonly Omit<InterfaceOptions, 'subnetId' | 'groups'>[];
  /** The four cases of domain knowledge about snapshots: what the root volume is encrypted with. */
  readonly encryption: 'none' | 'shared-key' | 'own-key' | 'aws-ebs';
  /** Whether Systems Manager has endpoints in the VPC. */
  readonly endpoints: 'present' | 'absent';
}

const WEB_TIER = { id: 'subnet-0fedcba987654321f', cidr: '10.20.1.0/24' };
const SERVICES_TIER = { id: 'subnet-0aaaabbbbccccdddd', cidr: '10.20.9.0/24' };
const ENDPOINT_GROUP = 'sg-0e11d00e11d00e11d';

/** Interface endpoints in a VPC, each with an interface that answers, and the gateway endpoint of S3. */
export function addEndpoints(
  region: SimulatedRegion,
  place: {
    readonly vpcId: string;
    readonly subnetId: string;
    readonly groupId: string;
    readonly addresses: string;
  },
): void {
  for (const [index, service] of ['ssm', 'ssmmessages', 'ec2messages'].entries()) {
    const one = addInterface(region, {
      subnetId: place.subnetId,
      groups: [place.groupId],
      privateAddresses: [`${place.addresses}.${10 + index}`],
      type: 'vpc_endpoint',
      requesterId: 'amazon-vpce',
    });
    addVpcEndpoint(region, {
      vpcId: place.vpcId,
      service,
      subnetIds: [place.subnetId],
      groups: [place.groupId],
      interfaceIds: [one.id],
    });
  }
}

function addGroups(region: SimulatedRegion): void {
  const { vpcId } = DEMO;
  addSecurityGroup(region, {
    vpcId,
    id: ENDPOINT_GROUP,
    name: 'vpc-endpoints',
    rules: [
      { direction: 'ingress', protocol: 'tcp', fromPort: 443, peer: { kind: 'ipv4', cidr: '10.20.0.0/16' } },
    ],
  });
  addSecurityGroup(region, {
    vpcId,
    id: DEMO.groupId,
    name: 'shop-frontend',
    rules: [
      { direction: 'ingress', protocol: 'tcp', fromPort: 80, peer: { kind: 'ipv4', cidr: '10.20.1.0/24' } },
      { direction: 'ingress', protocol: 'tcp', fromPort: 22, peer: ANYWHERE_IPV4 },
      { direction: 'egress', peer: ANYWHERE_IPV4 },
      { direction: 'egress', peer: ANYWHERE_IPV6 },
    ],
  });
}

function addNetwork(region: SimulatedRegion, options: SuspectAccountOptions): void {
  const { vpcId } = DEMO;
  addVpc(region, { id: vpcId, cidr: '10.20.0.0/16', ipv6Cidr: '2001:db8:20::/56', tags: { Name: 'shop' } });
  addSubnet(region, {
    vpcId,
    id: DEMO.subnetId,
    cidr: '10.20.3.0/24',
    availabilityZone: DEMO.zone,
    mapPublicIp: true,
  });
  for (const tier of [WEB_TIER, SERVICES_TIER])
    addSubnet(region, { vpcId, ...tier, availabilityZone: DEMO.zone });
  const table = addRouteTable(region, {
    vpcId,
    main: true,
    subnetIds: [DEMO.subnetId],
    routes: [
      { destination: '10.20.0.0/16', target: 'local' },
      { destination: '0.0.0.0/0', target: 'igw-0123456789abcdef0' },
    ],
  });
  addVpcEndpoint(region, { vpcId, service: 's3', type: 'Gateway', routeTableIds: [table.id] });
  addGroups(region);
  if (options.endpoints === 'present') {
    addEndpoints(region, {
      vpcId,
      subnetId: SERVICES_TIER.id,
      groupId: ENDPOINT_GROUP,
      addresses: '10.20.9',
    });
  }
}

function addRoles(region: SimulatedRegion): string {
  addRole(region.account, {
    name: DEMO.roleName,
    id: 'AROAEXAMPLESHOPFRONT1',
    policies: { 'shop-assets': SHOP_POLICY, 'ssm-core': SSM_CORE_POLICY },
  });
  addRole(region.account, {
    name: 'CordonResponder',
    trust: trustOf(DEMO.securityAccount, DEMO.externalId),
    policies: { responder: RESPONDER_POLICY },
  });
  return addInstanceProfile(region.account, { name: 'shop-frontend', path: '/web/', roleName: DEMO.roleName })
    .arn;
}

function rootKey(
  region: SimulatedRegion,
  encryption: SuspectAccountOptions['encryption'],
): { readonly kmsKeyArn?: string } {
  if (encryption === 'none') return {};
  if (encryption === 'aws-ebs')
    return { kmsKeyArn: addKey(region, { alias: 'alias/aws/ebs', manager: 'AWS' }).arn };
  const sharedWith = encryption === 'shared-key' ? [DEMO.securityAccount] : [];
  return { kmsKeyArn: addKey(region, { alias: 'alias/shop-ebs', sharedWith }).arn };
}

function volumesOf(region: SimulatedRegion, options: SuspectAccountOptions) {
  return [
    {
      id: DEMO.rootVolumeId,
      device: '/dev/xvda',
      sizeGiB: 30,
      content: new BootDisk(region, suspectBlueprint(options), ['srv']),
      ...rootKey(region, options.encryption),
    },
    {
      id: DEMO.dataVolumeId,
      device: '/dev/sdf',
      sizeGiB: 20,
      content: new MountedDisk(region, 'srv'),
      deleteOnTermination: false,
    },
  ];
}

/** The suspect's account: network, roles, the instance with its disks, its place behind the load balancer. */
export function addSuspectAccount(
  region: SimulatedRegion,
  options: SuspectAccountOptions,
): SimulatedInstance {
  addNetwork(region, options);
  const profileArn = addRoles(region);
  addImage(region, { id: DEMO.imageId, name: 'debian-12-amd64-20260815', public: true });
  const instance = addInstance(region, {
    id: DEMO.instanceId,
    imageId: DEMO.imageId,
    instanceType: 'm6i.large',
    launchTime: new Date('2026-09-02T08:11:04Z'),
    profileArn,
    tags: { Name: 'shop-frontend-3' },
    interfaces: [
      {
        id: DEMO.interfaceId,
        subnetId: DEMO.subnetId,
        groups: [DEMO.groupId],
        privateAddresses: [DEMO.privateAddress],
        ipv6Addresses: [DEMO.ipv6Address],
        public: { address: DEMO.publicAddress },
      },
      ...options.interfaces.map((one) => ({ ...one, subnetId: DEMO.subnetId, groups: [DEMO.groupId] })),
    ],
    volumes: volumesOf(region, options),
  });
  addService(region, instance);
  return instance;
}

function addService(region: SimulatedRegion, instance: SimulatedInstance): void {
  const balancerArn = addLoadBalancer(region, { name: 'shop', accessLogs: { bucket: DEMO.logBucket } });
  const targets = addTargetGroup(region, {
    loadBalancerArns: [balancerArn],
    name: 'shop-frontend',
    vpcId: DEMO.vpcId,
    port: 80,
    protocol: 'HTTP',
    targets: [instance.id],
  });
  addAutoScalingGroup(region, {
    name: DEMO.autoScalingGroup,
    instanceIds: [instance.id],
    subnetIds: [DEMO.subnetId],
    securityGroups: [DEMO.groupId],
    healthCheckType: 'ELB',
    targetGroupArns: [targets.arn],
  });
}
