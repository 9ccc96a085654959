import { describe, expect, it } from 'vitest';
import {
  type Journal,
  JournalConflict,
  JournalInUse,
  type JournalProvider,
  type JournalStore,
} from '../../src/engine/entry.js';
import { openJournal, visitJournal } from '../../src/journal/journal.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { finding, INCIDENT, notice, SHORT, SUSPECT, writeIncident } from './incident.js';
import { manualClock } from './manual-clock.js';
import { PROVIDERS } from './providers.js';

const clock = manualClock();
const lines = (journal: Journal) => journal.entries.map(({ ledger, seq }) => `${ledger} ${seq}`);

describe.each(PROVIDERS)('the $name journal', ({ make, exclusive }) => {
  it('gives back what was written, as it was written', async () => {
    const provider = await make();
    const first = await openJournal(provider, INCIDENT, clock);
    await writeIncident(first, SHORT);
    await first.close();

    const second = await openJournal(provider, INCIDENT, clock);
    expect([...second.entries].sort(byHash)).toEqual([...first.entries].sort(byHash));
    expect(second.heads()).toEqual(first.heads());
    await second.close();
    expect(await verifyJournal(provider, INCIDENT)).toMatchObject({
      state: 'whole',
      problems: [],
      entries: 8,
      heads: first.heads(),
    });
  });

  it('begins empty, and lists only incidents that have entries', async () => {
    const provider = await make();
    const journal = await openJournal(provider, INCIDENT, clock);
    expect(journal.entries).toEqual([]);
    expect(await provider.list()).toEqual([]);
    await journal.append('run', [notice('HELLO')]);
    expect(await provider.list()).toEqual([INCIDENT]);
    await journal.close();
  });

  it('takes appends to different ledgers at once and keeps each ledger in order', async () => {
    const provider = await make();
    const journal = await openJournal(provider, INCIDENT, clock);
    const ledgers = ['run', 'inspect', 'isolate', 'release-1/isolate'];
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        journal.append(ledgers[index % 4] ?? 'run', [notice(`N${index}`)]),
      ),
    );
    await journal.close();
    const again = await openJournal(provider, INCIDENT, clock);
    for (const [index, ledger] of ledgers.entries()) {
      const codes = again.entries.flatMap((entry) =>
        entry.ledger === ledger && entry.kind === 'notice' ? [entry.body.code] : [],
      );
      expect(codes).toEqual(Array.from({ length: 10 }, (_, round) => `N${round * 4 + index}`));
    }
    await again.close();
  });

  it('refuses a place that is taken, and goes on after reading again', async () => {
    const provider = await make();
    const store = await provider.open(INCIDENT);
    const journal = await openJournal(unlocked(provider, store), INCIDENT, clock);
    const other = await openJournal(unlocked(provider, store), INCIDENT, clock);
    await journal.append('run', [notice('MINE')]);
    await expect(other.append('run', [notice('THEIRS')])).rejects.toThrow(JournalConflict);
    await other.refresh();
    await other.append('run', [notice('THEIRS')]);
    expect(lines(other)).toEqual(['run 0', 'run 1']);
    await store.close?.();
  });

  it('lets one host drive an incident at a time', async () => {
    if (!exclusive) return;
    const provider = await make();
    const first = await openJournal(provider, INCIDENT, clock);
    await expect(openJournal(provider, INCIDENT, clock)).rejects.toThrow(JournalInUse);
    await first.close();
    await (await openJournal(provider, INCIDENT, clock)).close();
  });

  it('lets a visitor read and add a ledger while a host drives', async () => {
    const provider = await make();
    const host = await openJournal(provider, INCIDENT, clock);
    await host.append('run', [notice('HOST')]);
    const visitor = await visitJournal(provider, INCIDENT, clock);
    expect(lines(visitor)).toEqual(['run 0']);
    const [joined] = await visitor.append(
      'finding-0123456789ab',
      [{ kind: 'finding', body: { finding } }],
      ['run'],
    );
    expect(joined?.after).toEqual({ run: host.heads()['run'] });
    await visitor.close();

    await host.append('run', [notice('HOST STILL THERE')]);
    expect(lines(host)).not.toContain('finding-0123456789ab 0');
    await host.refresh();
    expect(lines(host)).toContain('finding-0123456789ab 0');
    await host.close();
  });

  it('lets one of two visitors begin a ledger', async () => {
    const provider = await make();
    const visits = await Promise.all([1, 2].map(() => visitJournal(provider, INCIDENT, clock)));
    const tries = await Promise.allSettled(visits.map((visit) => visit.append('finding-1', [notice('X')])));
    expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(tries.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: expect.any(JournalConflict),
    });
  });

  it('refuses ids that are no incident ids', async () => {
    const provider = await make();
    await expect(provider.open('../../etc')).rejects.toThrow(RangeError);
    await expect(provider.visit('X')).rejects.toThrow(RangeError);
  });

  it('verifies nothing as whole that is not there', async () => {
    const provider = await make();
    expect(await verifyJournal(provider, INCIDENT)).toMatchObject({ state: 'broken', entries: 0 });
  });

  it('closes over what a visitor has added unseen', async () => {
    const provider = await make();
    const host = await openJournal(provider, INCIDENT, clock);
    await host.append('run', [
      { kind: 'opened', body: { incidentId: INCIDENT, pipeline: 'p', finding, plan: [] } },
    ]);
    const visitor = await visitJournal(provider, INCIDENT, clock);
    await visitor.append('finding-1', [{ kind: 'finding', body: { finding } }], ['run']);
    await host.append('run', [{ kind: 'closed', body: { outcome: 'complete', heads: {} } }]);
    await host.close();
    expect(await verifyJournal(provider, INCIDENT)).toMatchObject({ state: 'whole', problems: [] });
  });
});

