import { type Duration, milliseconds } from '../../engine/duration.js';
import type { Suspect } from '../../engine/finding.js';
import { defineGuard } from '../../engine/guard.js';
import { instance } from '../facts.js';
import { type ApprovalOptions, ApprovalTicket, approvalTicket, askForApproval } from './approval.js';
import { guardTimeout } from './approval-guard.js';

/** A containment that has happened, as the shared store keeps it. */
export interface PastContainment {
  readonly incidentId: string;
  readonly suspect: Suspect;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly autoScalingGroup?: string;
}

export interface CapOptions {
  /** So many containments within the time are made without asking. */
  readonly most: number;
  readonly within: Duration;
  /** Containments of all hosts of this deployment since then. From a store that they share. */
  readonly past: (since: Date) => Promise<readonly PastContainment[]>;
  /** Over the cap a person is asked: no finding is dropped, or decoys would buy immunity. */
  readonly approval: ApprovalOptions;
}

const ONE_GROUP_MS = 3_600_000;

/** Why a person has to be asked; empty: nobody has. */
export function capReasons(
  past: readonly PastContainment[],
  now: { readonly at: Date; readonly most: number; readonly autoScalingGroup: string | undefined },
): readonly string[] {
  const reasons: string[] = [];
  if (past.length >= now.most) reasons.push(`${past.length} containments lately: the cap is ${now.most}`);
  const sameGroup = past.filter(
    ({ autoScalingGroup: group, at }) =>
      group !== undefined &&
      group === now.autoScalingGroup &&
      now.at.getTime() - Date.parse(at) < ONE_GROUP_MS,
  );
  if (sameGroup.length > 0)
    reasons.push(`a second instance of ${now.autoScalingGroup} within an hour: the image itself is suspect`);
  return reasons;
}

/** Asks a person when there have been many containments lately, or one in the same Auto Scaling group. */
export function capGuard(options: CapOptions) {
  const { approval, most, within } = options;
  return defineGuard({
    id: 'guard.cap',
    title: 'Asks a person when there have been many containments lately',
    onFailure: approval.onExpiry,
    wants: [instance],
    timeout: guardTimeout(approval.deadline),
    ticket: ApprovalTicket,
    async check(ctx, facts, ticket) {
      if (ticket !== undefined) return askForApproval(ctx, ticket, approval);
      const at = ctx.now();
      const all = await options.past(new Date(at.getTime() - milliseconds(within)));
      const past = all.filter(({ incidentId }) => incidentId !== ctx.incident.id);
      const reasons = capReasons(past, { at, most, autoScalingGroup: facts.instance?.autoScalingGroup });
      if (reasons.length === 0) return ctx.allow(`${past.length} containments lately`);
      return askForApproval(ctx, approvalTicket(ctx, reasons, approval), approval);
    },
  });
}
