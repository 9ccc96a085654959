import type { Effect } from './context.js';
import { milliseconds } from './duration.js';
import type { Engagement } from './engagement.js';
import type { Entry } from './entry.js';
import { StepFailure } from './failure.js';
import type { JsonValue } from './json.js';
import type { Step } from './step.js';

type EffectEntry = Entry & { readonly kind: 'effect' };

/** What is on record of it since the step was last taken up again: what was made before belongs to the failure. */
function lastOf(engagement: Engagement, ledger: string, name: string): EffectEntry | undefined {
  const last = engagement.journal.entries.findLast(
    (entry) =>
      entry.ledger === ledger &&
      (entry.kind === 'reopened' || (entry.kind === 'effect' && entry.body.name === name)),
  );
  return last?.kind === 'effect' ? last : undefined;
}

/** From when on a `find` that sees nothing after this announcement is right. */
function trustedFrom(begun: EffectEntry, step: Step): number {
  return Date.parse(begun.at) + milliseconds(step.callTimeout) + milliseconds(step.visibleWithin);
}

/** See `BaseContext.makeOnce`. */
export async function makeOnce<Result extends JsonValue>(
  engagement: Engagement,
  step: Step,
  { name, effect }: { readonly name: string; readonly effect: Effect<Result> },
): Promise<Result | undefined> {
  const recorder = engagement.recorder(step.id);
  const say = (is: 'begun' | 'made' | 'not-made', result?: Result) =>
    recorder.writeAlone({ kind: 'effect', body: { name, is, ...(result === undefined ? {} : { result }) } });
  const recorded = () => lastOf(engagement, engagement.prefix + step.id, name);
  const last = recorded();
  // What this step has recorded is of its own type: the same code wrote it, or its version differs and nothing is read.
  if (last?.body.is === 'made') return last.body.result as Result;
  if (last?.body.is === 'begun') {
    const askedAt = engagement.now().getTime();
    const found = await effect.find();
    if (found !== null) await say('made', found);
    if (found !== null) return found;
    if (askedAt < trustedFrom(last, step)) return undefined;
    // Work that a failed call has left behind, or that runs beside this, has announced it meanwhile: find saw too little.
    if (recorded()?.hash !== last.hash) return undefined;
  }
  await say('begun');
  try {
    const made = await effect.make();
    await say('made', made);
    return made;
  } catch (error) {
    const certain = error instanceof StepFailure && error.kind !== 'ambiguous' && error.code !== 'ABORTED';
    if (certain) await say('not-made');
    throw error;
  }
}
