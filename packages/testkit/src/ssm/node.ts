import { machineOf } from '../hosts/machine.js';
import { endpointPolicy, networkState, reaches } from '../hosts/reach.js';
import type { SimulatedRegion } from '../simulation/account.js';
import { globalContext, principalDecision } from '../simulation/authorize.js';
import { instancesOf } from '../simulation/ec2/instances.js';
import { associationOf } from '../simulation/ec2/profile-associations.js';
import { resourceDecision } from '../simulation/iam/resource-policy.js';
import { profilesOf, rolesOf, type SimulatedRole, sessionOf } from '../simulation/iam/roles.js';
import type { Random } from '../simulation/random.js';

/** How often the agent pings, where nobody has told it otherwise: `HealthFrequencyMinutes`. */
const HEARTBEAT_MS = 5 * 60_000;
/** AWS tells no figure; people have seen agents called online that were silent for eight minutes. */
const LOST_AFTER_MS = 2 * HEARTBEAT_MS;
/** The agent takes new credentials when the old ones have half run out: up to this long after a change. */
const CREDENTIALS_MS = 30 * 60_000;
/** From launch to the agent's first contact. */
const BOOT_SECONDS = [32, 70] as const;
const AGENT_ACTIONS = ['ssm:UpdateInstanceInformation', 'ssmmessages:CreateControlChannel'];
const ENDPOINTS = ['ssm', 'ssmmessages'];

/** The agent of one instance: what it can reach, and since when it is heard of. */
export class ManagedNode {
  readonly registeredAt: Date;
  #connected = false;
  #everConnected = false;
  #reconnectMs: number | undefined;
  #hibernating = false;
  #dead = false;
  #connectedMs = 0;
  #lastPingMs = 0;
  #network = '';
  #role: SimulatedRole | undefined;
  #credentialsUntilMs = 0;

  constructor(
    readonly region: SimulatedRegion,
    readonly instanceId: string,
    private readonly random: Random,
  ) {
    this.registeredAt = region.world.now();
  }

  /** It has been running for long: connected, if anything lets it. */
  settleIn(): void {
    this.#takeCredentials();
    if (!this.#reaches() || !this.#mayTalk()) return;
    this.#network = networkState(this.region, this.instanceId);
    const nowMs = this.region.world.now().getTime();
    this.#connect(nowMs);
    this.#lastPingMs = this.#heartbeatMs(nowMs);
  }

  /** Its agent is killed, or its kernel panics: from now on nothing is heard of it. */
  die(): void {
    this.#settle();
    this.#dead = true;
  }

  /** Whether a command would be picked up now. */
  get connected(): boolean {
    this.#settle();
    return this.#connected;
  }

  /** Whether Systems Manager has ever heard of it. */
  get known(): boolean {
    this.#settle();
    return this.#everConnected;
  }

  /** What DescribeInstanceInformation says; it lags behind. */
  get pingStatus(): 'Online' | 'ConnectionLost' {
    this.#settle();
    const silentMs = this.region.world.now().getTime() - this.#lastPingMs;
    return silentMs < LOST_AFTER_MS ? 'Online' : 'ConnectionLost';
  }

  /** Of its last heartbeat: up to five minutes ago while all is well. */
  get lastPing(): Date {
    this.#settle();
    return new Date(this.#lastPingMs);
  }

  #settle(): void {
    const nowMs = this.region.world.now().getTime();
    // Nobody has looked since: what cut it off, if anything did, is taken to have happened just now.
    const heartbeatMs = this.#heartbeatMs(nowMs);
    if (this.#connected && heartbeatMs > this.#connectedMs) this.#lastPingMs = heartbeatMs;
    if (nowMs >= this.#credentialsUntilMs) this.#takeCredentials();
    const reached = this.#reaches();
    const permitted = this.#mayTalk();
    if (reached && !permitted) this.#hibernating = true;
    if (!reached || !permitted) {
      this.#connected = false;
      this.#reconnectMs = undefined;
      return;
    }
    this.#stayConnected(nowMs);
  }

  #stayConnected(nowMs: number): void {
    const network = networkState(this.region, this.instanceId);
    // Other groups, other paths: the old channel is dead, and the agent notices after a while.
    if (this.#connected && network !== this.#network) this.#connected = false;
    this.#network = network;
    if (!this.#connected) {
      this.#reconnectMs ??= this.#nextContactMs(nowMs);
      if (nowMs >= this.#reconnectMs) this.#connect(nowMs);
    }
  }

  /** The last beat of its timer. */
  #heartbeatMs(nowMs: number): number {
    const phaseMs = this.region.world.random
      .fork(`heartbeat-${this.instanceId}`)
      .integer(0, HEARTBEAT_MS - 1);
    return nowMs - ((nowMs - phaseMs) % HEARTBEAT_MS);
  }

  #connect(nowMs: number): void {
    // Whoever starts, or wakes from hibernation, pings at once; a channel that is opened anew is no ping.
    if (!this.#everConnected || this.#hibernating) this.#lastPingMs = nowMs;
    this.#connectedMs = nowMs;
    this.#connected = true;
    this.#everConnected = true;
    this.#hibernating = false;
    this.#reconnectMs = undefined;
  }

  #nextContactMs(nowMs: number): number {
    if (this.#hibernating) return nowMs + this.random.integer(5 * 60, 30 * 60) * 1000;
    if (this.#everConnected) return nowMs + this.random.integer(4, 35) * 1000;
    const launchedMs = instancesOf(this.region).peek(this.instanceId)?.launchTime.getTime() ?? nowMs;
    return launchedMs + this.random.integer(...BOOT_SECONDS) * 1000;
  }

  #reaches(): boolean {
    if (this.#dead) return false;
    if (instancesOf(this.region).peek(this.instanceId)?.state !== 'running') return false;
    if (machineOf(this.region, this.instanceId)?.agentAlive === false) return false;
    return ENDPOINTS.every((service) => reaches(this.region, this.instanceId, service));
  }

  #takeCredentials(): void {
    const nowMs = this.region.world.now().getTime();
    const { account } = this.region;
    const association = associationOf(this.region, this.instanceId);
    const profile = [...profilesOf(account).values()].find((one) => one.arn === association?.profileArn);
    this.#role = profile?.roleName === undefined ? undefined : rolesOf(account).get(profile.roleName);
    // Without a role it asks again soon.
    this.#credentialsUntilMs =
      nowMs + (this.#role === undefined ? 60_000 : this.random.integer(1, CREDENTIALS_MS));
  }

  #mayTalk(): boolean {
    const role = this.#role;
    if (role === undefined) return false;
    const principal = sessionOf(role, { sessionName: this.instanceId });
    const context = globalContext(principal, this.region.name, this.region.world.now());
    return AGENT_ACTIONS.every((action) => {
      const request = { action, resource: '*', context };
      if (principalDecision(principal, request) !== 'allowed') return false;
      const policy = endpointPolicy(this.region, this.instanceId, action.slice(0, action.indexOf(':')));
      return policy === undefined || resourceDecision(policy, principal, request) === 'allowed';
    });
  }
}
