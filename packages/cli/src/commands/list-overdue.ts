import { type Duration, type OverdueContainment, overdueContainments, systemClock } from '@cordon/core';
import { CliError } from '../cli-error.js';
import { journalOf } from '../config/sources.js';
import type { Console } from '../console.js';
import { EXIT } from '../exit-codes.js';
import { readIncident } from '../incident/read-incident.js';
import { asciiJson, plainText } from '../text/plain-text.js';
import { durationText } from '../text/units.js';
import { type Command, typed } from './command-line.js';
import type { ListCommandOptions } from './list.js';

type Run = Command<ListCommandOptions>;

function line({ paint }: Console, { code, incidentId, suspect, sinceMs, state }: OverdueContainment): string {
  const { instanceId, account, region } = suspect;
  const how = state === 'open' ? 'its run is open' : 'its run is closed';
  return `${paint.bad(code)}  ${plainText(incidentId, 48)}  ${plainText(instanceId, 24)}  ${plainText(`${account} ${region}`, 40)}  not contained for ${durationText(sinceMs)}, ${how}`;
}

/**
 * Tells, for a check that runs by itself, which suspects should be contained by now and are not. A journal that cannot be
 * read is trouble: nobody knows what it hides.
 *
 * @throws CliError `JOURNALS_DAMAGED`
 */
export async function overdueCommand({ console, options }: Run, within: Duration): Promise<number> {
  const journal = await journalOf(console, options);
  const ids = await journal.list();
  const read = await Promise.allSettled(
    ids.map(async (incidentId) => ({ incidentId, entries: await readIncident(journal, incidentId) })),
  );
  const incidents = read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const overdue = overdueContainments(incidents, { now: systemClock.now(), within });
  for (const one of overdue) console.say(options.json === true ? asciiJson(one) : line(console, one));
  const unread = ids.filter((_, index) => read[index]?.status === 'rejected');
  if (unread.length > 0)
    throw new CliError('JOURNALS_DAMAGED', {
      message: `${unread.length} of ${ids.length} journals cannot be read: ${unread.slice(0, 5).join(', ')}`,
      advice: `Look at each: ${typed(`verify ${unread[0]}`, options)}`,
      exit: EXIT.trouble,
    });
  return overdue.length === 0 ? EXIT.complete : EXIT.failed;
}
