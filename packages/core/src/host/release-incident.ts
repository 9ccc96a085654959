import { EventEmitter } from 'eventemitter3';
import { compileOrThrow, type Plan, plannedSteps } from '../engine/compile.js';
import type { StepSummary } from '../engine/context.js';
import { Engagement } from '../engine/engagement.js';
import type { Entry, Journal, JournalProvider, Outcome, ReleaseOrder } from '../engine/entry.js';
import type { Environment } from '../engine/environment.js';
import type { IncidentEvents } from '../engine/events.js';
import { knownFacts } from '../engine/fact-values.js';
import type { Finding } from '../engine/finding.js';
import { IncidentState } from '../engine/incident-state.js';
import { stepSummaries } from '../engine/incident-view.js';
import type { AnyPipeline } from '../engine/pipeline.js';
import { releasePlan } from '../engine/release-plan.js';
import { suspectKey } from '../findings/incident-id.js';
import { openJournal } from '../journal/journal.js';
import { drive } from './drive.js';

export interface ReleaseOptions {
  readonly journal: JournalProvider;
  readonly environment: Environment;
  readonly incidentId: string;
  /** Who answers for it, and why: both stand in the journal. */
  readonly approver: string;
  readonly reason: string;
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

/** Why a release was not begun. Nothing was changed. */
export class ReleaseRefused extends Error {
  override readonly name = 'ReleaseRefused';

  constructor(
    readonly code: 'NOT_CLOSED' | 'NO_INCIDENT' | 'RELEASE_CONFLICT' | 'NO_REASON',
    message: string,
  ) {
    super(message);
  }
}

interface Original {
  readonly plan: Plan;
  readonly finding: Finding;
}

function findingOf(entries: readonly Entry[], incidentId: string): Finding {
  const opened = entries.find((entry) => entry.ledger === 'run' && entry.kind === 'opened');
  if (opened?.kind === 'opened') return opened.body.finding;
  throw new ReleaseRefused('NO_INCIDENT', `there is no incident ${incidentId} in this journal`);
}

function assertReleasable(journal: Journal, state: IncidentState, options: ReleaseOptions): void {
  if (options.approver.trim() === '' || options.reason.trim() === '')
    throw new ReleaseRefused('NO_REASON', 'a release needs an approver and a reason');
  if (state.outcome === undefined)
    throw new ReleaseRefused(
      'NOT_CLOSED',
      `incident ${options.incidentId} is still open: run it to its end first`,
    );
  const severe = journal.entries
    .flatMap((entry) => (entry.kind === 'observations' ? entry.body.observations : []))
    .filter(({ severity }) => severity === 'high' || severity === 'critical');
  if (severe.length > 0 && options.force !== true)
    throw new ReleaseRefused(
      'RELEASE_CONFLICT',
      `${severe.length} high or critical observations are on record (the first: ${severe[0]?.rule}): release with force when that is what you want`,
    );
}

/** The release that a dead process left open, or the next one. */
function prefixOf(entries: readonly Entry[]): string {
  const numbers = entries
    .flatMap((entry) => /^release-([0-9]+)\/run$/.exec(entry.ledger)?.[1] ?? [])
    .map(Number);
  const last = Math.max(0, ...numbers);
  const open =
    last > 0 && !entries.some(({ ledger, kind }) => ledger === `release-${last}/run` && kind === 'closed');
  return `release-${open ? last : last + 1}/`;
}

function order({ approver, reason, force }: ReleaseOptions): ReleaseOrder {
  return { approver, reason, force: force === true };
}

async function openRelease(engagement: Engagement, options: ReleaseOptions): Promise<void> {
  if (engagement.state.openedAt !== undefined) {
    await engagement.record('run', [{ kind: 'resumed', body: { host: 'release' } }]);
    return;
  }
  const { plan, finding, id } = engagement;
  const body = {
    incidentId: id,
    pipeline: plan.pipeline,
    finding,
    plan: plannedSteps(plan),
    release: order(options),
  };
  await engagement.record('run', [{ kind: 'opened', body }]);
}

function notRestored(engagement: Engagement): readonly string[] {
  return [...knownFacts(engagement)]
    .filter(([name]) => name.startsWith('undone.'))
    .flatMap(([, value]) => (Array.isArray(value) ? value.map(String) : []));
}

async function undoAll(
  journal: Journal,
  original: Original,
  options: ReleaseOptions,
): Promise<ReleaseResult> {
  const events = new EventEmitter<IncidentEvents>();
  const plan = releasePlan(original.plan, IncidentState.of(journal.entries));
  const engagement = new Engagement({
    plan,
    finding: original.finding,
    journal,
    environment: options.environment,
    events,
    signal: new AbortController().signal,
    ledgerPrefix: prefixOf(journal.entries),
  });
  await openRelease(engagement, options);
  const outcome = await drive(engagement);
  await engagement.record('run', [{ kind: 'closed', body: { outcome, heads: journal.heads() } }]);
  if (outcome === 'complete')
    await options.journal.release(suspectKey(original.finding.suspect), journal.incidentId);
  return {
    incidentId: journal.incidentId,
    outcome,
    steps: stepSummaries(engagement),
    notRestored: notRestored(engagement),
  };
}

/**
 * Lets the suspect out again: runs every containment step's `undo`, last first, in ledgers of its own.
 *
 * @throws ReleaseRefused when the incident is open, or its observations speak against it and `force` is not given
 */
export async function releaseIncident(
  pipeline: AnyPipeline,
  options: ReleaseOptions,
): Promise<ReleaseResult> {
  const plan = compileOrThrow(pipeline);
  const journal = await openJournal(options.journal, options.incidentId, options.environment.clock);
  try {
    const finding = findingOf(journal.entries, options.incidentId);
    assertReleasable(journal, IncidentState.of(journal.entries), options);
    return await undoAll(journal, { plan, finding }, options);
  } finally {
    await journal.close();
  }
}
