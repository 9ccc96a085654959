import * as v from 'valibot';
import type { SuspectContext } from '../../engine/context.js';
import { StepFailure } from '../../engine/failure.js';
import { asFailure } from '../calls/failures.js';

/** In this order: from here on each part takes away what the next no longer needs. */
export const SEAL_PARTS = ['sessions', 'role', 'profile', 'network', 'metadata'] as const;
export type SealPart = (typeof SEAL_PARTS)[number];

/** What a seal under way has done and has still to do. */
export const SealTicketSchema = v.object({
  left: v.array(v.picklist(SEAL_PARTS)),
  failed: v.array(
    v.object({
      part: v.picklist(SEAL_PARTS),
      code: v.string(),
      message: v.string(),
      kind: v.picklist(['permanent', 'passing']),
    }),
  ),
  /** How often all that was left has been tried. */
  rounds: v.number(),
  profileReplaced: v.boolean(),
  ssmCut: v.boolean(),
});
export type SealTicket = v.InferOutput<typeof SealTicketSchema>;

export const ALL_PARTS: SealTicket = {
  left: [...SEAL_PARTS],
  failed: [],
  rounds: 0,
  profileReplaced: false,
  ssmCut: false,
};

/** What a part has found out; the rest of the ticket stays. */
export type PartResult = Partial<Pick<SealTicket, 'profileReplaced' | 'ssmCut'>>;

/** A part takes half a minute where AWS shows late what was done. */
const LONGEST_PART_MS = 35_000;

export function hasTimeForPart(ctx: SuspectContext): boolean {
  return ctx.deadline.getTime() - ctx.now().getTime() >= LONGEST_PART_MS;
}

function failedPart(part: SealPart, error: unknown): SealTicket['failed'][number] {
  const { kind, code, message } = asFailure(error);
  return { part, code, message, kind: kind === 'permanent' ? 'permanent' : 'passing' };
}

/**
 * Does as many parts as this call has time for, at least one. A part that fails holds up no other: they matter all the
 * more.
 */
export async function doParts(
  ctx: SuspectContext,
  ticket: SealTicket,
  work: (part: SealPart) => Promise<PartResult>,
): Promise<SealTicket> {
  let now = ticket;
  for (const part of ticket.left) {
    const left = now.left.filter((one) => one !== part);
    try {
      now = { ...now, left, ...(await work(part)) };
    } catch (error) {
      if (ctx.signal.aborted) throw error;
      now = { ...now, left, failed: [...now.failed, failedPart(part, error)] };
    }
    if (!hasTimeForPart(ctx)) break;
  }
  return now;
}

const ROUNDS = 6;
const FIRST_PAUSE_SECONDS = 2;

/**
 * What has failed is tried again, when it may pass.
 *
 * @throws StepFailure the first failure, when trying again is of no use
 */
export function nextRound({ failed, rounds, ...ticket }: SealTicket) {
  const first = failed.find(({ kind }) => kind === 'passing');
  const worst = first ?? failed[0];
  if (worst !== undefined && (first === undefined || rounds + 1 >= ROUNDS))
    throw StepFailure.permanent(worst.code, `${worst.part}: ${worst.message}`);
  const again = SEAL_PARTS.filter((part) => failed.some((one) => one.part === part));
  return {
    ticket: { ...ticket, left: again, failed: [], rounds: rounds + 1 },
    after: { seconds: FIRST_PAUSE_SECONDS * 2 ** rounds },
  };
}
