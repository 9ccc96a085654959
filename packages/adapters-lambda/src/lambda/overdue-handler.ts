import {
  type Clock,
  type Duration,
  entriesIn,
  type IncidentEntries,
  type JournalProvider,
  milliseconds,
  type OverdueContainment,
  overdueContainments,
  systemClock,
} from '@cordon/core';
import { logAlarm, type RaiseAlarm } from './alarm.js';

export interface OverdueOptions {
  readonly journal: JournalProvider;
  /** From the opening of an incident until its suspect must be contained. */
  readonly within: Duration;
  /** How far back incidents are looked at, by the time in their ids; default 7 days. */
  readonly lookBack?: Duration;
  /** Default: one line of JSON on stderr. */
  readonly alarm?: RaiseAlarm;
  readonly clock?: Clock;
}

export type OverdueHandler = () => Promise<readonly OverdueContainment[]>;

const READS_AT_ONCE = 8;
const STAMP = /^inc-([0-9]{4})([0-9]{2})([0-9]{2})t([0-9]{2})([0-9]{2})-/;

/** When the incident was opened, as its id tells; ids of somebody else's making do not, and count as young. */
function openedAt(incidentId: string): number {
  const [, year, month, day, hour, minute] = STAMP.exec(incidentId) ?? [];
  if (year === undefined) return Number.POSITIVE_INFINITY;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}

async function readAll(
  journal: JournalProvider,
  ids: readonly string[],
): Promise<readonly IncidentEntries[]> {
  const entriesOf = entriesIn(journal);
  const read: IncidentEntries[] = [];
  for (let at = 0; at < ids.length; at += READS_AT_ONCE) {
    const some = ids.slice(at, at + READS_AT_ONCE);
    const entries = await Promise.all(
      some.map(async (incidentId) => ({ incidentId, entries: await entriesOf(incidentId) })),
    );
    read.push(...entries);
  }
  return read;
}

/**
 * The Lambda function of a schedule of its own: raises `CONTAINMENT_OVERDUE` for every suspect that should be contained by
 * now. It looks from outside at what should have contained it; where not even a journal was begun, the trigger's
 * dead-letter queue tells.
 *
 * @example
 * export const handler = overdueHandler({ journal, within: { minutes: 15 } });
 */
export function overdueHandler(options: OverdueOptions): OverdueHandler {
  const { journal, within, lookBack = { hours: 7 * 24 }, alarm = logAlarm, clock = systemClock } = options;
  return async () => {
    const now = clock.now();
    const oldest = now.getTime() - milliseconds(lookBack);
    const ids = (await journal.list()).filter((id) => openedAt(id) >= oldest);
    const overdue = overdueContainments(await readAll(journal, ids), { now, within });
    for (const { code, incidentId, suspect, sinceMs, state } of overdue) {
      const { instanceId, account, region } = suspect;
      const message = `not contained ${Math.round(sinceMs / 60_000)} minutes after the finding was accepted; its run is ${state}`;
      await alarm({ code, incidentId, instanceId, account, region, message });
    }
    return overdue;
  };
}