describe.each(PROVIDERS)('the lease of the $name journal', ({ make }) => {
  it('names the open incident until that one gives it back', async () => {
    const provider = await make();
    expect(await provider.lease(SUSPECT, 'incident-1')).toBe('incident-1');
    expect(await provider.lease(SUSPECT, 'incident-2')).toBe('incident-1');
    await provider.release(SUSPECT, 'incident-2');
    expect(await provider.lease(SUSPECT, 'incident-3')).toBe('incident-1');
    await provider.release(SUSPECT, 'incident-1');
    await provider.release(SUSPECT, 'incident-1');
    expect(await provider.lease(SUSPECT, 'incident-4')).toBe('incident-4');
    await provider.release(SUSPECT, 'incident-1');
    expect(await provider.lease(SUSPECT, 'incident-5')).toBe('incident-4');
  });

  it('is one per suspect', async () => {
    const provider = await make();
    expect(await provider.lease('a/b', 'incident-1')).toBe('incident-1');
    expect(await provider.lease('a', 'incident-2')).toBe('incident-2');
    expect(await provider.lease('A/b', 'incident-3')).toBe('incident-3');
  });

  it('has one winner, whoever comes at the same moment', async () => {
    const provider = await make();
    for (let round = 0; round < 5; round += 1) {
      const candidates = Array.from({ length: 8 }, (_, index) => `incident-${round}-${index}`);
      const holders = await Promise.all(candidates.map((candidate) => provider.lease(SUSPECT, candidate)));
      const [holder = ''] = holders;
      expect(new Set(holders)).toEqual(new Set([holder]));
      expect(candidates).toContain(holder);
      await provider.release(SUSPECT, holder);
    }
  });

  it('does nothing when nobody ever held it', async () => {
    const provider = await make();
    await provider.release(SUSPECT, 'incident-1');
    expect(await provider.lease(SUSPECT, 'incident-2')).toBe('incident-2');
  });
});

function byHash(a: { readonly hash: string }, b: { readonly hash: string }): number {
  return a.hash < b.hash ? -1 : 1;
}

/** Several journals over one store: what processes without a lock would be. */
function unlocked(provider: JournalProvider, store: JournalStore): JournalProvider {
  const shared: JournalStore = {
    append: (ledger, entries, expectedSeq) => store.append(ledger, entries, expectedSeq),
    read: () => store.read(),
    ledgers: () => store.ledgers(),
  };
  return { ...provider, open: async () => shared };
}
