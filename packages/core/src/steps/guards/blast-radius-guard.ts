import type { SuspectContext } from '../../engine/context.js';
import { defineGuard } from '../../engine/guard.js';
import { asFailure } from '../calls/failures.js';
import { type Instance, instance } from '../facts.js';
import { type ApprovalOptions, ApprovalTicketSchema, approvalTicket, askForApproval } from './approval.js';
import { guardTimeout } from './approval-guard.js';
import { BLAST_RADIUS_ACTIONS, blastRadius } from './blast-radius.js';

export interface BlastRadiusOptions {
  /** What a hit counts as: contain all the same, leave it alone, or ask a person. */
  readonly onHit: 'allow' | 'refuse' | ApprovalOptions;
}

/** Where a person is asked anyway, they are asked too when nothing can be seen; else the failure counts as configured. */
async function hitsOrWhyNot(
  ctx: SuspectContext,
  seen: Instance | undefined,
  { asks }: { readonly asks: boolean },
): Promise<readonly string[]> {
  try {
    return await blastRadius(ctx, seen);
  } catch (error) {
    const failure = asFailure(error);
    if (!asks || failure.kind !== 'permanent') throw error;
    return [`whom else it would hit cannot be seen: ${failure.code}`];
  }
}

/**
 * Looks whom else a containment would hit: routers, cluster nodes, the last healthy target, shared volumes. Snapshots
 * and what else is harmless go on whatever it says.
 */
export function blastRadiusGuard({ onHit }: BlastRadiusOptions) {
  const fixed = onHit === 'allow' || onHit === 'refuse' ? onHit : undefined;
  const approval = onHit === 'allow' || onHit === 'refuse' ? undefined : onHit;
  return defineGuard({
    id: 'guard.blast-radius',
    title: 'Looks whom else a containment would hit',
    onFailure: fixed ?? approval?.onExpiry ?? 'refuse',
    wants: [instance],
    actions: { suspect: BLAST_RADIUS_ACTIONS },
    timeout: approval === undefined ? { seconds: 30 } : guardTimeout(approval.deadline),
    ticket: ApprovalTicketSchema,
    async check(ctx, facts, ticket) {
      if (ticket !== undefined && approval !== undefined) return askForApproval(ctx, ticket, approval);
      const hits = await hitsOrWhyNot(ctx, facts.instance, { asks: approval !== undefined });
      if (hits.length === 0) return ctx.allow('nobody else is known to depend on it');
      if (approval !== undefined) {
        const question = { step: 'guard.blast-radius', reasons: hits };
        return askForApproval(ctx, approvalTicket(ctx, question, approval), approval);
      }
      return fixed === 'allow' ? ctx.allow(hits.join('; ')) : ctx.refuse(hits.join('; '));
    },
  });
}
