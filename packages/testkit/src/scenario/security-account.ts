import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BootDisk } from '../hosts/host-disks.js';
import { limeModule } from '../hosts/lime-module.js';
import { addBucket } from '../s3/bucket.js';
import { putObject } from '../s3/put.js';
import type { SimulatedRegion } from '../simulation/account.js';
import { addSecurityGroup } from '../simulation/ec2/groups.js';
import { addImage } from '../simulation/ec2/images.js';
import { addRouteTable, addVpcEndpoint } from '../simulation/ec2/network.js';
import { addSubnet, addVpc } from '../simulation/ec2/vpcs.js';
import { addInstanceProfile, addRole } from '../simulation/iam/roles.js';
import { addKey } from '../simulation/kms/keys.js';
import { addParameter } from '../ssm/parameters.js';
import { DEMO } from './demo-ids.js';
import { forensicBlueprint } from './forensic-host.js';
import { FORENSICS_POLICY, SSM_CORE_POLICY, trustOf } from './policies.js';
import { addEndpoints } from './suspect-account.js';
import { SUSPECT } from './tree/scene.js';

export interface SecurityAccountOptions {
  /** Where the buckets' objects lie as files; in memory when absent. */
  readonly folder?: string;
}

/** What a pipeline is told about the security account. */
export interface SecurityAccount {
  readonly vpcId: string;
  readonly subnetId: string;
  /** Egress to the endpoints only, nothing in. */
  readonly groupId: string;
  readonly instanceProfileName: string;
  readonly imageId: string;
  readonly kmsKeyArn: string;
  /** The LiME module for the suspect's kernel. */
  readonly limeModule: {
    readonly bucket: string;
    readonly key: string;
    readonly kernel: string;
    /** As `uname -m` says it. */
    readonly architecture: string;
    readonly sha256: string;
  };
}

const VPC = 'vpc-0f0e5100f0e510000';
const SUBNET = 'subnet-0f0e5100f0e51000a';
const ENDPOINT_GROUP = 'sg-0f0e5100f0e51000e';
const GROUP = 'sg-0f0e5100f0e51000f';
const IMAGE = 'ami-0f0e5100f0e510001';

function addNetwork(region: SimulatedRegion): void {
  addVpc(region, { id: VPC, cidr: '10.99.0.0/16', tags: { Name: 'forensics' } });
  addSubnet(region, { id: SUBNET, vpcId: VPC, cidr: '10.99.1.0/24', availabilityZone: DEMO.zone });
  const table = addRouteTable(region, {
    vpcId: VPC,
    main: true,
    routes: [{ destination: '10.99.0.0/16', target: 'local' }],
  });
  addVpcEndpoint(region, { vpcId: VPC, service: 's3', type: 'Gateway', routeTableIds: [table.id] });
  addSecurityGroup(region, {
    vpcId: VPC,
    id: ENDPOINT_GROUP,
    name: 'forensic-endpoints',
    rules: [
      { direction: 'ingress', protocol: 'tcp', fromPort: 443, peer: { kind: 'ipv4', cidr: '10.99.0.0/16' } },
    ],
  });
  addSecurityGroup(region, {
    vpcId: VPC,
    id: GROUP,
    name: 'forensic-hosts',
    rules: [
      {
        direction: 'egress',
        protocol: 'tcp',
        fromPort: 443,
        peer: { kind: 'group', id: ENDPOINT_GROUP, owner: undefined },
      },
      {
        direction: 'egress',
        protocol: 'tcp',
        fromPort: 443,
        peer: { kind: 'prefix-list', id: 'pl-63a5400a' },
      },
    ],
  });
  addEndpoints(region, { vpcId: VPC, subnetId: SUBNET, groupId: ENDPOINT_GROUP, addresses: '10.99.1' });
}

function addBuckets(region: SimulatedRegion, { folder }: SecurityAccountOptions): void {
  const place = (name: string) => ({
    account: region.account.id,
    region: region.name,
    ...(folder === undefined ? {} : { folder: join(folder, name) }),
  });
  const { world } = region;
  addBucket(world, DEMO.evidenceBucket, {
    ...place('evidence'),
    objectLock: { mode: 'GOVERNANCE', days: 365 },
  });
  addBucket(world, DEMO.stagingBucket, place('staging'));
}

async function addModule(region: SimulatedRegion): Promise<SecurityAccount['limeModule']> {
  const bucket = addBucket(region.world, DEMO.moduleBucket, {
    account: region.account.id,
    region: region.name,
    versioning: 'Enabled',
  });
  const body = limeModule(SUSPECT.kernel);
  const key = `lime/debian-12/${SUSPECT.kernel}/x86_64/lime.ko`;
  const principal = region.world.principalOf(region.account.credentials().accessKeyId);
  if (principal === undefined) throw new Error('the account has lost its administrator');
  await putObject({ world: region.world, principal, region: region.name }, bucket, {
    key,
    body,
    algorithm: 'SHA256',
    attributes: {},
  });
  return {
    bucket: bucket.name,
    key,
    kernel: SUSPECT.kernel,
    architecture: 'x86_64',
    sha256: createHash('sha256').update(body).digest('hex'),
  };
}

/** The security account: forensic VPC without a way out, image, roles, key, buckets. */
export async function addSecurityAccount(
  region: SimulatedRegion,
  options: SecurityAccountOptions,
): Promise<SecurityAccount> {
  addNetwork(region);
  addBuckets(region, options);
  addRole(region.account, {
    name: 'CordonForensics',
    trust: trustOf(region.account.id),
    policies: { forensics: FORENSICS_POLICY },
  });
  addRole(region.account, { name: 'CordonForensicHost', policies: { 'ssm-core': SSM_CORE_POLICY } });
  const profile = addInstanceProfile(region.account, {
    name: 'CordonForensicHost',
    roleName: 'CordonForensicHost',
  });
  const content = new BootDisk(region, forensicBlueprint(region.world.now()));
  addImage(region, { id: IMAGE, name: 'cordon-forensic-2026-11', content, rootSizeGiB: 64 });
  addParameter(region, { name: DEMO.forensicImageParameter, value: IMAGE });
  return {
    vpcId: VPC,
    subnetId: SUBNET,
    groupId: GROUP,
    instanceProfileName: profile.name,
    imageId: IMAGE,
    kmsKeyArn: addKey(region, { alias: 'alias/cordon-evidence' }).arn,
    limeModule: await addModule(region),
  };
}
