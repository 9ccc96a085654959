import { describe, expect, it } from 'vitest';
import type { Entry, EntryDraft, Journal } from '../../src/engine/entry.js';
import { openJournal } from '../../src/journal/journal.js';
import { hashOf } from '../../src/journal/line.js';
import { memoryJournal } from '../../src/journal/memory-journal.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { finding, INCIDENT, intent, type Move, notice, SHORT, writeIncident } from './incident.js';
import { manualClock } from './manual-clock.js';
import { booksOf, inspectable } from './tampering.js';

async function newJournal(): Promise<Journal> {
  return openJournal(memoryJournal(), INCIDENT, manualClock());
}

async function written(played: readonly Move[]): Promise<Journal> {
  const journal = await newJournal();
  await writeIncident(journal, played);
  return journal;
}

const opened: EntryDraft = {
  kind: 'opened',
  body: { incidentId: INCIDENT, pipeline: 'p', finding, plan: [] },
};
const closed: EntryDraft = { kind: 'closed', body: { outcome: 'complete', heads: {} } };
const verifyEntries = (entries: readonly Entry[]) => verifyJournal(inspectable(booksOf(entries)), INCIDENT);

/** As somebody who can compute hashes would: one ledger rewritten from `seq` on, its chain made good again. */
function _rewritten(
  entries: readonly Entry[],
  ledger: string,
  change: (entry: Entry) => Entry,
): readonly Entry[] {
  let prev = '';
  return entries.map((entry) => {
    if (entry.ledger !== ledger) return entry;
    const changed = { ...change(entry), prev };
    prev = hashOf(changed);
    return { ...changed, hash: prev };
  });
}

describe('the end of a journal', () => {
  it('knows a step that was never settled', async () => {
    const journal = await newJournal();
    await journal.append('run', [opened]);
    await journal.append('isolate', [intent()], ['run']);
    await journal.append('run', [closed]);
    const { state, problems } = await verifyEntries(journal.entries);
    expect(state).toBe('broken');
    expect(problems).toEqual([expect.objectContaining({ ledger: 'isolate', seq: 0, code: 'OPEN_AT_CLOSE' })]);
  });

  it('knows a step of the plan that has no ledger', async () => {
    const journal = await newJournal();
    const plan = [{ id: 'isolate', version: 1, phase: 'contain' as const, predecessors: [] }];
    await journal.append('run', [{ kind: 'opened', body: { ...openedBody, plan } }]);
    await journal.append('run', [closed]);
    const { problems } = await verifyEntries(journal.entries);
    expect(problems).toEqual([expect.objectContaining({ ledger: 'isolate', code: 'OPEN_AT_CLOSE' })]);
  });

  it('knows what was written after it', async () => {
    const journal = await written(SHORT);
    await journal.append('isolate', [notice('LATE')]);
    await journal.append('acme.scan', [notice('LATE')], ['run']);
    const { state, problems } = await verifyEntries(journal.entries);
    expect(state).toBe('broken');
    expect(problems.map(({ ledger, seq, code }) => `${ledger} ${seq} ${code}`)).toEqual([
      'isolate 3 LATER_THAN_CLOSED',
      'acme.scan 0 LATER_THAN_CLOSED',
    ]);
  });

  it('forgives a finding that joined while it was written, and tells of it', async () => {
    const journal = await written(SHORT);
    await journal.append('finding-0123456789ab', [{ kind: 'finding', body: { finding } }], ['run']);
    expect(await verifyEntries(journal.entries)).toMatchObject({
      state: 'whole',
      problems: [{ ledger: 'finding-0123456789ab', code: 'LATE_VISITOR' }],
    });
  });

  it('is followed by a release that names it', async () => {
    const journal = await written(SHORT);
    await journal.append('release-1/run', [opened], ['run']);
    await journal.append('release-1/isolate', [intent()], ['release-1/run', 'isolate']);
    expect(await verifyEntries(journal.entries)).toMatchObject({ state: 'open', problems: [] });
    await journal.append('release-1/isolate', [
      { kind: 'undone', body: { step: 'isolate', notRestored: [] } },
    ]);
    await journal.append('release-1/run', [closed]);
    expect(await verifyEntries(journal.entries)).toMatchObject({ state: 'whole', problems: [] });
  });

  it('is not followed by a release that does not name it', async () => {
    const journal = await written(SHORT);
    await journal.append('release-1/run', [opened]);
    const { state, problems } = await verifyEntries(journal.entries);
    expect(state).toBe('broken');
    expect(problems).toEqual([
      expect.objectContaining({ ledger: 'release-1/run', seq: 0, code: 'RUN_UNTIED' }),
    ]);
  });
});

const openedBody = { incidentId: INCIDENT, pipeline: 'p', finding, plan: [] };
