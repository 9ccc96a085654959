import { type Clock, type Entry, type InspectableJournal, systemClock, visitJournal } from '@cordon/core';
import { CliError } from '../cli-error.js';
import { plainText } from '../text/plain-text.js';

/** Ids that the journal takes. */
const INCIDENT_ID = /^[a-z0-9][a-z0-9-]{7,47}$/;

export function noIncident(id: string): CliError {
  return new CliError('NO_INCIDENT', {
    message: `there is no incident ${plainText(id, 60)} in this journal`,
    advice: 'See which there are: cordon list.',
  });
}

/** @throws CliError `NO_INCIDENT` for what no journal takes as an id */
export function assertIncidentId(id: string): void {
  if (!INCIDENT_ID.test(id)) throw noIncident(id);
}

/**
 * What the journal holds of an incident; its chains are checked, nothing is locked.
 *
 * @throws CliError `NO_INCIDENT`; JournalDamaged when an entry is not what was written
 */
export async function readIncident(
  provider: InspectableJournal,
  id: string,
  clock: Clock = systemClock,
): Promise<readonly Entry[]> {
  assertIncidentId(id);
  const journal = await visitJournal(provider, id, clock);
  try {
    if (journal.entries.length === 0) throw noIncident(id);
    return journal.entries;
  } finally {
    await journal.close();
  }
}
