import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { EventEmitter } from 'eventemitter3';
import { type Plan, plannedSteps } from '../engine/compile.js';
import { Engagement } from '../engine/engagement.js';
import {
  type Entry,
  type EntryBodies,
  JournalConflict,
  JournalInUse,
  type JournalProvider,
} from '../engine/entry.js';
import type { Environment } from '../engine/environment.js';
import type { IncidentEvents } from '../engine/events.js';
import type { Finding } from '../engine/finding.js';
import { IncidentState } from '../engine/incident-state.js';
import { assertFinding } from '../findings/assert-finding.js';
import { incidentIdFor, suspectKey } from '../findings/incident-id.js';
import { openJournal, visitJournal } from '../journal/journal.js';
import { decideRun, entriesIn } from './decide-run.js';
import type { RunOptions } from './run-incident.js';

export interface Opening {
  readonly plan: Plan;
  readonly finding: Finding;
  readonly events: EventEmitter<IncidentEvents>;
  readonly signal: AbortSignal;
  readonly options: RunOptions;
}

export type Opened =
  | { readonly status: 'open'; readonly engagement: Engagement }
  | { readonly status: 'joined'; readonly incidentId: string };

/** A step has changed since the run began: what its entries mean is no longer known. */
export class StepVersionChanged extends Error {
  override readonly name = 'StepVersionChanged';
  readonly code = 'STEP_VERSION_CHANGED';
}

/** Only steps that have entries are bound: what has not begun may be another version. */
export function assertSameVersions(
  plan: Plan,
  opened: EntryBodies['opened'],
  entries: readonly Entry[],
): void {
  const begun = new Set(entries.map((entry) => entry.ledger));
  const now = new Map(plan.steps.map(({ step }) => [step.id, step.version]));
  for (const then of opened.plan) {
    const version = now.get(then.id);
    if (!begun.has(then.id) || version === then.version) continue;
    throw new StepVersionChanged(
      `step '${then.id}' was begun in version ${then.version} and is now ${version ?? 'gone'}: finish the incident with the code that began it`,
    );
  }
}

export function openedBody(entries: readonly Entry[]): EntryBodies['opened'] | undefined {
  const opened = entries.find((entry) => entry.ledger === 'run' && entry.kind === 'opened');
  return opened?.kind === 'opened' ? opened.body : undefined;
}

/** Where the finding is told; undefined: it says nothing new. Detectors send updates every quarter of an hour. */
function ledgerOf({ id, severity }: Finding, entries: readonly Entry[]): string | undefined {
  const name = (text: string) => `finding-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
  const told = entries.flatMap((entry) =>
    entry.kind === 'opened' || entry.kind === 'finding' ? [entry.body.finding] : [],
  );
  const same = told.filter((earlier) => earlier.id === id);
  if (same.length === 0) return name(id);
  return same.every((earlier) => earlier.severity < severity) ? name(`${id}\n${severity}`) : undefined;
}

/** Adds the finding to a journal that somebody else drives, as a ledger of its own. */
export async function join(
  finding: Finding,
  incidentId: string,
  options: {
    readonly journal: JournalProvider;
    readonly environment: Pick<Environment, 'clock'>;
  },
): Promise<void> {
  const journal = await visitJournal(options.journal, incidentId, options.environment.clock);
  try {
    // A contained incident that is closed needs no second finding, and takes no entry any more.
    if (IncidentState.of(journal.entries).outcome !== undefined) return;
    const ledger = ledgerOf(finding, journal.entries);
    if (ledger === undefined) return;
    await journal.append(ledger, [{ kind: 'finding', body: { finding } }], ['run']);
  } catch (error) {
    // The ledger is named after what it says: somebody else has said it.
    if (!(error instanceof JournalConflict)) throw error;
  } finally {
    await journal.close();
  }
}

async function engage(opening: Opening, incidentId: string): Promise<Engagement> {
  const { plan, options, events, signal } = opening;
  const { environment } = options;
  const journal = await openJournal(options.journal, incidentId, environment.clock);
  try {
    const opened = openedBody(journal.entries);
    const finding = opened?.finding ?? opening.finding;
    const engagement = new Engagement({ plan, finding, journal, environment, events, signal });
    if (opened === undefined) {
      const body = { incidentId, pipeline: plan.pipeline, finding, plan: plannedSteps(plan) };
      await engagement.record('run', [{ kind: 'opened', body }]);
    } else if (engagement.state.outcome === undefined) {
      assertSameVersions(plan, opened, journal.entries);
      engagement.tellHistory();
      await engagement.record('run', [{ kind: 'resumed', body: { host: hostname() } }]);
    }
    return engagement;
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** Its holder is closed and keeps no suspect contained: who closed it died before it was given back. */
type Found = Opened | { readonly status: 'stale'; readonly incidentId: string };

async function find(opening: Opening): Promise<Found> {
  const { finding, options } = opening;
  assertFinding(finding);
  const candidate = options.incidentId ?? incidentIdFor(finding, options.environment.clock.now());
  const incidentId = await options.journal.lease(suspectKey(finding.suspect), candidate);
  try {
    const engagement = await engage(opening, incidentId);
    const over = engagement.state.outcome !== undefined && options.incidentId === undefined;
    if (!over) return { status: 'open', engagement };
    await engagement.journal.close();
    return { status: (await isStale(incidentId, options.journal)) ? 'stale' : 'joined', incidentId };
  } catch (error) {
    if (!(error instanceof JournalInUse)) throw error;
    await join(finding, incidentId, options);
    return { status: 'joined', incidentId };
  }
}

/** Later runs count, too: what they have contained is kept under the same lease. */
async function isStale(incidentId: string, journal: JournalProvider): Promise<boolean> {
  const decision = await decideRun(incidentId, { entriesOf: entriesIn(journal) });
  return decision.do === 'start' || (decision.because !== 'open' && decision.because !== 'contained');
}

/**
 * The incident of this suspect: a new one, the one that a dead process left, or, when a living process has it, none:
 * then the finding joins that one.
 */
export async function openIncident(opening: Opening): Promise<Opened> {
  const found = await find(opening);
  if (found.status !== 'stale') return found;
  await opening.options.journal.release(suspectKey(opening.finding.suspect), found.incidentId);
  const again = await find(opening);
  return again.status === 'stale' ? { ...again, status: 'joined' } : again;
}
