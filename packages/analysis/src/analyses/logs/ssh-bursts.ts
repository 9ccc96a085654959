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
  readonly first: Place;
  readonly last: Place;
}

/** As it grows: places are written over, or every attempt would leave one behind. */
interface GrowingBurst extends Burst {
  readonly first: MutablePlace;
  readonly last: MutablePlace;
}

interface MutablePlace {
  path: string;
  line: number;
}

/** One line that tells of attempts. Whoever hears of many may use one object again and again. */
export interface Attempt {
  readonly atMs: number;
  readonly kind: 'failed' | 'probe';
  /** Asked only while the burst still keeps names; no piece of a line. */
  user(): string;
  readonly path: string;
  /** 1-based. */
  readonly line: number;
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
  readonly #sources = new Map<string, GrowingBurst[]>();
  /** Addresses that came after the table was full. */
  overflow = 0;

  /** @param address - is kept: no piece of a line */
  add(address: string, attempt: Attempt): void {
    const bursts = this.#burstsOf(address);
    if (bursts === undefined) return;
    const burst = burstAt(bursts, attempt.atMs);
    if (burst !== undefined) {
      extend(burst, attempt);
      return;
    }
    bursts.unshift(newBurst(attempt));
    if (bursts.length > MAX_BURSTS) forgetSmallest(bursts);
  }

  /** Bursts of an address, oldest first; those of one attack that were read from two files are joined. */
  of(address: string): readonly Burst[] {
    const sorted = [...(this.#sources.get(address) ?? [])].sort((a, b) => a.firstMs - b.firstMs);
    const joined: GrowingBurst[] = [];
    for (const burst of sorted) {
      const before = joined.at(-1);
      if (before !== undefined && burst.firstMs <= before.lastMs + GAP_MS) join(before, burst);
      else joined.push(copyOf(burst));
    }
    return joined;
  }

  addresses(): readonly string[] {
    return [...this.#sources.keys()];
  }

  #burstsOf(address: string): GrowingBurst[] | undefined {
    const known = this.#sources.get(address);
    if (known !== undefined) return known;
    if (this.#sources.size >= MAX_SOURCES) {
      this.overflow += 1;
      return undefined;
    }
    const made: GrowingBurst[] = [];
    this.#sources.set(address, made);
    return made;
  }
}

function burstAt(bursts: readonly GrowingBurst[], atMs: number): GrowingBurst | undefined {
  for (const burst of bursts)
    if (atMs >= burst.firstMs - GAP_MS && atMs <= burst.lastMs + GAP_MS) return burst;
  return undefined;
}

function newBurst(attempt: Attempt): GrowingBurst {
  const { atMs, kind, path, line, times } = attempt;
  return {
    firstMs: atMs,
    lastMs: atMs,
    failed: kind === 'failed' ? times : 0,
    probes: kind === 'probe' ? times : 0,
    users: [attempt.user()],
    first: { path, line },
    last: { path, line },
  };
}

function copyOf(burst: GrowingBurst): GrowingBurst {
  return { ...burst, users: [...burst.users], first: { ...burst.first }, last: { ...burst.last } };
}

function extend(burst: GrowingBurst, attempt: Attempt): void {
  const { atMs, path, line } = attempt;
  if (attempt.kind === 'failed') burst.failed += attempt.times;
  else burst.probes += attempt.times;
  if (burst.users.length < MAX_USERS) addUser(burst, attempt.user());
  if (atMs < burst.firstMs) {
    burst.firstMs = atMs;
    lay(burst.first, path, line);
  }
  if (atMs >= burst.lastMs) {
    burst.lastMs = atMs;
    lay(burst.last, path, line);
  }
}

function lay(place: MutablePlace, path: string, line: number): void {
  place.path = path;
  place.line = line;
}

function join(into: GrowingBurst, other: GrowingBurst): void {
  into.failed += other.failed;
  into.probes += other.probes;
  for (const user of other.users) addUser(into, user);
  if (other.lastMs > into.lastMs) {
    into.lastMs = other.lastMs;
    lay(into.last, other.last.path, other.last.line);
  }
}

function addUser(burst: Burst, user: string): void {
  if (burst.users.length < MAX_USERS && !burst.users.includes(user)) burst.users.push(user);
}

/** Its own copy: a piece of a line would keep the whole line in memory. */
export function own(text: string): string {
  return Buffer.from(text).toString();
}

/** Never the first, which has only just begun; among equals the last, which is the oldest. */
function forgetSmallest(bursts: GrowingBurst[]): void {
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
