import {
  ANYWHERE_IPV4,
  addAutoScalingGroup,
  addBucket,
  addImage,
  addInstance,
  addInstanceProfile,
  addKey,
  addParameter,
  addRole,
  addSecurityGroup,
  addSnapshot,
  addSubnet,
  addTargetGroup,
  addVolume,
  addVpc,
  createWorld,
  type SimulatedRegion,
  volumesOfInstance,
} from '@cordon/testkit';
import { clientsOf, REGION } from '../accounts.ts';
import { present } from '../present.ts';
import { AUTO_SCALING_GROUP, PROFILE, ROLE } from '../suspect.ts';
import type { Things, World } from './world.ts';

const ZONE = `${REGION}a`;
const BUCKETS = { lockedBucket: 'locked-simulated', bucket: 'plain-simulated' };
const PARAMETER = '/cordon/parameter';

function addNetwork(region: SimulatedRegion) {
  const vpc = addVpc(region, { cidr: '10.20.0.0/16' });
  const subnet = addSubnet(region, { vpcId: vpc.id, cidr: '10.20.3.0/24', availabilityZone: ZONE });
  const group = addSecurityGroup(region, {
    vpcId: vpc.id,
    name: 'shop-frontend',
    rules: [
      { direction: 'ingress', protocol: 'tcp', fromPort: 80, peer: { kind: 'ipv4', cidr: '10.20.1.0/24' } },
      { direction: 'egress', peer: ANYWHERE_IPV4 },
    ],
  });
  return { vpcId: vpc.id, subnetId: subnet.id, groupId: group.id, groupName: 'shop-frontend' };
}

function addCompute(region: SimulatedRegion, network: ReturnType<typeof addNetwork>) {
  addRole(region.account, { name: ROLE });
  const profile = addInstanceProfile(region.account, { name: PROFILE, path: '/web/', roleName: ROLE });
  const image = addImage(region, { name: 'debian-12' });
  const { subnetId, groupId, vpcId } = network;
  const instance = addInstance(region, {
    imageId: image.id,
    instanceType: 'm6i.large',
    profileArn: profile.arn,
    interfaces: [{ subnetId, groups: [groupId] }],
    volumes: [{ device: '/dev/sda1', sizeGiB: 30 }],
  });
  addAutoScalingGroup(region, {
    name: AUTO_SCALING_GROUP,
    instanceIds: [instance.id],
    subnetIds: [subnetId],
    securityGroups: [groupId],
  });
  const targets = {
    name: 'shop-frontend',
    vpcId,
    port: 80,
    protocol: 'HTTP',
    targets: [instance.id],
  } as const;
  return {
    instanceId: instance.id,
    imageId: image.id,
    targetGroupArn: addTargetGroup(region, targets).arn,
    rootVolumeId: present(volumesOfInstance(region, instance.id)[0]?.id, 'root volume'),
  };
}

function addBuckets(region: SimulatedRegion): typeof BUCKETS {
  const place = { account: region.account.id, region: REGION };
  addBucket(region.world, BUCKETS.bucket, place);
  addBucket(region.world, BUCKETS.lockedBucket, { ...place, objectLock: { mode: 'GOVERNANCE', days: 30 } });
  return BUCKETS;
}

async function thingsOf(region: SimulatedRegion): Promise<Omit<Things, 'interfaceId'>> {
  const network = addNetwork(region);
  const freeVolume = addVolume(region, { availabilityZone: ZONE, sizeGiB: 8 });
  addParameter(region, { name: PARAMETER, value: 'a value' });
  return {
    ...network,
    ...addCompute(region, network),
    ...addBuckets(region),
    freeVolumeId: freeVolume.id,
    snapshotId: addSnapshot(region, { volumeId: freeVolume.id }).id,
    roleName: ROLE,
    profileName: PROFILE,
    autoScalingGroup: AUTO_SCALING_GROUP,
    keyId: addKey(region).id,
    parameter: PARAMETER,
  };
}

/** From here on every SDK client of this process speaks with the simulation. */
export async function simulatedWorld(id: string): Promise<World & { readonly dispose: () => Promise<void> }> {
  const world = createWorld({ seed: 'differential', start: new Date() });
  const region = world.account(id).region(REGION);
  const things = await thingsOf(region);
  const { interfacesOfInstance } = await import('@cordon/testkit');
  const interfaceId = present(interfacesOfInstance(region, things.instanceId)[0]?.id, 'interface');
  return {
    ...clientsOf({ id, credentials: world.account(id).credentials() }),
    ...things,
    interfaceId,
    settle: () => world.clock.advance(10 * 60_000),
    rest: () => world.clock.advance(5_000),
    dispose: () => world.dispose(),
  };
}
