import type { Engagement } from '../engine/engagement.js';
import { JournalConflict, type JournalProvider, type Outcome } from '../engine/entry.js';
import { settlementOf } from '../engine/incident-state.js';
import { suspectKey } from '../findings/incident-id.js';
import { type Anchor, anchorHeads } from './anchors.js';
import { firstRun } from './decide-run.js';
import { refuseOrders } from './orders.js';

function isContained(engagement: Engagement): boolean {
  const contain = engagement.plan.steps.filter(({ step }) => step.phase === 'contain');
  return (
    contain.length > 0 &&
    contain.every(({ step }) => settlementOf(engagement.state.step(step.id))?.as === 'succeeded')
  );
}

/** A finding that joined at this moment makes the journal refuse: it is read, and closed over. */
async function tryToClose(engagement: Engagement, outcome: Outcome): Promise<void> {
  await engagement.refresh();
  // Another worker was faster: after his closing entry nothing may be written.
  if (engagement.state.outcome !== undefined) return;
  await refuseOrders(engagement);
  try {
    await engagement.record('run', [
      { kind: 'closed', body: { outcome, heads: engagement.journal.heads() } },
    ]);
  } catch (error) {
    if (!(error instanceof JournalConflict)) throw error;
  }
}

/** Writes the closing entry, which quotes every ledger's last hash. */
export async function closeRun(
  engagement: Engagement,
  outcome: Outcome,
  anchors: readonly Anchor[] = [],
): Promise<void> {
  if (engagement.state.outcome === undefined) await anchorHeads(engagement, anchors, 'close');
  while (engagement.state.outcome === undefined) await tryToClose(engagement, outcome);
}

/**
 * Gives back the lease of an incident that is closed, unless its suspect is contained: a later finding must not save
 * the quarantine as the state to go back to.
 */
export async function giveLeaseBack(engagement: Engagement, journal: JournalProvider): Promise<void> {
  if (isContained(engagement)) return;
  for (const id of new Set([engagement.id, firstRun(engagement.id)]))
    await journal.release(suspectKey(engagement.finding.suspect), id);
}

/** Both, for hosts whose callers answer a failed containment with an incident of its own. */
export async function closeIncident(
  engagement: Engagement,
  outcome: Outcome,
  options: { readonly journal: JournalProvider; readonly anchors?: readonly Anchor[] },
): Promise<void> {
  await closeRun(engagement, outcome, options.anchors);
  await giveLeaseBack(engagement, options.journal);
}
