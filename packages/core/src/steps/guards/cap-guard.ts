import { type Duration, milliseconds } from '../../engine/duration.js';
import { defineGuard, type GuardContext } from '../../engine/guard.js';
import { asFailure } from '../calls/failures.js';
import { type Instance, instance } from '../facts.js';
import { type ApprovalOptions, ApprovalTicketSchema, approvalTicket, askForApproval } from './approval.js';
import { guardTimeout } from './approval-guard.js';
import type { PastContainment, PastContainments } from './past-containments.js';

export interface CapOptions {
  /** So many containments within the time are made without asking. */
  readonly most: number;
  readonly within: Duration;
  /** Containments of all hosts of this deployment: `containmentsInJournal(journal)`, for the store that they share. */
  readonly past: PastContainments;
  /** Over the cap a person is asked: no finding is dropped, or decoys would buy immunity. */
  readonly approval: ApprovalOptions;
}

/** A second containment of one image within this time is not a coincidence. */
const SAME_IMAGE_MS = 3_600_000;

/** What instances are made from together: when two of them are compromised, the image itself is suspect. */
export type Origin = Pick<Instance, 'autoScalingGroup' | 'launchTemplate'>;

interface CapQuestion {
  readonly at: Date;
  readonly most: number;
  readonly withinMs: number;
  readonly origin: Origin;
}

/** Why a person has to be asked; empty: nobody has. */
export function capReasons(past: readonly PastContainment[], question: CapQuestion): readonly string[] {
  const { at, most, withinMs, origin } = question;
  const after = (ms: number) => past.filter((one) => at.getTime() - Date.parse(one.at) < ms);
  const lately = after(withinMs).length;
  const twins = (['autoScalingGroup', 'launchTemplate'] as const).flatMap((kind) => {
    const name = origin[kind];
    const second = name !== undefined && after(SAME_IMAGE_MS).some((one) => one[kind] === name);
    return second ? [`a second instance of ${name} within an hour: the image itself is suspect`] : [];
  });
  return [...(lately >= most ? [`${lately} containments lately: the cap is ${most}`] : []), ...twins];
}

async function reasonsNow(
  ctx: GuardContext<unknown>,
  options: CapOptions,
  origin: Origin,
): Promise<readonly string[]> {
  const { most, within } = options;
  const at = ctx.now();
  const withinMs = milliseconds(within);
  const since = new Date(at.getTime() - Math.max(withinMs, SAME_IMAGE_MS));
  const { id: incidentId, openedAt } = ctx.incident;
  try {
    const all = await options.past({ since, incidentId, openedAt });
    const others = all.filter((one) => one.incidentId !== incidentId);
    return capReasons(others, { at, most, withinMs, origin });
  } catch (error) {
    // Neither dropped nor let through unseen: somebody looks.
    return [`earlier containments cannot be counted: ${asFailure(error).code}`];
  }
}

/** Asks a person when there have been many containments lately, or one in the same Auto Scaling group or template. */
export function capGuard(options: CapOptions) {
  const { approval } = options;
  return defineGuard({
    id: 'guard.cap',
    title: 'Asks a person when there have been many containments lately',
    onFailure: approval.onExpiry,
    wants: [instance],
    timeout: guardTimeout(approval.deadline),
    ticket: ApprovalTicketSchema,
    async check(ctx, facts, ticket) {
      if (ticket !== undefined) return askForApproval(ctx, ticket, approval);
      const reasons = await reasonsNow(ctx, options, facts.instance ?? {});
      if (reasons.length === 0) return ctx.allow(`under the cap of ${options.most}`);
      return askForApproval(ctx, approvalTicket(ctx, { step: 'guard.cap', reasons }, approval), approval);
    },
  });
}
