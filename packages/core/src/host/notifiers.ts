import type { IncidentRun } from './run-incident.js';

/** Somebody who is told of a run: a notifier, metrics, spans. */
export interface WorkNotifier {
  attach(run: Pick<IncidentRun, 'events'>): void;
  /** Waits until everything is said, `within` at most. */
  flush?(within: { readonly seconds: number }): Promise<unknown>;
}

/** How long what is still to be said may hold up an invocation. */
const FLUSH = { seconds: 5 };

/** One that cannot listen is left out. */
export function attachAll(notifiers: readonly WorkNotifier[], run: Pick<IncidentRun, 'events'>): void {
  for (const notifier of notifiers) {
    try {
      notifier.attach(run);
    } catch (error) {
      process.emitWarning(`a notifier cannot listen: ${String(error)}`);
    }
  }
}

export async function flushAll(notifiers: readonly WorkNotifier[] = []): Promise<void> {
  await Promise.allSettled(notifiers.map(async (notifier) => notifier.flush?.(FLUSH)));
}
