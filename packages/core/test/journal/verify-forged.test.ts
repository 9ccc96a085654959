import { describe, expect, it } from 'vitest';
import type { Entry, EntryDraft, Journal } from '../../src/engine/entry.js';
import { openJournal } from '../../src/journal/journal.js';
import { hashOf } from '../../src/journal/line.js';
import { memoryJournal } from '../../src/journal/memory-journal.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { finding, INCIDENT, type Move, notice, writeIncident } from './incident.js';
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
const _closed: EntryDraft = { kind: 'closed', body: { outcome: 'complete', heads: {} } };
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

describe('a journal forged by somebody who makes the hashes good', () => {
  const forge = (entry: Entry | undefined, change: object): Entry => {
    const { hash: _, ...rest } = entry ?? expect.fail('there is such an entry');
    const forged = { ...rest, ...change };
    // A forger keeps to no type.
    return { ...forged, hash: hashOf(forged) } as Entry;
  };
  const codes = async (entries: readonly Entry[]) =>
    (await verifyEntries(entries)).problems.map(({ ledger, seq, code }) => `${ledger} ${seq} ${code}`);

  async function threeNotices() {
    const clock = manualClock('2026-11-20T03:31:00.000Z');
    const journal = await openJournal(memoryJournal(), INCIDENT, clock);
    await journal.append('run', [opened]);
    clock.set('2026-11-20T03:32:00.000Z');
    await journal.append('isolate', [notice('A'), notice('B')], ['run']);
    return journal.entries;
  }

  it('is found out by the entry that follows', async () => {
    const [run, first, second] = await threeNotices();
    if (run === undefined || second === undefined) throw new Error('three were written');
    expect(await codes([run, forge(first, { attempt: 9 }), second])).toEqual(['isolate 1 PREVIOUS_MISMATCH']);
  });

  it('is found out where time runs backwards, in a ledger and between ledgers', async () => {
    const [run, first, second] = await threeNotices();
    if (run === undefined || first === undefined) throw new Error('three were written');
    const early = { at: '2026-11-20T03:31:59.000Z' };
    expect(await codes([run, first, forge(second, early)])).toEqual(['isolate 1 TIME_BACKWARDS']);
    const before = forge(first, { at: '2026-11-20T03:30:00.000Z' });
    const after = forge(second, { prev: before.hash });
    expect(await codes([run, before, after])).toEqual(['isolate 0 TIME_BACKWARDS']);
  });

  it('is found out when an entry stands in the book of another ledger', async () => {
    const [run, first] = await threeNotices();
    const books = new Map(booksOf([run ?? expect.fail(), first ?? expect.fail()]));
    books.set('role', books.get('isolate') ?? Buffer.of());
    books.delete('isolate');
    const { problems } = await verifyJournal(inspectable(books), INCIDENT);
    expect(problems).toEqual([expect.objectContaining({ ledger: 'role', seq: 0, code: 'WRONG_PLACE' })]);
  });

  it('is found out when a later entry quotes', async () => {
    const [run, first, second] = await threeNotices();
    if (run === undefined || first === undefined) throw new Error('three were written');
    const quoting = forge(second, { after: { run: run.hash } });
    expect(await codes([run, first, quoting])).toEqual(['isolate 1 AFTER_MISMATCH']);
  });

  it('is found out when the closing entry does not quote the one before it', async () => {
    const { entries } = await written([]);
    const [first, last] = entries;
    const heads = { heads: { run: hashOf({}) } };
    const forged = forge(last, { body: { outcome: 'complete', ...heads } });
    expect(await codes([first ?? expect.fail(), forged])).toEqual(['run 1 HEAD_MISMATCH']);
  });

  it('is found out by an anchor that the journal tells of', async () => {
    const [run] = await threeNotices();
    const journal = await newJournal();
    const heads = { isolate: run?.hash ?? '' };
    await journal.append('run', [
      opened,
      { kind: 'anchor', body: { moment: 'contain', where: 'kms', heads } },
    ]);
    expect(await codes(journal.entries)).toEqual(['run 1 ANCHOR_MISMATCH']);
  });

  it.each([
    [
      'another order of keys',
      (line: string) => line.replace(/("kind":"notice"),("ledger":"isolate")/, '$2,$1'),
    ],
    ['a blank', (line: string) => line.replace('"attempt":', '"attempt": ')],
    ['a key twice', (line: string) => line.replace('"attempt":', '"attempt":7,"attempt":')],
    ['a needless escape', (line: string) => line.replace('"code":"A"', '"code":"\\u0041"')],
    ['a byte order mark', (line: string) => `\ufeff${line}`],
  ])('is found out by %s: one entry has one text', async (_what, change) => {
    const [run, first] = await threeNotices();
    const books = new Map(booksOf([run ?? expect.fail(), first ?? expect.fail()]));
    const line = books.get('isolate')?.toString('utf8') ?? '';
    expect(change(line)).not.toBe(line);
    books.set('isolate', Buffer.from(change(line)));
    const { problems } = await verifyJournal(inspectable(books), INCIDENT);
    expect(problems).toEqual([expect.objectContaining({ ledger: 'isolate', seq: 0, code: 'UNREADABLE' })]);
  });
});
