import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, it } from 'vitest';
import {
  JOURNAL_CHANNEL,
  type JournalMessage,
  memoryJournal,
  openJournal,
  systemClock,
} from '../../src/index.js';

it('is told every entry once it is stored, with the incident that it belongs to', async () => {
  const heard: [string, string, number][] = [];
  const listen = (message: unknown) => {
    const { incidentId, entries } = message as JournalMessage; // nobody else publishes there
    heard.push(...entries.map(({ ledger, seq }): [string, string, number] => [incidentId, ledger, seq]));
  };
  const journal = await openJournal(memoryJournal(), 'inc-channel-0001', systemClock);
  const notice = (code: string) => ({ kind: 'notice', body: { code, message: '' } }) as const;
  await journal.append('run', [notice('BEFORE')]);
  subscribe(JOURNAL_CHANNEL, listen);
  await journal.append('run', [notice('ONE'), notice('TWO')]);
  await journal.append('disk.snapshots', [notice('THREE')]);
  unsubscribe(JOURNAL_CHANNEL, listen);
  await journal.append('run', [notice('AFTER')]);
  await journal.close();
  expect(heard).toEqual([
    ['inc-channel-0001', 'run', 1],
    ['inc-channel-0001', 'run', 2],
    ['inc-channel-0001', 'disk.snapshots', 0],
  ]);
});
