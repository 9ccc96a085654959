import type { Place, Reporter } from '../../engine/reporter.js';
import { AFTER_REFUSALS, FROM_INDICATOR, MISSING, REFUSED } from './login-rules.js';

/** A login, wherever it was written down. */
export interface LoginSeen {
  readonly user: string;
  readonly line: string;
  readonly host: string;
  readonly address: string;
  readonly atMs: number;
  readonly where: Place;
}

interface Refusals {
  count: number;
  firstMs: number;
  lastMs: number;
  readonly first: Place;
  last: Place;
  readonly users: Set<string>;
}

const MOST_LOGINS = 100_000;
const MOST_HOSTS = 20_000;
const MOST_USERS = 12;
/** Fewer is noise that every host on the internet has. */
const MIN_REFUSALS = 20;
const DAY_MS = 24 * 3_600_000;
/** lastlog and wtmp are written by the same login, one after the other. */
const SAME_MS = 10_000;
/** What is written for sessions without a terminal differs between distributions. */
const TERMINAL = /^(?:pts\/\d+|tty\d+)$/;

/** What wtmp, btmp and lastlog say of logins, held against each other when all have been read. */
export class LoginBook {
  readonly #logins: LoginSeen[] = [];
  readonly #last: (LoginSeen & { readonly uid: number | undefined })[] = [];
  readonly #refused = new Map<string, Refusals>();

  constructor(private readonly reporter: Reporter) {}

  login(seen: LoginSeen): void {
    if (this.#logins.length < MOST_LOGINS) this.#logins.push(seen);
    else if (this.#logins.length === MOST_LOGINS)
      this.reporter.notice('TOO_MANY_LOGINS', `more than ${MOST_LOGINS} records of logins`, seen.where.path);
    const named = this.#isNamed(seen);
    if (!named) return;
    this.reporter.observe(FROM_INDICATOR, {
      title: `${seen.user} logged in on ${seen.line} from ${seen.host || seen.address}, which the finding names`,
      entity: `user:${seen.user}`,
      atMs: seen.atMs,
      where: [seen.where],
      confidence: 0.95,
    });
  }

  /** The last login of an account. */
  last(seen: LoginSeen, uid: number | undefined): void {
    if (this.#last.length < MOST_LOGINS) this.#last.push({ ...seen, uid });
  }

  refused({ host, address, user, atMs, where }: LoginSeen): void {
    const from = address || host;
    const known = this.#refused.get(from);
    if (known === undefined) {
      if (from === '' || this.#refused.size >= MOST_HOSTS) return;
      const users = new Set([user]);
      this.#refused.set(from, { count: 1, firstMs: atMs, lastMs: atMs, first: where, last: where, users });
      return;
    }
    known.count += 1;
    known.firstMs = Math.min(known.firstMs, atMs);
    if (atMs >= known.lastMs) {
      known.lastMs = atMs;
      known.last = where;
    }
    if (known.users.size < MOST_USERS) known.users.add(user);
  }

  finish(): void {
    for (const [from, refusals] of this.#refused)
      if (refusals.count >= MIN_REFUSALS) this.#tellRefusals(from, refusals);
    this.#tellMissing();
  }

  #isNamed({ address, host }: Pick<LoginSeen, 'address' | 'host'>): boolean {
    const { addresses } = this.reporter.context.indicators;
    return addresses.includes(address) || addresses.includes(host);
  }

  #tellRefusals(from: string, refusals: Refusals): void {
    const { count, firstMs, lastMs, first, last, users } = refusals;
    const success = this.#logins.find(
      ({ address, host, atMs }) =>
        (address === from || host === from) && atMs >= firstMs && atMs <= lastMs + DAY_MS,
    );
    const named = this.#isNamed({ address: from, host: from });
    const reasons = [
      `from ${new Date(firstMs).toISOString()} to ${new Date(lastMs).toISOString()}`,
      `as ${[...users].join(', ')}`,
    ];
    this.reporter.observe(REFUSED, {
      title: `${from} was refused ${count} times`,
      severity: named || success !== undefined ? 'high' : 'low',
      entity: `ip:${from}`,
      atMs: firstMs,
      where: [first, last],
      confidence: 0.9,
      reasons,
    });
    if (success === undefined) return;
    this.reporter.observe(AFTER_REFUSALS, {
      title: `${success.user} logged in from ${from}, which had been refused ${count} times`,
      entity: `user:${success.user}`,
      atMs: success.atMs,
      where: [success.where, last],
      confidence: 0.9,
      reasons,
    });
  }

  /** Whoever cleans wtmp often forgets lastlog. */
  #tellMissing(): void {
    const times = this.#logins.map(({ atMs }) => atMs).sort((a, b) => a - b);
    const [first, newest] = [times[0], times.at(-1)];
    if (first === undefined || newest === undefined) return;
    for (const seen of this.#last) {
      const covered = seen.atMs > first + SAME_MS && seen.atMs < newest - SAME_MS;
      if (!covered || !TERMINAL.test(seen.line) || hasNear(times, seen.atMs)) continue;
      const who = seen.uid === undefined ? seen.user : `uid ${seen.uid}`;
      this.reporter.observe(MISSING, {
        title: `The last login of ${who}, on ${seen.line} from ${seen.host || 'the console'}, is not in wtmp`,
        severity: this.#isNamed(seen) ? 'high' : 'medium',
        entity: `user:${who}`,
        atMs: seen.atMs,
        where: [seen.where],
        confidence: 0.7,
        reasons: ['wtmp has logins before it and after it', 'tools that hide logins take records out'],
      });
    }
  }
}

/** Whether a sorted list has a time close to that one. */
function hasNear(times: readonly number[], atMs: number): boolean {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < atMs - SAME_MS) low = middle + 1;
    else high = middle;
  }
  return (times[low] ?? Number.POSITIVE_INFINITY) <= atMs + SAME_MS;
}
