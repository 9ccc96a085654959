import type { Engagement } from '../engine/engagement.js';
import type { AnchorMoment } from '../engine/entry.js';
import { settlementOf } from '../engine/incident-state.js';

/** A place outside of the journal that keeps its heads: a chain alone proves nothing to whoever can rewrite it. */
export interface Anchor {
  /** `kms`, `slack`, `execution`: for the journal. */
  readonly name: string;
  /** Publishes the heads; returns where they can be found. */
  publish(incidentId: string, heads: { readonly [ledger: string]: string }): Promise<string>;
}

function isAnchored(engagement: Engagement, moment: AnchorMoment): boolean {
  return engagement.journal.entries.some((entry) => entry.kind === 'anchor' && entry.body.moment === moment);
}

/** Publishes the heads everywhere, once per moment; an anchor that fails is a notice. */
export async function anchorHeads(
  engagement: Engagement,
  anchors: readonly Anchor[],
  moment: AnchorMoment,
): Promise<void> {
  if (isAnchored(engagement, moment)) return;
  for (const anchor of anchors) {
    const heads = engagement.journal.heads();
    try {
      const where = `${anchor.name}: ${await anchor.publish(engagement.id, heads)}`;
      await engagement.record('run', [{ kind: 'anchor', body: { moment, where, heads } }]);
    } catch (error) {
      engagement.throwIfBroken();
      const message = `${anchor.name}: ${error instanceof Error ? error.message : String(error)}`;
      await engagement.record('run', [{ kind: 'notice', body: { code: 'ANCHOR_FAILED', message } }]);
    }
  }
}

function isOver(engagement: Engagement, phase: 'contain' | 'seal'): boolean {
  const steps = engagement.plan.steps.filter(({ step }) => step.phase === phase);
  return (
    steps.length > 0 && steps.every(({ step }) => settlementOf(engagement.state.step(step.id)) !== undefined)
  );
}

/** Anchors contain and seal when their last step has settled. */
export class PhaseAnchors {
  readonly #anchors: readonly Anchor[];
  readonly #done = new Set<AnchorMoment>();

  constructor(anchors: readonly Anchor[]) {
    this.#anchors = anchors;
  }

  async settle(engagement: Engagement): Promise<void> {
    if (this.#anchors.length === 0) return;
    for (const phase of ['contain', 'seal'] as const) {
      if (this.#done.has(phase) || !isOver(engagement, phase)) continue;
      this.#done.add(phase);
      await anchorHeads(engagement, this.#anchors, phase);
    }
  }
}
