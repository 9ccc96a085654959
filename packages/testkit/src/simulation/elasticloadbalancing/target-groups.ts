import type { SimulatedRegion } from '../account.js';
import { instancesOf } from '../ec2/instances.js';
import { interfacesOf, interfacesOfInstance, type NetworkInterface } from '../ec2/interfaces.js';
import { allowed } from '../ec2/traffic.js';
import { slice } from '../slice.js';

export interface Target {
  /** An instance's id, or an address. */
  readonly id: string;
  readonly port: number;
  state: 'initial' | 'healthy' | 'unhealthy' | 'draining';
  /** Checks in a row with the other result than `state` says. */
  streak: number;
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly region: SimulatedRegion;
  readonly vpcId: string;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP';
  readonly port: number;
  readonly targetType: 'instance' | 'ip';
  readonly loadBalancerArns: readonly string[];
  /** Where the load balancer's checks come from, to the targets' groups. */
  readonly checkedFrom: string;
  readonly deregistrationDelaySeconds: number;
  readonly targets: Map<string, Target>;
}

export const targetGroupsOf = slice((_region: SimulatedRegion) => new Map<string, TargetGroup>());

const CHECK_EVERY_MS = 30_000;
/** Failures in a row that make a target unhealthy, and successes that make it healthy: the defaults of the console. */
const THRESHOLD = 2;

export interface TargetGroupOptions {
  readonly name: string;
  readonly vpcId: string;
  readonly port?: number;
  readonly protocol?: TargetGroup['protocol'];
  readonly targetType?: TargetGroup['targetType'];
  /** Ids of healthy targets. */
  readonly targets?: readonly string[];
  readonly checkedFrom?: string;
  readonly deregistrationDelaySeconds?: number;
  readonly loadBalancerArns?: readonly string[];
}

/** Puts a target group into the region; its targets are checked every 30 s from then on. */
export function addTargetGroup(region: SimulatedRegion, options: TargetGroupOptions): TargetGroup {
  const { name, vpcId, port = 443, protocol = 'HTTPS', targets = [] } = options;
  const group: TargetGroup = {
    arn: region.arn('elasticloadbalancing', `targetgroup/${name}/${region.world.id('tg').slice(4)}`),
    name,
    region,
    vpcId,
    protocol,
    port,
    targetType: options.targetType ?? 'instance',
    loadBalancerArns: options.loadBalancerArns ?? [],
    checkedFrom: options.checkedFrom ?? '10.20.1.10',
    deregistrationDelaySeconds: options.deregistrationDelaySeconds ?? 300,
    targets: new Map(),
  };
  for (const id of targets) group.targets.set(id, { id, port, state: 'healthy', streak: 0 });
  targetGroupsOf(region).set(group.arn, group);
  keepChecking(group);
  return group;
}

function keepChecking(group: TargetGroup): void {
  group.region.world.later(CHECK_EVERY_MS, () => {
    for (const target of group.targets.values()) check(group, target);
    keepChecking(group);
  });
}

function interfaceOf(group: TargetGroup, target: Target): NetworkInterface | undefined {
  if (group.targetType === 'instance') return interfacesOfInstance(group.region, target.id)[0];
  return interfacesOf(group.region)
    .all()
    .find((one) => one.privateAddresses.includes(target.id));
}

/** A target answers when its instance runs and its groups let the load balancer in. */
function answers(group: TargetGroup, target: Target): boolean {
  const one = interfaceOf(group, target);
  const instance = instancesOf(group.region).peek(one?.attachment?.instanceId ?? '');
  if (one === undefined || (instance !== undefined && instance.state !== 'running')) return false;
  return allowed(one, {
    protocol: 'tcp',
    direction: 'inbound',
    localPort: target.port,
    remoteAddress: group.checkedFrom,
    remotePort: 40_000,
  });
}

function check(group: TargetGroup, target: Target): void {
  if (target.state === 'draining') return;
  const result = answers(group, target) ? 'healthy' : 'unhealthy';
  target.streak = result === target.state ? 0 : target.streak + 1;
  if (target.state !== 'initial' && target.streak < THRESHOLD) return;
  target.state = result;
  target.streak = 0;
}

/** Starts a target's drain; it is gone when that has ended. */
export function deregister(group: TargetGroup, id: string): void {
  const target = group.targets.get(id);
  if (target === undefined || target.state === 'draining') return;
  target.state = 'draining';
  group.region.world.later(group.deregistrationDelaySeconds * 1_000, () => {
    if (group.targets.get(id) === target) group.targets.delete(id);
  });
}

export function register(group: TargetGroup, id: string, port: number): void {
  const known = group.targets.get(id);
  if (known !== undefined && known.state !== 'draining') return;
  group.targets.set(id, { id, port, state: 'initial', streak: 0 });
}
