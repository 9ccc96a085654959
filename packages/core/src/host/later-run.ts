import { EventEmitter } from 'eventemitter3';
import { compileOrThrow, type Plan, plannedSteps } from '../engine/compile.js';
import { Engagement } from '../engine/engagement.js';
import type { Entry, Journal, JournalProvider, LaterOrder, Outcome, RetryRefusal } from '../engine/entry.js';
import type { Environment } from '../engine/environment.js';
import type { IncidentEvents } from '../engine/events.js';
import type { Finding } from '../engine/finding.js';
import { IncidentState } from '../engine/incident-state.js';
import type { AnyPipeline } from '../engine/pipeline.js';
import { openJournal } from '../journal/journal.js';
import type { Anchor } from './anchors.js';
import { drive } from './drive.js';

/** What every later run needs. */
export interface LaterRunOptions {
  readonly journal: JournalProvider;
  readonly environment: Environment;
  readonly incidentId: string;
  /** Who answers for it, and why: both stand in the journal. */
  readonly approver: string;
  readonly reason: string;
  /** Of the incident's own run, which a retry of an open incident goes on with. */
  readonly anchors?: readonly Anchor[];
  /** Aborted when the process has to go: the later run stays open and resumes when it is run again. */
  readonly signal?: AbortSignal;
  /** Called before anything happens, to listen. */
  readonly listen?: (events: EventEmitter<IncidentEvents>) => void;
}

/** Why a release or a retry was not begun. Nothing was changed. */
export class LaterRunRefused extends Error {
  override readonly name = 'LaterRunRefused';

  constructor(
    readonly code: 'NOT_CLOSED' | 'NO_INCIDENT' | 'NO_REASON' | 'RELEASE_CONFLICT' | RetryRefusal['code'],
    message: string,
  ) {
    super(message);
  }
}

/** The closed incident that is taken up again. */
export interface ClosedIncident {
  readonly journal: Journal;
  readonly plan: Plan;
  readonly state: IncidentState;
  readonly finding: Finding;
}

/** @throws LaterRunRefused when nobody answers for it */
export function assertOrdered({ approver, reason }: Pick<LaterRunOptions, 'approver' | 'reason'>): void {
  if (approver.trim() === '' || reason.trim() === '')
    throw new LaterRunRefused('NO_REASON', 'name who answers for it, and the reason');
}

export function findingOf(entries: readonly Entry[], incidentId: string): Finding {
  const opened = entries.find((entry) => entry.ledger === 'run' && entry.kind === 'opened');
  if (opened?.kind === 'opened') return opened.body.finding;
  throw new LaterRunRefused('NO_INCIDENT', `there is no incident ${incidentId} in this journal`);
}

/** Opens the journal of a closed incident, lends it to `work`, and closes it again. */
export async function withClosedIncident<T>(
  pipeline: AnyPipeline,
  options: LaterRunOptions,
  work: (incident: ClosedIncident) => Promise<T>,
): Promise<T> {
  const plan = compileOrThrow(pipeline);
  assertOrdered(options);
  const journal = await openJournal(options.journal, options.incidentId, options.environment.clock);
  try {
    const finding = findingOf(journal.entries, options.incidentId);
    const state = IncidentState.of(journal.entries);
    if (state.outcome === undefined)
      throw new LaterRunRefused(
        'NOT_CLOSED',
        `incident ${options.incidentId} is still open: run it to its end first`,
      );
    return await work({ journal, plan, state, finding });
  } finally {
    await journal.close();
  }
}

/** The run that a dead process left open, or the next one: `release-2/`. */
function prefixOf(entries: readonly Entry[], kind: LaterOrder['kind']): string {
  const pattern = new RegExp(`^${kind}-([0-9]+)/run$`); // `kind` is one of three words.
  const last = Math.max(0, ...entries.map((entry) => Number(pattern.exec(entry.ledger)?.[1] ?? 0)));
  const isClosed = entries.some((entry) => entry.ledger === `${kind}-${last}/run` && entry.kind === 'closed');
  return `${kind}-${last === 0 || isClosed ? last + 1 : last}/`;
}

/** Runs `plan` in ledgers of its own under the closed incident, or goes on with it. */
export async function laterRun(
  incident: ClosedIncident,
  plan: Plan,
  options: LaterRunOptions & { readonly order: LaterOrder },
): Promise<{ readonly engagement: Engagement; readonly outcome: Outcome }> {
  const { journal, finding, state } = incident;
  const { environment, order } = options;
  const events = new EventEmitter<IncidentEvents>();
  options.listen?.(events);
  const { signal = new AbortController().signal } = options;
  const { approver } = order;
  const earlier = { plan: incident.plan, state, prefix: prefixOf(journal.entries, order.kind), approver };
  const engagement = new Engagement({ plan, finding, journal, environment, events, signal, earlier });
  if (engagement.state.openedAt === undefined) {
    const body = {
      incidentId: engagement.id,
      pipeline: plan.pipeline,
      finding,
      plan: plannedSteps(plan),
      order,
    };
    await engagement.record('run', [{ kind: 'opened', body }]);
  } else {
    engagement.tellHistory();
    await engagement.record('run', [{ kind: 'resumed', body: { host: order.kind } }]);
  }
  const outcome = await drive(engagement);
  await engagement.record('run', [{ kind: 'closed', body: { outcome, heads: journal.heads() } }]);
  return { engagement, outcome };
}
