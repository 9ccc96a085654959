import type { StepSummary } from '../engine/context.js';
import type { Journal, Outcome } from '../engine/entry.js';
import { knownFacts } from '../engine/fact-values.js';
import { stepSummaries } from '../engine/incident-view.js';
import type { AnyPipeline } from '../engine/pipeline.js';
import { releasePlan } from '../engine/release-plan.js';
import { suspectKey } from '../findings/incident-id.js';
import { firstRun } from './decide-run.js';
import { type LaterRunOptions, LaterRunRefused, laterRun, withClosedIncident } from './later-run.js';

export interface ReleaseOptions extends LaterRunOptions {
  /** Goes on although high or critical observations are on record. */
  readonly force?: boolean;
}

export interface ReleaseResult {
  readonly incidentId: string;
  readonly outcome: Outcome;
  readonly steps: readonly StepSummary[];
  /** What is not as it was before, sentence by sentence. */
  readonly notRestored: readonly string[];
}

function assertNothingSpeaksAgainst(journal: Journal, options: ReleaseOptions): void {
  if (options.force === true) return;
  const severe = journal.entries
    .flatMap((entry) => (entry.kind === 'observations' ? entry.body.observations : []))
    .filter(({ severity }) => severity === 'high' || severity === 'critical');
  if (severe.length === 0) return;
  throw new LaterRunRefused(
    'RELEASE_CONFLICT',
    `${severe.length} high or critical observations are on record (the first: ${severe[0]?.rule}): release with force when that is what you want`,
  );
}

/**
 * Lets the suspect out again: runs every containment step's `undo`, last first, in ledgers of its own.
 *
 * @throws LaterRunRefused when the incident is open, or its observations speak against it and `force` is not given
 */
export function releaseIncident(pipeline: AnyPipeline, options: ReleaseOptions): Promise<ReleaseResult> {
  return withClosedIncident(pipeline, options, async (incident) => {
    assertNothingSpeaksAgainst(incident.journal, options);
    const { approver, reason, force = false } = options;
    const plan = releasePlan(incident.plan, incident.state);
    const order = { kind: 'release', approver, reason, force } as const;
    const { engagement, outcome } = await laterRun(incident, plan, { ...options, order });
    if (outcome === 'complete')
      for (const id of new Set([options.incidentId, firstRun(options.incidentId)]))
        await options.journal.release(suspectKey(incident.finding.suspect), id);
    const undone = [...knownFacts(engagement)].filter(([name]) => name.startsWith('undone.'));
    return {
      incidentId: options.incidentId,
      outcome,
      steps: stepSummaries(engagement),
      notRestored: undone.flatMap(([, value]) => (Array.isArray(value) ? value.map(String) : [])),
    };
  });
}
