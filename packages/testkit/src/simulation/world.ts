import type { Environment } from '@cordon/core';
import { VirtualClock } from '../clock.js';
import type { WorldClock } from '../clock-holds.js';
import { findKey, forgetKey, nextAccessKeyId, rememberKey } from './access-keys.js';
import { SimulatedAccount } from './account.js';
import { Agenda } from './agenda.js';
import { CallLog } from './call-log.js';
import { Discretion, Indiscretion } from './discretion.js';
import { Connections } from './ec2/connections.js';
import { environmentOf, type WorldEnvironmentOptions } from './environment.js';
import { Faults } from './faults.js';
import { installServices } from './install.js';
import type { AccessKey, Credentials, Principal } from './principal.js';
import { Random } from './random.js';

export interface WorldOptions {
  /** Everything random follows from it. */
  readonly seed?: string | number;
  /** Virtual time at the beginning. */
  readonly start?: Date;
  /** Another clock than the virtual one; `start` is then its own. */
  readonly clock?: WorldClock;
  /** How long an answer takes, in virtual milliseconds, both ends included; 20 to 90 unless told. */
  readonly latencyMs?: readonly [least: number, most: number];
  /** What was just made stays invisible for up to this long, as in AWS; 0 unless told. */
  readonly visibilityLagSeconds?: number;
  /** Most items on a page of a Describe call that pages; drawn from the seed (2 to 5) unless told. */
  readonly pageSize?: number;
  /**
   * What becomes of a command to a host that says what no command may say. `refuse`, unless told: it fails, and so does
   * every later call, and `dispose`. `note`: it goes on, and stands in `discretion.lapses`.
   */
  readonly indiscretion?: 'refuse' | 'note';
}

const KEY_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Simulated AWS accounts with one clock, one seed, one list of faults. Several worlds live in one process. */
export class SimulatedWorld {
  readonly clock: WorldClock;
  readonly random: Random;
  readonly faults: Faults;
  readonly calls = new CallLog();
  /** What no command to a host may say, and which ones did. */
  readonly discretion: Discretion;
  readonly agenda = new Agenda();
  /** What flows to and from instances, and whether a change of groups cut it. */
  readonly connections = new Connections(this);
  readonly latencyMs: readonly [number, number];
  readonly visibilityLagSeconds: number;
  readonly pageSize: number;
  readonly #accounts = new Map<string, SimulatedAccount>();
  readonly #keys = new Set<string>();
  readonly #ids: Random;
  readonly #onDispose: (() => void | Promise<void>)[] = [];

  constructor(options: WorldOptions = {}) {
    this.random = new Random(`world-${options.seed ?? 0}`);
    this.#ids = this.random.fork('ids');
    this.clock = options.clock ?? new VirtualClock(options.start);
    this.faults = new Faults(this.random.fork('faults'));
    this.discretion = new Discretion(options.indiscretion ?? 'refuse');
    this.latencyMs = options.latencyMs ?? [20, 90];
    this.visibilityLagSeconds = options.visibilityLagSeconds ?? 0;
    this.pageSize = options.pageSize ?? this.random.fork('pages').integer(2, 5);
  }

  /** The account with these twelve digits, made when first asked for. */
  account(id: string): SimulatedAccount {
    const known = this.#accounts.get(id);
    if (known !== undefined) return known;
    const account = new SimulatedAccount(this, id);
    this.#accounts.set(id, account);
    return account;
  }

  accounts(): readonly SimulatedAccount[] {
    return [...this.#accounts.values()];
  }

  /** Virtual time; while the world settles what is due, the moment at which that happens. */
  now(): Date {
    const { momentMs } = this.agenda;
    return momentMs === undefined ? this.clock.now() : new Date(momentMs);
  }

  /** Lets the world do something by itself after a while. */
  later(ms: number, act: () => void): void {
    this.agenda.at(new Date(this.now().getTime() + ms), act);
  }

  /** Lets everything happen that is due by now. Done before every call. */
  settle(): void {
    this.agenda.settle(this.clock.now());
  }

  /** A new id in EC2's form: `vol-0` and 16 hex digits. */
  id(prefix: string): string {
    return `${prefix}-0${this.#ids.hex(16)}`;
  }

  /** A UUID, the same in every run with this seed. */
  uuid(): string {
    const digits = this.#ids.hex(32);
    return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
  }

  /** A principal's unique id: `AROA`, `AIDA` or `AIPA` and 17 characters. */
  principalId(prefix: 'AIDA' | 'AROA' | 'AIPA'): string {
    return `${prefix}${this.#ids.text(17, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
  }

  /** New access keys for a principal; with an expiration they are a session's. */
  issueKeys(principal: Principal, expiration?: Date): Credentials {
    const kind = expiration === undefined ? 'AKIA' : 'ASIA';
    const secrets = {
      accessKeyId: nextAccessKeyId(kind),
      secretAccessKey: this.#ids.text(40, KEY_CHARACTERS),
    };
    const session =
      expiration === undefined ? {} : { sessionToken: this.#ids.text(64, KEY_CHARACTERS), expiration };
    const key: AccessKey = { ...secrets, ...session, principal };
    rememberKey(this, key);
    this.#keys.add(key.accessKeyId);
    this.discretion.secret(`the secret key of ${key.accessKeyId}`, key.secretAccessKey);
    if (key.sessionToken !== undefined)
      this.discretion.secret(`the session token of ${key.accessKeyId}`, key.sessionToken);
    return { ...secrets, ...session };
  }

  /** Whose key it is, in this world. */
  principalOf(accessKeyId: string): Principal | undefined {
    const found = findKey(accessKeyId);
    return found?.world === this ? found.key.principal : undefined;
  }

  /** The real `awsEnvironment` over this world, for `runIncident` and the other hosts. */
  environment(options: WorldEnvironmentOptions): Promise<Environment> {
    return environmentOf(this, options);
  }

  /** Runs at `dispose`, last added first. */
  onDispose(end: () => void | Promise<void>): void {
    this.#onDispose.push(end);
  }

  /**
   * Forgets the world's keys and ends what it started; calls with its keys are refused from then on.
   *
   * @throws Indiscretion when a command has said what no command may say, and nobody has forgiven it
   */
  async dispose(): Promise<void> {
    for (const id of this.#keys) forgetKey(id);
    this.#keys.clear();
    for (const end of this.#onDispose.splice(0).reverse()) await end();
    const lapses = this.discretion.forgive();
    if (this.discretion.onLapse === 'refuse' && lapses.length > 0) throw new Indiscretion(lapses);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

/**
 * A world of simulated AWS accounts behind the real SDK clients, whose `send` is taken over for the whole process.
 *
 * @example
 * const world = createWorld({ seed: 1 });
 * const client = new EC2Client({ region: 'eu-west-1', credentials: world.account('111122223333').credentials() });
 */
export function createWorld(options: WorldOptions = {}): SimulatedWorld {
  installServices();
  return new SimulatedWorld(options);
}
