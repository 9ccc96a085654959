import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Artifact, EvidenceStore } from '../../src/engine/artifact.js';
import type { Entry, EntryDraft, Journal } from '../../src/engine/entry.js';
import { openJournal } from '../../src/journal/journal.js';
import { hashOf, lineOf } from '../../src/journal/line.js';
import { memoryJournal } from '../../src/journal/memory-journal.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { finding, INCIDENT, type Move, moves, notice, SHORT, writeIncident } from './incident.js';
import { manualClock } from './manual-clock.js';
import { booksOf, inspectable, tamperings } from './tampering.js';

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
function rewritten(
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

describe('a journal that nobody touched', () => {
  it('is whole, whatever was written into it', async () => {
    await fc.assert(
      fc.asyncProperty(moves, async (played) => {
        const { entries, heads } = await written(played).then((journal) => ({
          entries: journal.entries,
          heads: journal.heads(),
        }));
        const verification = await verifyEntries(entries);
        expect(verification).toEqual({ state: 'whole', problems: [], entries: entries.length, heads: heads });
      }),
      { numRuns: 200 },
    );
  });

  it('is open, never whole, at every moment before it is closed', async () => {
    const { entries } = await written(SHORT);
    for (let length = 1; length < entries.length; length += 1) {
      expect(await verifyEntries(entries.slice(0, length))).toMatchObject({ state: 'open', problems: [] });
    }
  });
});

describe('a journal that somebody touched', () => {
  it('is not whole, and the entry is named', async () => {
    const cases = moves.chain((played) => fc.record({ played: fc.constant(played), seed: fc.integer() }));
    await fc.assert(
      fc.asyncProperty(cases, async ({ played, seed }) => {
        const books = booksOf((await written(played)).entries);
        for (const { kind, books: touched, ledger, seq } of fc.sample(tamperings(books), {
          seed,
          numRuns: 20,
        })) {
          const { state, problems } = await verifyJournal(inspectable(touched), INCIDENT);
          const what = `${kind} at ${ledger} ${seq}`;
          expect(state, what).not.toBe('whole');
          // A journal that ends early, at the line of a book that nobody quotes, is one that is still open.
          if (ledger === 'run' && ['drop', 'truncate', 'swap'].includes(kind) && state === 'open') continue;
          expect(
            problems.map((problem) => `${problem.ledger} ${problem.seq}`),
            what,
          ).toContain(`${ledger} ${seq}`);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('is found out when a whole ledger is gone', async () => {
    const { entries } = await written(SHORT);
    const { state, problems } = await verifyEntries(entries.filter(({ ledger }) => ledger !== 'isolate'));
    expect(state).toBe('broken');
    expect(problems).toContainEqual(
      expect.objectContaining({ ledger: 'isolate', seq: 0, code: 'HEAD_MISMATCH' }),
    );
  });

  it('is found out when a ledger is rewritten with good hashes, by those who quoted it', async () => {
    const { entries } = await written(SHORT);
    const forged = rewritten(entries, 'inspect', (entry) => ({
      ...entry,
      at: '2026-11-20T03:31:00.000Z',
      attempt: 7,
    }));
    const { state, problems } = await verifyEntries(forged);
    expect(state).toBe('broken');
    const codes = problems.map(({ ledger, code }) => `${ledger} ${code}`);
    expect(codes).toContain('isolate AFTER_MISMATCH');
    expect(codes).toContain('inspect HEAD_MISMATCH');
  });

  it('is found out by an anchor outside when all of it is rewritten', async () => {
    const journal = await written([]);
    const anchor = journal.heads();
    const forged = await newJournal();
    await forged.append('run', [opened, notice('FORGED')]);
    await forged.append('run', [closed]);
    const books = inspectable(booksOf(forged.entries));
    expect(await verifyJournal(books, INCIDENT)).toMatchObject({ state: 'whole' });
    const anchored = await verifyJournal(books, INCIDENT, { anchors: [anchor] });
    expect(anchored.state).toBe('broken');
    expect(anchored.problems).toEqual([
      expect.objectContaining({ ledger: 'run', seq: 3, code: 'ANCHOR_MISMATCH' }),
    ]);
  });

  it('refuses the journal of another incident under this name', async () => {
    const other = await openJournal(memoryJournal(), 'inc-another-one', manualClock());
    await writeIncident(other, []);
    const { problems } = await verifyEntries(other.entries);
    expect(problems).toEqual([expect.objectContaining({ ledger: 'run', seq: 0, code: 'NOT_OPENED' })]);
  });

  it('never throws, whatever the lines hold', async () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc
        .record({
          body: fc.jsonValue(),
          after: fc.jsonValue(),
          kind: fc.constantFrom('closed', 'opened', 'anchor'),
        })
        .map(forgedLine),
    );
    const line = fc.record({
      ledger: fc.constantFrom('run', 'isolate', 'release-1/run', '__proto__'),
      text: hostile,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 5 }), async (lines) => {
        const journal = { inspect: async () => ({ lines, problems: [] }) };
        expect((await verifyJournal(journal, INCIDENT)).state).not.toBe('whole');
      }),
      { numRuns: 500 },
    );
  });
});

describe('the artifacts of a journal', () => {
  const artifact: Artifact = {
    path: 'live/triage.tar.gz',
    uri: 'file:///x',
    sizeBytes: 1,
    sha256: 'a'.repeat(64),
    mediaType: 'application/gzip',
    acquiredBy: 'suspect',
    origin: 'i-0f3a9c51d2b7e8460',
    storedAt: '2026-11-20T03:31:00.000Z',
  };
  const evidence = (check: EvidenceStore['check']): EvidenceStore => ({
    put: () => Promise.reject(new Error('not here')),
    adopt: () => Promise.reject(new Error('not here')),
    async *open() {},
    check,
  });

  it('are looked at one by one, and the entry is named', async () => {
    const journal = await newJournal();
    await journal.append('run', [opened, { kind: 'artifact', body: artifact }, closed]);
    const verify = (check: EvidenceStore['check']) =>
      verifyJournal(inspectable(booksOf(journal.entries)), INCIDENT, { evidence: evidence(check) });
    expect((await verify(async () => [])).state).toBe('whole');
    expect(await verify(async ({ path }) => [`${path} has 2 bytes, not 1.`])).toMatchObject({
      state: 'broken',
      problems: [
        { ledger: 'run', seq: 1, code: 'EVIDENCE', message: 'live/triage.tar.gz has 2 bytes, not 1.' },
      ],
    });
    expect((await verify(() => Promise.reject(new Error('offline')))).problems[0]?.message).toContain(
      'offline',
    );
  });
});

/** A line with a good frame and a good hash around hostile parts. */
function forgedLine(parts: {
  readonly kind: string;
  readonly body: unknown;
  readonly after: unknown;
}): string {
  const frame = { ledger: 'run', seq: 0, at: '2026-11-20T03:31:00.000Z', attempt: 0, prev: '', ...parts };
  return lineOf({ ...frame, hash: hashOf(frame) } as unknown as Entry);
}
