import type { Place } from '../../engine/reporter.js';
import type { TrailCall } from '../../parsers/trail-file.js';

/** What one address did as one principal. */
export interface Caller {
  readonly principal: string;
  readonly source: string;
  /** As it called itself first. */
  readonly agent: string;
  count: number;
  refused: number;
  /** Calls that did more than read, and were not refused. */
  changed: number;
  firstMs: number;
  lastMs: number;
  first: Place;
  last: Place;
  /** How often each call, of the kinds that were seen first. */
  readonly calls: Map<string, number>;
}

const MOST_CALLERS = 5_000;
const MOST_CALLS = 200;

/** Calls by principal and address, in bounded memory. */
export class Callers {
  readonly #known = new Map<string, Caller>();
  /** Calls of callers for whom there was no room. */
  dropped = 0;

  add(call: TrailCall, where: Place): void {
    const key = JSON.stringify([call.principal, call.source]);
    const known = this.#known.get(key);
    if (known === undefined && this.#known.size >= MOST_CALLERS) {
      this.dropped += 1;
      return;
    }
    const caller = known ?? begun(call, where);
    this.#known.set(key, caller);
    count(caller, call, where);
  }

  all(): readonly Caller[] {
    return [...this.#known.values()];
  }
}

function begun({ principal, source, agent, atMs }: TrailCall, where: Place): Caller {
  const tally = { count: 0, refused: 0, changed: 0, calls: new Map<string, number>() };
  return { principal, source, agent, ...tally, firstMs: atMs, lastMs: atMs, first: where, last: where };
}

function count(caller: Caller, { atMs, call, error, isReading }: TrailCall, where: Place): void {
  caller.count += 1;
  if (error !== undefined) caller.refused += 1;
  else if (!isReading) caller.changed += 1;
  if (atMs < caller.firstMs) {
    caller.firstMs = atMs;
    caller.first = where;
  }
  if (atMs >= caller.lastMs) {
    caller.lastMs = atMs;
    caller.last = where;
  }
  const times = caller.calls.get(call);
  if (times !== undefined || caller.calls.size < MOST_CALLS) caller.calls.set(call, (times ?? 0) + 1);
}
