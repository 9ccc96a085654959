import type { Engagement } from '../engine/engagement.js';
import { JournalConflict, type JournalProvider, type Outcome } from '../engine/entry.js';
import { settlementOf } from '../engine/incident-state.js';
import { suspectKey } from '../findings/incident-id.js';
import { type Anchor, anchorHeads } from './anchors.js';
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
  await refuseOrders(engagement);
  try {
    await engagement.record('run', [
      { kind: 'closed', body: { outcome, heads: engagement.journal.heads() } },
    ]);
  } catch (error) {
    if (!(error instanceof JournalConflict)) throw error;
  }
}

/**
 * Writes the closing entry, which quotes every ledger's last hash. While the suspect is contained the lease is kept:
 * a later finding must not save the quarantine as the state to go back to.
 */
export async function closeIncident(
  engagement: Engagement,
  outcome: Outcome,
  options: { readonly journal: JournalProvider; readonly anchors?: readonly Anchor[] },
): Promise<void> {
  if (engagement.state.outcome === undefined) await anchorHeads(engagement, options.anchors ?? [], 'close');
  while (engagement.state.outcome === undefined) await tryToClose(engagement, outcome);
  if (!isContained(engagement))
    await options.journal.release(suspectKey(engagement.finding.suspect), engagement.id);
}
