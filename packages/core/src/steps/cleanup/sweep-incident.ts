import { compileOrThrow } from '../../engine/compile.js';
import type { Outcome } from '../../engine/entry.js';
import { IncidentState } from '../../engine/incident-state.js';
import { assertOrdered, findingOf, type LaterRunOptions, laterRun } from '../../host/later-run.js';
import { openJournal } from '../../journal/journal.js';
import { claimsOf } from './claims.js';
import { sweepPipeline } from './sweep-steps.js';

export interface SweepRunOptions extends LaterRunOptions {
  readonly stagingBuckets: readonly string[];
}

/**
 * Deletes what one incident has left, in ledgers `sweep-N/...` of its journal, whether it was closed or its process died.
 * Takes the place of the host that drives it, so that nobody makes something meanwhile.
 *
 * @throws JournalInUse when a living process has the journal
 */
export async function sweepIncident(options: SweepRunOptions): Promise<Outcome> {
  assertOrdered(options);
  const { incidentId, stagingBuckets, approver, reason, environment } = options;
  const journal = await openJournal(options.journal, incidentId, environment.clock);
  try {
    const { entries } = journal;
    const finding = findingOf(entries, incidentId);
    const claims = claimsOf(incidentId, finding, entries);
    const plan = compileOrThrow(sweepPipeline({ claims, stagingBuckets }));
    const incident = { journal, finding, state: IncidentState.of(entries), plan: { ...plan, steps: [] } };
    const order = { kind: 'sweep', approver, reason, force: false } as const;
    return (await laterRun(incident, plan, { ...options, order })).outcome;
  } finally {
    await journal.close();
  }
}
