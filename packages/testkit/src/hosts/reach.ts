import type { SimulatedRegion } from '../simulation/account.js';
import { interfacesOf, interfacesOfInstance, type NetworkInterface } from '../simulation/ec2/interfaces.js';
import { endpointsOf, natGatewaysOf, type VpcEndpoint } from '../simulation/ec2/network.js';
import { crosses } from '../simulation/ec2/network-acls.js';
import { prefixListsOf } from '../simulation/ec2/prefix-lists.js';
import { allowed } from '../simulation/ec2/traffic.js';
import type { PolicyDocument } from '../simulation/iam/policy.js';

const HTTPS = 443;
/** Of the range that Amazon's public services answer from. */
const PUBLIC_SERVICE_ADDRESS = '52.94.200.10';

function outbound(one: NetworkInterface, remoteAddress: string): boolean {
  return allowed(one, {
    protocol: 'tcp',
    direction: 'outbound',
    localPort: 50_000,
    remoteAddress,
    remotePort: HTTPS,
  });
}

function admits(endpointInterface: NetworkInterface, from: NetworkInterface): boolean {
  const remoteAddress = from.privateAddresses[0] ?? '';
  return allowed(endpointInterface, {
    protocol: 'tcp',
    direction: 'inbound',
    localPort: HTTPS,
    remoteAddress,
    remotePort: 50_000,
  });
}

/** Network ACLs filter at the edges of subnets only. */
function edgesOpen(region: SimulatedRegion, one: NetworkInterface, other: NetworkInterface): boolean {
  return (
    one.subnet.id === other.subnet.id || (crosses(region, one.subnet.id) && crosses(region, other.subnet.id))
  );
}

function through(region: SimulatedRegion, one: NetworkInterface, endpoint: VpcEndpoint): boolean {
  return endpoint.interfaceIds
    .flatMap((id) => interfacesOf(region).peek(id) ?? [])
    .some(
      (other) =>
        outbound(one, other.privateAddresses[0] ?? '') && admits(other, one) && edgesOpen(region, one, other),
    );
}

function outOfTheVpc(region: SimulatedRegion, one: NetworkInterface): boolean {
  return (
    one.public !== undefined ||
    natGatewaysOf(region)
      .all()
      .some((gateway) => gateway.vpcId === one.vpcId)
  );
}

/** Some address of the range that a service answers from. */
export function serviceAddress(region: SimulatedRegion, service: string): string {
  const list = prefixListsOf(region)
    .all()
    .find((one) => one.name === `com.amazonaws.${region.name}.${service}`);
  // Some host of the service's own range.
  return list?.cidrs[0]?.replace(/\.\d+\/\d+$/, '.10') ?? PUBLIC_SERVICE_ADDRESS;
}

function endpointsFor(
  region: SimulatedRegion,
  one: NetworkInterface,
  service: string,
): readonly VpcEndpoint[] {
  return endpointsOf(region)
    .all()
    .filter((endpoint) => endpoint.vpcId === one.vpcId && endpoint.state === 'available')
    .filter((endpoint) => endpoint.serviceName === `com.amazonaws.${region.name}.${service}`);
}

function reachesFrom(region: SimulatedRegion, one: NetworkInterface, service: string): boolean {
  const endpoints = endpointsFor(region, one, service);
  // Private DNS turns the service's name to the endpoint, for better or worse: there is no way round it.
  const named = endpoints.filter((endpoint) => endpoint.type === 'Interface' && endpoint.privateDns);
  if (named.length > 0) return named.some((endpoint) => through(region, one, endpoint));
  const gateway = endpoints.some((endpoint) => endpoint.type === 'Gateway');
  if (!crosses(region, one.subnet.id)) return false;
  return (gateway || outOfTheVpc(region, one)) && outbound(one, serviceAddress(region, service));
}

/**
 * Whether an instance gets through to a service of AWS's (`ssm`, `ssmmessages`, `s3`): by an endpoint in its VPC, whose
 * own groups must admit it, else through the internet gateway or NAT, as its groups allow.
 */
export function reaches(region: SimulatedRegion, instanceId: string, service: string): boolean {
  return interfacesOfInstance(region, instanceId).some((one) => reachesFrom(region, one, service));
}

/** The policy of the endpoint that the service's name leads to, where it leads to one. */
export function endpointPolicy(
  region: SimulatedRegion,
  instanceId: string,
  service: string,
): PolicyDocument | undefined {
  const named = interfacesOfInstance(region, instanceId)
    .flatMap((one) => endpointsFor(region, one, service))
    .find((endpoint) => endpoint.type === 'Interface' && endpoint.privateDns);
  // The scenario's own text.
  return named === undefined ? undefined : (JSON.parse(named.policy) as PolicyDocument);
}

/** Changes when anything changes that decides over an instance's packets. */
export function networkState(region: SimulatedRegion, instanceId: string): string {
  return JSON.stringify(
    interfacesOfInstance(region, instanceId).map((one) => [one.id, one.groups, one.public?.address]),
  );
}
