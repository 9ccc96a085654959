import type { Account } from '../engine/account.js';
import type { Engagement } from '../engine/engagement.js';
import type { AnchorMoment, HeadsSignature } from '../engine/entry.js';
import { settlementOf } from '../engine/incident-state.js';

/** A place outside of the journal that keeps its heads: a chain alone proves nothing to whoever can rewrite it. */
export interface Anchor {
  /** `kms`, `slack`, `execution`: for the journal. */
  readonly name: string;
  /** Publishes the heads; returns where they can be found, or who has signed them. */
  publish(
    incidentId: string,
    heads: { readonly [ledger: string]: string },
    context: AnchorContext,
  ): Promise<string | SignedHeads>;
}

export interface AnchorContext {
  readonly moment: AnchorMoment;
  readonly securityAccount: Account;
}

export interface SignedHeads {
  /** The key. */
  readonly where: string;
  readonly signature: HeadsSignature;
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
      const context = { moment, securityAccount: engagement.account('security') };
      const published = await anchor.publish(engagement.id, heads, context);
      const { where, ...signed } = typeof published === 'string' ? { where: published } : published;
      const body = { moment, where: `${anchor.name}: ${where}`, heads, ...signed };
      await engagement.record('run', [{ kind: 'anchor', body }]);
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

  /** Whether something was published: steps may have settled meanwhile. */
  async settle(engagement: Engagement): Promise<boolean> {
    if (this.#anchors.length === 0) return false;
    const over = (['contain', 'seal'] as const).filter(
      (phase) => !this.#done.has(phase) && isOver(engagement, phase),
    );
    for (const phase of over) {
      this.#done.add(phase);
      await anchorHeads(engagement, this.#anchors, phase);
    }
    return over.length > 0;
  }
}
