import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileJournal } from '../../src/journal/file-journal.js';
import { openJournal } from '../../src/journal/journal.js';
import { JournalDamaged } from '../../src/journal/problem.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { INCIDENT, notice, SHORT, writeIncident } from './incident.js';
import { manualClock } from './manual-clock.js';
import { temporaryDirectory } from './providers.js';

const clock = manualClock();

/** An incident that is still open, its host gone. */
async function leftOpen() {
  const directory = await temporaryDirectory();
  const provider = fileJournal({ directory });
  const journal = await openJournal(provider, INCIDENT, clock);
  await journal.append('run', [notice('OPENED'), notice('TWO')]);
  await journal.append('release-1/isolate', [notice('ONE'), notice('TWO'), notice('THREE')], ['run']);
  await journal.close();
  const path = (ledger: string) => join(directory, INCIDENT, 'journal', `${ledger}.jsonl`);
  return { directory, provider, entries: journal.entries, path };
}

describe('the file journal', () => {
  it('keeps a file of JSON lines for each ledger', async () => {
    const { directory, entries, path } = await leftOpen();
    expect(await readdir(join(directory, INCIDENT, 'journal'))).toEqual([
      'release-1~isolate.jsonl',
      'run.jsonl',
    ]);
    const lines = (await readFile(path('run'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(entries.filter(({ ledger }) => ledger === 'run'));
  });

  it('leaves nothing behind when it is closed', async () => {
    const { directory } = await leftOpen();
    expect(await readdir(join(directory, INCIDENT))).toEqual(['journal']);
    expect(await readdir(directory)).toEqual([INCIDENT]);
  });

  it('can be verified while it is written, and where it can only be read', async () => {
    const { provider, directory } = await leftOpen();
    const journal = await openJournal(provider, INCIDENT, clock);
    const verification = await verifyJournal(fileJournal({ directory }), INCIDENT);
    expect(verification).toMatchObject({ state: 'broken', problems: [{ code: 'NOT_OPENED' }], entries: 5 });
    await journal.close();
  });

  it('tells of what lies beside its ledgers, but not of what a crash may leave', async () => {
    const { provider, directory } = await leftOpen();
    const beside = (name: string) => writeFile(join(directory, INCIDENT, 'journal', name), '');
    await beside('.5b0c8d0e-7f5c-4b44-9d57-1a7e0f1f2a3b.tmp');
    const codes = async () => (await verifyJournal(provider, INCIDENT)).problems.map(({ code }) => code);
    expect(await codes()).toEqual(['NOT_OPENED']);
    await beside('Run.jsonl');
    await beside('.hidden');
    expect(await codes()).toEqual(['STRAY', 'STRAY', 'NOT_OPENED']);
  });

  it('refuses to append to a file that somebody else has changed', async () => {
    const { provider, path } = await leftOpen();
    const journal = await openJournal(provider, INCIDENT, clock);
    await appendFile(path('run'), '{}\n');
    await expect(journal.append('run', [notice('X')])).rejects.toThrow('changed by somebody else');
    await journal.close();
  });
});

describe('a torn last line', () => {
  it('is cut, kept beside the journal and told of, wherever it was torn', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 10_000 }), fc.boolean(), async (where, zeroes) => {
        const { directory, provider, path, entries } = await leftOpen();
        const book = await readFile(path('run'));
        const lastLine = book.lastIndexOf(0x0a, book.length - 2) + 1;
        const size = lastLine + 1 + (where % (book.length - lastLine - 1));
        await truncate(path('run'), size);
        if (zeroes) await appendFile(path('run'), Buffer.alloc(4));
        const torn = (await readFile(path('run'))).subarray(lastLine);

        const resumed = await openJournal(provider, INCIDENT, clock);
        const run = resumed.entries.filter(({ ledger }) => ledger === 'run');
        expect(run[0]).toEqual(entries[0]);
        expect(run.slice(1)).toMatchObject([{ seq: 1, kind: 'notice', body: { code: 'TORN_LINE' } }]);
        const [kept = ''] = await readdir(join(directory, INCIDENT, 'torn'));
        expect(await readFile(join(directory, INCIDENT, 'torn', kept))).toEqual(torn);
        await resumed.close();
        const again = await openJournal(provider, INCIDENT, clock);
        expect(again.entries).toHaveLength(5);
        await again.close();
      }),
      { numRuns: 25 },
    );
  });

  it('is told of in the ledger of its run', async () => {
    const { provider, path } = await leftOpen();
    await truncate(path('release-1~isolate'), 10);
    const resumed = await openJournal(provider, INCIDENT, clock);
    expect(resumed.entries.map(({ ledger, seq }) => `${ledger} ${seq}`)).toEqual(['run 0', 'run 1']);
    await resumed.append('release-1/isolate', [notice('AGAIN')]);
    await resumed.close();
  });

  it('is open to verify, before it is cut', async () => {
    const directory = await temporaryDirectory();
    const provider = fileJournal({ directory });
    const journal = await openJournal(provider, INCIDENT, clock);
    await writeIncident(journal, SHORT);
    await journal.close();
    const path = join(directory, INCIDENT, 'journal', 'run.jsonl');
    const book = await readFile(path);
    await truncate(path, book.length - 1);
    expect(await verifyJournal(provider, INCIDENT)).toMatchObject({
      state: 'open',
      problems: [{ ledger: 'run', seq: 1, code: 'TORN_LINE' }],
    });
  });
});

describe('a line that was changed', () => {
  it('is never cut: the journal is not opened, and nothing is touched', async () => {
    const { provider, path } = await leftOpen();
    const book = (await readFile(path('run'), 'utf8')).replace('OPENED', 'OPENEX');
    for (const text of [book, book.slice(0, -5)]) {
      await writeFile(path('run'), text);
      await expect(openJournal(provider, INCIDENT, clock)).rejects.toThrow(JournalDamaged);
      expect(await readFile(path('run'), 'utf8')).toBe(text);
    }
  });

  it('is found where its bytes are no UTF-8, although it reads the same', async () => {
    const directory = await temporaryDirectory();
    const provider = fileJournal({ directory });
    const journal = await openJournal(provider, INCIDENT, clock);
    await journal.append('run', [notice('\ufffd'), notice('NEXT')]);
    await journal.close();
    const path = join(directory, INCIDENT, 'journal', 'run.jsonl');
    const book = await readFile(path);
    // The replacement character cut short is no UTF-8; a lenient decoder would read it as the same character.
    book[book.indexOf(Buffer.from('\ufffd')) + 2] = 0xff;
    await writeFile(path, book);
    await expect(openJournal(provider, INCIDENT, clock)).rejects.toThrow(JournalDamaged);
    expect((await verifyJournal(provider, INCIDENT)).problems).toContainEqual(
      expect.objectContaining({ ledger: 'run', seq: 0, code: 'UNREADABLE' }),
    );
  });
});
