import * as v from 'valibot';
import type { Entry, JournalProvider } from '../../engine/entry.js';
import type { Suspect } from '../../engine/finding.js';
import { inParallel } from '../../evidence/in-parallel.js';

/** A containment that has happened, or is about to, as the shared store tells. */
export interface PastContainment {
  readonly incidentId: string;
  readonly suspect: Suspect;
  /** When its incident was opened: ISO 8601, UTC. */
  readonly at: string;
  readonly autoScalingGroup?: string;
  /** `lt-...` */
  readonly launchTemplate?: string;
}

export interface PastQuery {
  readonly since: Date;
  /** The incident that asks, and when it was opened. */
  readonly incidentId: string;
  readonly openedAt: string;
}

export type PastContainments = (query: PastQuery) => Promise<readonly PastContainment[]>;

const OriginSchema = v.object({
  autoScalingGroup: v.exactOptional(v.string()),
  launchTemplate: v.exactOptional(v.string()),
});

/** What the incident's inspection saw the instance to be made from. */
function originOf(entries: readonly Entry[]): v.InferOutput<typeof OriginSchema> {
  for (const entry of entries) {
    if (entry.kind !== 'succeeded') continue;
    const parsed = v.safeParse(OriginSchema, entry.body.facts['instance']);
    if (parsed.success) return parsed.output;
  }
  return {};
}

/** Whether the incident has contained its suspect, or still may: it takes its place under the cap when it is opened. */
function counts(opened: Entry & { kind: 'opened' }, entries: readonly Entry[]): boolean {
  const contain = opened.body.plan.filter(({ phase }) => phase === 'contain').map(({ id }) => id);
  const skipped = new Set(entries.flatMap(({ kind, ledger }) => (kind === 'skipped' ? [ledger] : [])));
  return contain.some((id) => !skipped.has(id));
}

function containmentIn(incidentId: string, entries: readonly Entry[], query: PastQuery) {
  const opened = entries.find((entry) => entry.ledger === 'run' && entry.kind === 'opened');
  if (opened?.kind !== 'opened' || Date.parse(opened.at) < query.since.getTime()) return [];
  // Of incidents that begin together each counts the earlier ones, so that the first are not asked about.
  const earlier =
    opened.at < query.openedAt || (opened.at === query.openedAt && incidentId < query.incidentId);
  if (!earlier || !counts(opened, entries)) return [];
  return [{ incidentId, suspect: opened.body.finding.suspect, at: opened.at, ...originOf(entries) }];
}

const STAMP = /^inc-(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})-/;
const STAMP_SLACK_MS = 120_000;
/** Journals that are read at once: in a mass compromise there are many. */
const AT_ONCE = 8;

/** Whether the name of an incident tells that it is older: then nothing of it has to be read. */
function isOlder(incidentId: string, since: Date): boolean {
  const [, year, month, day, hour, minute] = STAMP.exec(incidentId) ?? [];
  if (year === undefined) return false;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  return at + STAMP_SLACK_MS < since.getTime();
}

/**
 * The containments that the journals of a deployment know of: the counter that all of its hosts share, without a store of
 * its own. Incidents whose containment was refused do not count.
 */
export function containmentsInJournal(journal: JournalProvider): PastContainments {
  return async (query) => {
    const ids = (await journal.list()).filter((id) => id !== query.incidentId && !isOlder(id, query.since));
    const found = await inParallel(ids, AT_ONCE, async (id) => {
      const store = await journal.visit(id);
      try {
        return containmentIn(id, await store.read(), query);
      } finally {
        await store.close?.();
      }
    });
    return found.flat();
  };
}
