import type { Place } from '../../engine/reporter.js';

/** Attempts of one address that follow each other closely. */
export interface Burst {
  firstMs: number;
  lastMs: number;
  /** Failed authentications. */
  failed: number;
  /** Attempts as users that do not exist, or that were given up. */
  probes: number;
  /** Some of the names that were tried. */
  readonly users: string[];
  first: Place;
  last: Place;
}

export interface Attempt {
  readonly atMs: number;
  readonly kind: 'failed' | 'probe';
  /** Asked only while the burst still keeps names. */
  readonly user: () => string;
  readonly where: Place;
  readonly times: number;
}

const GAP_MS = 15 * 60_000;
const MAX_SOURCES = 50_000;
const MAX_BURSTS = 6;
const MAX_USERS = 12;

/**
 * Attempts by address, as bursts: memory is bounded by the number of addresses, not of attempts, and the
 * order in which rotated files are read does not matter.
 */
export class SshBursts {
  readonly #sources = new Map<string, Burst[]>();
  /** Addresses that came after the table was full. */
  overflow = 0;

  add(address: string, attempt: Attempt): void {
    const bursts = this.#burstsOf(address);
    if (bursts === undefined) return;
    const burst = bursts.find(
      ({ firstMs, lastMs }) => attempt.atMs >= firstMs - GAP_MS && attempt.atMs <= lastMs + GAP_MS,
    );
    if (burst !== undefined) extend(burst, attempt);
    else {
      bursts.unshift(newBurst(attempt));
      if (bursts.length > MAX_BURSTS) forgetSmallest(bursts);
    }
  }

  /** Bursts of an address, oldest first; those of one attack that were read from two files are joined. */
  of(address: string): readonly Burst[] {
    const sorted = [...(this.#sources.get(address) ?? [])].sort((a, b) => a.firstMs - b.firstMs);
    const joined: Burst[] = [];
    for (const burst of sorted) {
      const before = joined.at(-1);
      if (before !== undefined && burst.firstMs <= before.lastMs + GAP_MS) join(before, burst);
      else joined.push({ ...burst, users: [...burst.users] });
    }
    return joined;
  }

  addresses(): readonly string[] {
    return [...this.#sources.keys()];
  }

  #burstsOf(address: string): Burst[] | undefined {
    const known = this.#sources.get(address);
    if (known !== undefined) return known;
    if (this.#sources.size >= MAX_SOURCES) {
      this.overflow += 1;
      return undefined;
    }
    const made: Burst[] = [];
    this.#sources.set(own(address), made);
    return made;
  }
}

function newBurst({ atMs, kind, user, where, times }: Attempt): Burst {
  return {
    firstMs: atMs,
    lastMs: atMs,
    failed: kind === 'failed' ? times : 0,
    probes: kind === 'probe' ? times : 0,
    users: [own(user())],
    first: where,
    last: where,
  };
}

function extend(burst: Burst, { atMs, kind, user, where, times }: Attempt): void {
  if (kind === 'failed') burst.failed += times;
  else burst.probes += times;
  if (burst.users.length < MAX_USERS) addUser(burst, user());
  if (atMs < burst.firstMs) {
    burst.firstMs = atMs;
    burst.first = where;
  }
  if (atMs >= burst.lastMs) {
    burst.lastMs = atMs;
    burst.last = where;
  }
}

function join(into: Burst, other: Burst): void {
  into.failed += other.failed;
  into.probes += other.probes;
  for (const user of other.users) addUser(into, user);
  if (other.lastMs > into.lastMs) {
    into.lastMs = other.lastMs;
    into.last = other.last;
  }
}

function addUser(burst: Burst, user: string): void {
  if (burst.users.length < MAX_USERS && !burst.users.includes(user)) burst.users.push(own(user));
}

/** Its own copy: a piece of a line would keep the whole line in memory. */
export function own(text: string): string {
  return Buffer.from(text).toString();
}

/** Never the first, which has only just begun; among equals the last, which is the oldest. */
function forgetSmallest(bursts: Burst[]): void {
  let smallest = bursts.length - 1;
  for (let at = smallest; at > 0; at -= 1) {
    if (size(bursts[at]) < size(bursts[smallest])) smallest = at;
  }
  bursts.splice(smallest, 1);
}

function size(burst: Burst | undefined): number {
  return burst === undefined ? 0 : attempts(burst);
}

/** A user that does not exist is told twice, once as a probe, once as a failure. */
export function attempts(burst: Burst): number {
  return Math.max(burst.failed, burst.probes);
}
