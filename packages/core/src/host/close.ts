import type { Engagement } from '../engine/engagement.js';
import type { JournalProvider, Outcome } from '../engine/entry.js';
import { settlementOf } from '../engine/incident-state.js';
import { suspectKey } from '../findings/incident-id.js';

/** A place outside of the journal that keeps its heads: a chain alone proves nothing to whoever can rewrite it. */
export interface Anchor {
  /** `kms`, `slack`, `execution`: for the journal. */
  readonly name: string;
  /** Publishes the heads; returns where they can be found. */
  publish(incidentId: string, heads: { readonly [ledger: string]: string }): Promise<string>;
}

/** Publishes the heads everywhere; an anchor that fails is a notice. */
export async function anchorHeads(engagement: Engagement, anchors: readonly Anchor[]): Promise<void> {
  for (const anchor of anchors) {
    const heads = engagement.journal.heads();
    try {
      const where = await anchor.publish(engagement.id, heads);
      await engagement.record('run', [
        { kind: 'anchor', body: { where: `${anchor.name}: ${where}`, heads } },
      ]);
    } catch (error) {
      engagement.throwIfBroken();
      const message = `${anchor.name}: ${error instanceof Error ? error.message : String(error)}`;
      await engagement.record('run', [{ kind: 'notice', body: { code: 'ANCHOR_FAILED', message } }]);
    }
  }
}

function isContained(engagement: Engagement): boolean {
  const contain = engagement.plan.steps.filter(({ step }) => step.phase === 'contain');
  return (
    contain.length > 0 &&
    contain.every(({ step }) => settlementOf(engagement.state.step(step.id))?.as === 'succeeded')
  );
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
  if (engagement.state.outcome === undefined) {
    await engagement.refresh();
    await anchorHeads(engagement, options.anchors ?? []);
    await engagement.record('run', [
      { kind: 'closed', body: { outcome, heads: engagement.journal.heads() } },
    ]);
  }
  if (!isContained(engagement))
    await options.journal.release(suspectKey(engagement.finding.suspect), engagement.id);
}
