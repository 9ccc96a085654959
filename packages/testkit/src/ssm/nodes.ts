import { machineOf } from '../hosts/machine.js';
import { runningHost } from '../hosts/world-hosts.js';
import type { SimulatedRegion } from '../simulation/account.js';
import { instancesOf, onInstanceState } from '../simulation/ec2/instances.js';
import { slice } from '../simulation/slice.js';
import { loseCommands } from './command.js';
import { ManagedNode } from './node.js';

interface Nodes {
  readonly byInstance: Map<string, ManagedNode>;
  /** Instances without an agent. */
  readonly without: Set<string>;
}

const nodesOf = slice((region: SimulatedRegion): Nodes => {
  const nodes: Nodes = { byInstance: new Map(), without: new Set() };
  onInstanceState(region.world, (instance, state) => {
    if (instance.region !== region) return;
    if (state === 'stopping' || state === 'shutting-down') loseCommands(region, instance.id);
    if (state === 'terminated') nodes.byInstance.delete(instance.id);
  });
  return nodes;
});

/** An instance whose agent was never installed, or was stopped by the intruder. */
export function withoutAgent(region: SimulatedRegion, instanceId: string): void {
  nodesOf(region).without.add(instanceId);
  nodesOf(region).byInstance.delete(instanceId);
}

/** The agent of an instance is killed, or its kernel panics: what runs is never heard of again, nor is the agent. */
export function killAgent(region: SimulatedRegion, instanceId: string): void {
  nodeOf(region, instanceId)?.die();
  loseCommands(region, instanceId);
}

/** An instance that has been running, and talking to Systems Manager, for long. */
export function settledNode(region: SimulatedRegion, instanceId: string): ManagedNode {
  const node = new ManagedNode(region, instanceId, region.world.random.fork(`agent-${instanceId}`));
  nodesOf(region).byInstance.set(instanceId, node);
  node.settleIn();
  return node;
}

/** The agent of an instance: there as soon as the instance runs from a disk that has one. */
export function nodeOf(region: SimulatedRegion, instanceId: string): ManagedNode | undefined {
  const nodes = nodesOf(region);
  const known = nodes.byInstance.get(instanceId);
  if (known !== undefined) return known;
  const instance = instancesOf(region).peek(instanceId);
  if (instance?.state !== 'running' || nodes.without.has(instanceId)) return undefined;
  if (runningHost(region, instanceId) === undefined && machineOf(region, instanceId) === undefined)
    return undefined;
  const node = new ManagedNode(region, instanceId, region.world.random.fork(`agent-${instanceId}`));
  nodes.byInstance.set(instanceId, node);
  return node;
}

const LISTED: readonly string[] = ['pending', 'running', 'stopping', 'shutting-down'];

/** All nodes that Systems Manager has heard of, but those of stopped instances, which it does not list. */
export function knownNodes(region: SimulatedRegion): readonly ManagedNode[] {
  return instancesOf(region)
    .all()
    .filter(({ state }) => LISTED.includes(state))
    .flatMap((instance) => nodeOf(region, instance.id) ?? [])
    .filter((node) => node.known);
}
