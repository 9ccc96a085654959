import type { Entry } from '../engine/entry.js';
import type { IncidentRun } from './run-incident.js';

/** A run, as those hear it who tell of it. */
export interface WatchedRun extends Pick<IncidentRun, 'events'> {
  /** Other workers drive the incident, too: what they write comes as history. None of them has opened it. */
  readonly beside?: 'others';
}

/** Somebody who is told of a run: a notifier, metrics, spans. */
export interface WorkNotifier {
  attach(run: WatchedRun): void;
  /** Waits until everything is said, `within` at most. */
  flush?(within: { readonly seconds: number }): Promise<unknown>;
  /** The run is over for this process, which may live on: whatever is kept of it may go. */
  detach?(run: WatchedRun): void;
}

/** How long what is still to be said may hold up an invocation. */
const FLUSH = { seconds: 5 };

function safely(what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    process.emitWarning(`a notifier cannot ${what}: ${String(error)}`);
  }
}

/** One that cannot listen is left out. */
export function attachAll(notifiers: readonly WorkNotifier[], run: WatchedRun): void {
  for (const notifier of notifiers) safely('listen', () => notifier.attach(run));
}

/** Lets them say what they have to say, and forget the run. */
export async function dismissAll(notifiers: readonly WorkNotifier[], run: WatchedRun): Promise<void> {
  await Promise.allSettled(notifiers.map(async (notifier) => notifier.flush?.(FLUSH)));
  for (const notifier of notifiers) safely('let go', () => notifier.detach?.(run));
}

type Planned = readonly { readonly id: string; readonly phase: string }[];

/**
 * What begins with an entry of this worker's own: the incident, or a later phase of it. Of all workers one only has
 * written the first intent of the first step of a phase, so that one only tells what is to be told once; `plan` is that
 * of `opened`.
 */
export function beginsWith(entry: Entry, plan: Planned): 'incident' | 'phase' | undefined {
  if (entry.kind !== 'intent' || entry.attempt !== 1) return undefined;
  const own = plan.find(({ id }) => id === entry.ledger);
  if (own === undefined || plan.find(({ phase }) => phase === own.phase) !== own) return undefined;
  return own === plan[0] ? 'incident' : 'phase';
}
