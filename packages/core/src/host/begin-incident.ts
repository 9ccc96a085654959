import { compileOrThrow, plannedSteps } from '../engine/compile.js';
import { JournalConflict, type JournalProvider, type PlannedStep } from '../engine/entry.js';
import type { Environment } from '../engine/environment.js';
import type { Finding } from '../engine/finding.js';
import type { AnyPipeline } from '../engine/pipeline.js';
import { assertFinding } from '../findings/assert-finding.js';
import { incidentIdFor, suspectKey } from '../findings/incident-id.js';
import { shareJournal } from '../journal/journal.js';
import { decideRun, entriesIn, type RunDecision } from './decide-run.js';
import { join } from './open.js';

export interface BeginOptions {
  readonly journal: JournalProvider;
  readonly environment: Pick<Environment, 'clock'>;
  /** How many runs one engagement may have, where each ended without containment; default 3. */
  readonly most?: number;
}

/** A pipeline as `opened` keeps it: data, without the code of its steps. */
export interface PlannedPipeline {
  readonly pipeline: string;
  readonly plan: readonly PlannedStep[];
}

/**
 * What begins incidents needs no more of a pipeline than this: a trigger made of it loads no step.
 *
 * @throws PipelineError when the pipeline does not hold together
 */
export function plannedPipeline(pipeline: AnyPipeline): PlannedPipeline {
  const plan = compileOrThrow(pipeline);
  return { pipeline: plan.pipeline, plan: plannedSteps(plan) };
}

async function open(
  pipeline: AnyPipeline | PlannedPipeline,
  finding: Finding,
  options: BeginOptions & { readonly incidentId: string },
): Promise<void> {
  const planned = 'plan' in pipeline ? pipeline : plannedPipeline(pipeline);
  const { incidentId } = options;
  const journal = await shareJournal(options.journal, incidentId, options.environment.clock);
  try {
    if (journal.entries.length > 0) return;
    const body = { incidentId, finding, ...planned };
    await journal.append('run', [{ kind: 'opened', body }]);
  } catch (error) {
    // Somebody else has begun it in this moment: his is as good.
    if (!(error instanceof JournalConflict)) throw error;
  } finally {
    await journal.close();
  }
}

async function decide(finding: Finding, { journal, environment, most }: BeginOptions) {
  assertFinding(finding);
  const candidate = incidentIdFor(finding, environment.clock.now());
  const holder = await journal.lease(suspectKey(finding.suspect), candidate);
  const entriesOf = entriesIn(journal);
  const decision = await decideRun(holder, { entriesOf, ...(most === undefined ? {} : { most }) });
  return { holder, decision };
}

/** A release gives the lease back as its last act: where it is held still, it died before that. */
async function decideOnce(finding: Finding, options: BeginOptions): Promise<RunDecision> {
  const { holder, decision } = await decide(finding, options);
  if (decision.do === 'start' || decision.because !== 'released') return decision;
  await options.journal.release(suspectKey(finding.suspect), holder);
  return (await decide(finding, options)).decision;
}

/**
 * Begins the journal of an incident for workers that come later, when there is none for this suspect; else the finding
 * joins the one that there is. Whoever dies within it may do it again.
 *
 * @returns what `decideRun` says. `start`: the journal is begun. `open`: it was; whether somebody drives it is not known.
 * @throws PipelineError when the pipeline does not hold together
 */
export async function beginIncident(
  pipeline: AnyPipeline | PlannedPipeline,
  finding: Finding,
  options: BeginOptions,
): Promise<RunDecision> {
  const decision = await decideOnce(finding, options);
  if (decision.do === 'start') await open(pipeline, finding, { ...options, incidentId: decision.incidentId });
  // The first finding is in `opened`; where two triggers raced, one of the two is not.
  if ('incidentId' in decision) await join(finding, decision.incidentId, options);
  return decision;
}
