import { describe, expect, it } from 'vitest';
import { JournalConflict, JournalInUse, type JournalProvider } from '../../src/engine/entry.js';
import { openJournal } from '../../src/journal/journal.js';
import { hashOf } from '../../src/journal/line.js';
import { memoryJournal } from '../../src/journal/memory-journal.js';
import { JournalDamaged } from '../../src/journal/problem.js';
import { INCIDENT, notice, SHORT, writeIncident } from './incident.js';
import { manualClock } from './manual-clock.js';

describe('an entry', () => {
  it('has its place, its time, the hash of the entry before it and its own', async () => {
    const journal = await openJournal(memoryJournal(), INCIDENT, manualClock('2026-11-20T03:31:00.000Z'));
    const entries = await journal.append('isolate', [notice('A'), { ...notice('B'), attempt: 3 }]);
    expect(entries).toMatchObject([
      { ledger: 'isolate', seq: 0, at: '2026-11-20T03:31:00.000Z', attempt: 1, prev: '' },
      { ledger: 'isolate', seq: 1, at: '2026-11-20T03:31:00.000Z', attempt: 3, prev: entries[0]?.hash },
    ]);
    for (const entry of entries) expect(hashOf(entry)).toBe(entry.hash);
    expect(journal.heads()).toEqual({ isolate: entries[1]?.hash });
  });

  it('quotes the ledgers that its own relied on, on the first line only', async () => {
    const journal = await openJournal(memoryJournal(), INCIDENT, manualClock());
    const [opened] = await journal.append('run', [notice('A')]);
    const entries = await journal.append('isolate', [notice('B'), notice('C')], ['run', 'never-written']);
    const later = await journal.append('isolate', [notice('D')], ['run']);
    expect(entries[0]?.after).toEqual({ run: opened?.hash });
    expect(entries[1]).not.toHaveProperty('after');
    expect(later[0]).not.toHaveProperty('after');
  });

  it('is never earlier than what is on record, in any ledger, whatever the clock says', async () => {
    const clock = manualClock('2026-11-20T03:31:00.000Z');
    const provider = memoryJournal();
    const journal = await openJournal(provider, INCIDENT, clock);
    await journal.append('run', [notice('A')]);
    clock.set('2026-11-20T03:30:00.000Z');
    const [earlier] = await journal.append('isolate', [notice('B')]);
    await journal.close();
    const again = await openJournal(provider, INCIDENT, clock);
    const [resumed] = await again.append('isolate', [notice('C')]);
    clock.set('2026-11-20T03:32:00.000Z');
    const [later] = await again.append('isolate', [notice('D')]);
    expect([earlier?.at, resumed?.at, later?.at]).toEqual([
      '2026-11-20T03:31:00.000Z',
      '2026-11-20T03:31:00.000Z',
      '2026-11-20T03:32:00.000Z',
    ]);
  });

  it('holds what a later process will read: JSON, and whole characters', async () => {
    const journal = await openJournal(memoryJournal(), INCIDENT, manualClock());
    const body = { code: 'X', message: 'half \ud800 character', extra: undefined };
    const [entry] = await journal.append('run', [{ kind: 'notice', body }]);
    expect(entry?.body).toStrictEqual({ code: 'X', message: 'half \ufffd character' });
  });

  it('that closes quotes every ledger, and the entry before it in its own', async () => {
    const journal = await openJournal(memoryJournal(), INCIDENT, manualClock());
    await writeIncident(journal, SHORT);
    const before = { ...journal.heads() };
    const [told, closed] = await journal.append('release-1/run', [
      notice('A'),
      { kind: 'closed', body: { outcome: 'complete', heads: { run: 'what the writer believes' } } },
    ]);
    expect(closed).toMatchObject({ body: { heads: { ...before, 'release-1/run': told?.hash } } });
  });
});

describe('a journal in memory', () => {
  it('tells one story, causes before what relied on them, also within one millisecond', async () => {
    const provider = memoryJournal();
    const journal = await openJournal(provider, INCIDENT, manualClock());
    await journal.append('z', [notice('1')]);
    await journal.append('a', [notice('2')], ['z']);
    await journal.append('z', [notice('3')]);
    await journal.close();
    const ledgers = (await openJournal(provider, INCIDENT, manualClock())).entries.map(
      ({ ledger }) => ledger,
    );
    expect(ledgers.indexOf('z')).toBeLessThan(ledgers.indexOf('a'));
  });

  it('does not let a process that is held dead write on', async () => {
    const provider = memoryJournal();
    const dead = await openJournal(provider, INCIDENT, manualClock());
    await dead.append('run', [notice('A')]);
    provider.abandon(INCIDENT);
    const alive = await openJournal(provider, INCIDENT, manualClock());
    await expect(dead.append('run', [notice('B')])).rejects.toThrow(JournalInUse);
    await dead.close();
    await alive.append('run', [notice('C')]);
    await expect(openJournal(provider, INCIDENT, manualClock())).rejects.toThrow(JournalInUse);
  });

  it('refuses to close over what the run itself was told meanwhile', async () => {
    const provider = memoryJournal();
    const host = await openJournal(provider, INCIDENT, manualClock());
    await host.append('run', [notice('A')]);
    const visitor = await openJournal({ ...provider, open: provider.visit }, INCIDENT, manualClock());
    await visitor.append('run', [notice('B')]);
    const closing = host.append('run', [{ kind: 'closed', body: { outcome: 'complete', heads: {} } }]);
    await expect(closing).rejects.toThrow(JournalConflict);
    expect(host.entries.map(({ seq }) => seq)).toEqual([0, 1]);
  });
});

describe('a store that lies', () => {
  async function twoNotices() {
    const provider = memoryJournal();
    const journal = await openJournal(provider, INCIDENT, manualClock());
    await journal.append('run', [notice('A'), notice('B')]);
    return { provider, journal, entries: journal.entries };
  }

  it('is refused when it is opened', async () => {
    const { provider, entries } = await twoNotices();
    const [first, second] = entries;
    if (first === undefined || second === undefined) throw new Error('two were written');
    const lies = [
      [second],
      [second, first],
      [first, first],
      [{ ...first, attempt: 2 }, second],
      [first, { ...second, prev: second.hash }],
    ];
    for (const lie of lies) {
      const liar: JournalProvider = {
        ...provider,
        open: async () => ({ append: async () => {}, read: async () => lie, ledgers: async () => ['run'] }),
      };
      await expect(openJournal(liar, INCIDENT, manualClock())).rejects.toThrow(JournalDamaged);
    }
  });

  it('is refused when it takes back what it had', async () => {
    const { provider } = await twoNotices();
    let read = 0;
    const forgetful: JournalProvider = {
      ...provider,
      open: async () => {
        const store = await provider.visit(INCIDENT);
        return { ...store, read: async () => (await store.read()).slice(0, 2 - read++) };
      },
    };
    const journal = await openJournal(forgetful, INCIDENT, manualClock());
    await expect(journal.refresh()).rejects.toMatchObject({
      name: 'JournalDamaged',
      problem: { ledger: 'run', seq: 1 },
    });
  });
});
