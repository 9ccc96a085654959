import * as v from 'valibot';
import type { BaseContext, CanFinish, CanWait } from '../../engine/context.js';
import { StepFailure } from '../../engine/failure.js';
import { removeThings } from './remove-things.js';
import type { Judged } from './thing.js';

export const RoundTicket = v.object({
  round: v.number(),
  /** Ids that no entry named when they were found: from here on this one does. */
  adopted: v.array(v.string()),
});
export type RoundTicket = v.InferOutput<typeof RoundTicket>;

export const FIRST_ROUND: RoundTicket = { round: 0, adopted: [] };

type Context = BaseContext & CanFinish<readonly []> & CanWait<RoundTicket>;

/** Rounds of 15 s: an instance takes minutes to end, and its volumes and groups are only free after that. */
const ROUNDS = 60;

const nameOf = ({ kind, id }: Judged) => `${kind} ${id}`;

/**
 * Deletes what is left over, round by round, until nothing is. What stands in no entry is written down first, and deleted
 * in the next round: what a process deleted without a trace could never be explained.
 */
export async function deleteInRounds(
  ctx: Context,
  { round, adopted }: RoundTicket,
  look: () => Promise<readonly Judged[]>,
) {
  const left = (await look()).filter(({ standing }) => standing === 'left-over');
  if (left.length === 0) return ctx.done({});
  if (round >= ROUNDS)
    throw StepFailure.permanent(
      'NOT_CLEANED_UP',
      `these could not be deleted: ${left.map(nameOf).join(', ')}`,
    );
  const strange = left.filter(({ adopt, id }) => adopt === true && !adopted.includes(id));
  for (const thing of strange) ctx.notice('ADOPTED', `${nameOf(thing)}: ${thing.why}`);
  await removeThings(
    ctx,
    left.filter((thing) => !strange.includes(thing)),
  );
  const ticket = { round: round + 1, adopted: [...adopted, ...strange.map(({ id }) => id)] };
  return ctx.waiting(ticket, { seconds: strange.length === left.length ? 0 : 15 });
}
