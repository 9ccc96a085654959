import { awsError } from '../errors.js';
import { groupsOf } from './groups.js';
import type { SimulatedInstance } from './instances.js';
import { addInterface, attachInterface } from './interfaces.js';
import { idError, required } from './not-found.js';
import type { LaunchCall } from './run-instances.js';
import { specifiedTags } from './tag-specifications.js';
import { type SimulatedSubnet, subnetsOf, vpcsOf } from './vpcs.js';

interface LaunchNetwork {
  readonly subnet: SimulatedSubnet;
  readonly groups: readonly string[];
  readonly publicAddress: boolean;
}

function defaultSubnet(call: LaunchCall): SimulatedSubnet {
  const vpc = vpcsOf(call.region)
    .visible()
    .find((one) => one.isDefault);
  const subnet = subnetsOf(call.region)
    .visible()
    .find((one) => one.vpcId === vpc?.id);
  if (subnet !== undefined) return subnet;
  throw awsError('VPCIdNotSpecified', 'No default VPC for this user');
}

function checkedGroups(call: LaunchCall, ids: readonly string[], vpcId: string): readonly string[] {
  for (const id of ids) {
    const group = groupsOf(call.region).find(id);
    if (group === undefined) throw idError('sg', id);
    if (group.vpcId !== vpcId) {
      throw awsError('InvalidParameter', `Security group ${id} and subnet belong to different networks.`);
    }
  }
  if (ids.length > 0) return ids;
  const fallback = groupsOf(call.region)
    .visible()
    .find((group) => group.vpcId === vpcId && group.name === 'default');
  return fallback === undefined ? [] : [fallback.id];
}

/** Where the instance goes: by one interface specification, or by subnet and groups; both together are refused. */
export function placementOf(call: LaunchCall): LaunchNetwork {
  const { NetworkInterfaces: [first] = [], SubnetId, SecurityGroupIds = [] } = call.input;
  if (first !== undefined && (SubnetId !== undefined || SecurityGroupIds.length > 0)) {
    throw awsError(
      'InvalidParameterCombination',
      'Network interfaces and an instance-level subnet ID may not be specified on the same request',
    );
  }
  const id = first?.SubnetId ?? SubnetId;
  const subnet = id === undefined ? defaultSubnet(call) : required(subnetsOf(call.region), 'subnet', id);
  return {
    subnet,
    groups: checkedGroups(call, first?.Groups ?? SecurityGroupIds, subnet.vpcId),
    publicAddress: first?.AssociatePublicIpAddress ?? subnet.mapPublicIp,
  };
}

/** The primary interface of a new instance. */
export function launchInterfaces(
  call: LaunchCall,
  instance: SimulatedInstance,
  network: LaunchNetwork,
): void {
  const { subnet, groups, publicAddress } = network;
  const random = call.world.random.fork(`public-${instance.id}`);
  const address = `198.18.${random.integer(0, 255)}.${random.integer(1, 254)}`;
  const one = addInterface(call.region, {
    subnetId: subnet.id,
    groups,
    tags: specifiedTags(call.input.TagSpecifications, 'network-interface', [
      'instance',
      'volume',
      'spot-instances-request',
    ]),
    ...(publicAddress ? { public: { address } } : {}),
  });
  attachInterface(one, instance.id, { region: call.region, deviceIndex: 0 });
}
