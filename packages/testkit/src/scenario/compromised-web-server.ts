import type { MachineOptions } from '../hosts/machine-folder.js';
import type { SimulatedRegion } from '../simulation/account.js';
import type { InterfaceOptions } from '../simulation/ec2/interfaces.js';
import { targetGroupsOf } from '../simulation/elasticloadbalancing/target-groups.js';
import type { Credentials } from '../simulation/principal.js';
import type { SimulatedWorld } from '../simulation/world.js';
import { settledNode, withoutAgent } from '../ssm/nodes.js';
import { addSession } from '../ssm/sessions.js';
import { DEMO } from './demo-ids.js';
import { commandAndControlFinding } from './finding.js';
import { addNetworkLogs } from './network-logs.js';
import { MINER_LOCAL_PORT, REVERSE_SHELL_LOCAL_PORT } from './proc/sockets.js';
import { addSecurityAccount, type SecurityAccount } from './security-account.js';
import { addRoleHistory } from './stolen-role.js';
import { addSuspectAccount, type SuspectAccountOptions } from './suspect-account.js';
import { DEMO_FINDING_AT } from './timeline.js';
import { INTRUDER } from './tree/scene.js';

export interface CompromisedWebServerOptions {
  readonly seed?: string | number;
  /** Default: the demo's. The world's clock must not stand before it. */
  readonly findingAt?: Date;
  /** `absent`: the same world with an untouched server. Default `present`. */
  readonly intruder?: 'present' | 'absent';
  /** Real size of the suspect's memory, and of the image. Default 16. */
  readonly memoryMiB?: number;
  readonly machine?: MachineOptions;
  /** Further interfaces of the suspect. */
  readonly interfaces?: readonly Omit<InterfaceOptions, 'subnetId' | 'groups'>[];
  /** What the suspect's root volume is encrypted with. Default `none`. */
  readonly encryption?: SuspectAccountOptions['encryption'];
  /** Whether the suspect's VPC has endpoints for Systems Manager. Default `present`. */
  readonly endpoints?: 'present' | 'absent';
  /** Whether the suspect has Systems Manager's agent. Default `present`. */
  readonly agent?: 'present' | 'absent';
  /** Where the buckets' objects lie as files. Default: in memory. */
  readonly folder?: string;
}

/** The demo's world, and what a pipeline over it is told. */
export interface CompromisedWebServer {
  readonly ids: typeof DEMO;
  readonly suspectRegion: SimulatedRegion;
  readonly securityRegion: SimulatedRegion;
  /** What EventBridge delivers. */
  readonly finding: ReturnType<typeof commandAndControlFinding>;
  readonly security: SecurityAccount;
  /** For `awsEnvironment`, together with an evidence store. */
  readonly aws: {
    readonly clock: SimulatedWorld['clock'];
    readonly credentials: () => Promise<Credentials>;
    readonly suspect: { readonly roleArn: string; readonly externalId: string };
    readonly security: { readonly account: string; readonly region: string; readonly roleArn: string };
  };
}

function openIntruderConnections(region: SimulatedRegion): void {
  const common = {
    interfaceId: DEMO.interfaceId,
    direction: 'outbound' as const,
    remoteAddress: INTRUDER.controller,
  };
  const { connections } = region.world;
  connections.open(region, {
    ...common,
    localPort: REVERSE_SHELL_LOCAL_PORT,
    remotePort: INTRUDER.shellPort,
    packetEveryMs: 2_000,
    bytesPerPacket: 110,
    process: 'bash',
  });
  connections.open(region, {
    ...common,
    localPort: MINER_LOCAL_PORT,
    remotePort: INTRUDER.poolPort,
    packetEveryMs: 500,
    bytesPerPacket: 155,
    process: 'kworkerd',
  });
}

/** The load balancer's. Opened without an intruder too: a socket that the world does not know never dies. */
function openVisitorConnections(region: SimulatedRegion): void {
  const { connections } = region.world;
  for (const index of [0, 1, 2]) {
    connections.open(region, {
      interfaceId: DEMO.interfaceId,
      direction: 'inbound',
      localPort: 80,
      remoteAddress: `10.20.1.${10 + index}`,
      remotePort: 50_120 + index,
      path: 'vpc',
      bytesPerPacket: 900,
      process: 'apache2',
    });
  }
}

/** The intruder uses what the shop may do: a shell by Session Manager, under the instance's own role. */
function openIntruderSession(region: SimulatedRegion): void {
  const owner = `arn:aws:sts::${DEMO.suspectAccount}:assumed-role/${DEMO.roleName}/${DEMO.instanceId}`;
  addSession(region, { instanceId: DEMO.instanceId, owner });
}

function accountOptions(options: CompromisedWebServerOptions) {
  const { memoryMiB = 16, interfaces = [], encryption = 'none', endpoints = 'present' } = options;
  return {
    ...{ memoryMiB, interfaces, encryption, endpoints },
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.machine === undefined ? {} : { machine: options.machine }),
  };
}

function reachOf(world: SimulatedWorld): CompromisedWebServer['aws'] {
  const operator = world.account(DEMO.securityAccount).credentials();
  return {
    clock: world.clock,
    credentials: async () => operator,
    suspect: { roleArn: DEMO.responderRoleArn, externalId: DEMO.externalId },
    security: { account: DEMO.securityAccount, region: DEMO.region, roleArn: DEMO.forensicsRoleArn },
  };
}

/**
 * Builds the demo's two accounts into a world: a web server with a web shell, a reverse shell, a brute-forced login and
 * a miner, and the security account that will answer. Its intruder is connected while you read this.
 *
 * @example
 * const world = createWorld({ start: new Date('2026-11-20T03:36:00Z') });
 * const scene = await compromisedWebServer(world);
 * const environment = awsEnvironment({ ...scene.aws, evidence });
 */
export async function compromisedWebServer(
  world: SimulatedWorld,
  options: CompromisedWebServerOptions = {},
): Promise<CompromisedWebServer> {
  const { findingAt = DEMO_FINDING_AT, intruder = 'present' } = options;
  if (world.now() < findingAt) throw new RangeError('the world must begin after the finding: set its start');
  const suspectRegion = world.account(DEMO.suspectAccount).region(DEMO.region);
  const securityRegion = world.account(DEMO.securityAccount).region(DEMO.region);
  addSuspectAccount(suspectRegion, { ...accountOptions(options), findingAt, intruder });
  const security = await addSecurityAccount(
    securityRegion,
    options.folder === undefined ? {} : { folder: options.folder },
  );
  if (options.agent === 'absent') withoutAgent(suspectRegion, DEMO.instanceId);
  else settledNode(suspectRegion, DEMO.instanceId);
  openVisitorConnections(suspectRegion);
  addRoleHistory(suspectRegion, findingAt, intruder);
  const [balancerArn = ''] = [...targetGroupsOf(suspectRegion).values()].flatMap(
    (one) => one.loadBalancerArns,
  );
  await addNetworkLogs(suspectRegion, findingAt, { intruder, balancerArn });
  if (intruder === 'present') {
    openIntruderConnections(suspectRegion);
    openIntruderSession(suspectRegion);
  }
  return {
    ids: DEMO,
    suspectRegion,
    securityRegion,
    security,
    finding: commandAndControlFinding(findingAt),
    aws: reachOf(world),
  };
}
