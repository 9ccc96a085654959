import type { Claims } from './claims.js';
import type { TaggedThing } from './tagged-things.js';
import type { Judged, Standing } from './thing.js';

/** AWS's clocks and ours differ by no more. */
const CLOCK_SKEW_MS = 60_000;

interface Verdict {
  readonly standing: Standing;
  readonly why: string;
  readonly adopt?: true;
}

const suspicious = (why: string): Verdict => ({ standing: 'suspicious', why });

/** Whether a volume's content is the incident's: made from a snapshot of its own, or its instance's root. */
function isOfIncident(
  { kind, madeFrom, attachedTo }: TaggedThing,
  { named }: Claims,
  instances: ReadonlySet<string>,
) {
  if (kind !== 'volume') return true;
  if (attachedTo !== undefined && (named.has(attachedTo) || instances.has(attachedTo))) return true;
  return madeFrom !== undefined && named.has(madeFrom);
}

/**
 * No entry names it: the process died between AWS's answer and its journal. It is the incident's all the same when it
 * carries the key of a step which had announced itself before it was made, and was made from what is the incident's.
 */
function unnamed(thing: TaggedThing, claims: Claims, instances: ReadonlySet<string>): Verdict {
  const intent = claims.intents.get(thing.stepKey ?? '');
  if (intent === undefined) return suspicious('no entry of the journal names it, and its key is no step’s');
  if (thing.madeAt !== undefined && thing.madeAt < intent.at - CLOCK_SKEW_MS)
    return suspicious(`it is older than the step ${intent.step} whose key it carries`);
  if (!isOfIncident(thing, claims, instances))
    return suspicious(
      `it was not made from anything of the incident, though it carries the key of ${intent.step}`,
    );
  return {
    standing: 'left-over',
    why: `made by ${intent.step}, which died before it wrote so down`,
    adopt: true,
  };
}

function verdictOf(thing: TaggedThing, claims: Claims | undefined, instances: ReadonlySet<string>): Verdict {
  if (claims === undefined) return suspicious('there is no such incident in this journal');
  const verdict = claims.named.has(thing.id)
    ? ({ standing: 'left-over', why: 'made for the examination' } as const)
    : unnamed(thing, claims, instances);
  if (verdict.standing !== 'left-over' || thing.lifetime === 'examination') return verdict;
  if (thing.lifetime === 'custody') return { standing: 'kept', why: 'evidence' };
  return suspicious('it does not say what it lives for');
}

/** Judges tagged things by the journals: a tag alone proves nothing, whoever may write tags could have everything deleted. */
export function judgeTagged(
  things: readonly TaggedThing[],
  claimsOf: (incidentId: string) => Claims | undefined,
): readonly Judged[] {
  const keyed = things.filter(
    ({ kind, stepKey, incident }) => kind === 'instance' && claimsOf(incident)?.intents.has(stepKey ?? ''),
  );
  const instances = new Set(keyed.map(({ id }) => id));
  return things.map((thing) => {
    const { kind, id, role, state } = thing;
    const verdict = verdictOf(thing, claimsOf(thing.incident), instances);
    return { kind, id, role, ...(state === undefined ? {} : { state }), ...verdict };
  });
}
