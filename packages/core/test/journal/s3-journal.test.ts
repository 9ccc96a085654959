import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JournalConflict } from '../../src/engine/entry.js';
import { StepFailure } from '../../src/engine/failure.js';
import { fileJournal } from '../../src/journal/file-journal.js';
import { openJournal } from '../../src/journal/journal.js';
import { s3Journal } from '../../src/journal/s3-journal.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { base64Sha256, md5 } from '../evidence/fake-bucket.js';
import { FakeS3, lost } from '../evidence/fake-s3.js';
import { INCIDENT, notice, SHORT, SUSPECT, writeIncident } from './incident.js';
import { manualClock } from './manual-clock.js';
import { temporaryDirectory } from './providers.js';
import { BUCKET, bucketAndJournal } from './s3-provider.js';

const clock = manualClock();
const FOLDER = `cases/${INCIDENT}/journal/`;

async function closedIncident() {
  const world = bucketAndJournal();
  await writeIncident(await openJournal(world.provider, INCIDENT, clock), SHORT);
  return world;
}

describe('the S3 journal', () => {
  it('writes one object per append, named by the place of its first entry', async () => {
    const { bucket } = await closedIncident();
    expect(bucket.keys('')).toEqual(
      [
        'inspect/00000000.jsonl',
        'inspect/00000001.jsonl',
        'inspect/00000002.jsonl',
        'isolate/00000000.jsonl',
        'isolate/00000002.jsonl',
        'run/00000000.jsonl',
        'run/00000001.jsonl',
      ].map((name) => `${FOLDER}${name}`),
    );
  });

  it('locks every entry for as long as it is told', async () => {
    const s3 = new FakeS3('999900001111', BUCKET);
    const options = { account: s3.account(), bucket: BUCKET, clock };
    const governed = s3Journal({ ...options, retention: { for: { days: 1 } } });
    await (await openJournal(governed, INCIDENT, clock)).append('run', [notice('A')]);
    const [version] = s3.bucket(BUCKET).versions;
    expect(version?.key).toBe(`${INCIDENT}/journal/run/00000000.jsonl`);
    expect(version?.lock).toEqual({ mode: 'GOVERNANCE', until: new Date('2026-11-21T03:31:00.000Z') });
    const bound = s3Journal({ ...options, retention: { for: { days: 1 }, mode: 'COMPLIANCE' } });
    await (await openJournal(bound, INCIDENT, clock)).append('run', [notice('B')]);
    expect(s3.bucket(BUCKET).versions[1]?.lock?.mode).toBe('COMPLIANCE');
  });

  it('takes an append for its own when the answer was lost', async () => {
    const { s3, provider } = bucketAndJournal();
    const journal = await openJournal(provider, INCIDENT, clock);
    let times = 0;
    s3.trouble = (id) =>
      id === 's3:PutObject' && times++ === 0 ? { when: 'after', failure: lost() } : undefined;
    await journal.append('run', [notice('A')]);
    expect(journal.entries).toHaveLength(1);
    expect((await openJournal(provider, INCIDENT, clock)).entries).toHaveLength(1);
  });

  it('sends the same object again after a 409', async () => {
    const { s3, provider } = bucketAndJournal();
    const journal = await openJournal(provider, INCIDENT, clock);
    const failure = StepFailure.permanent('ConditionalRequestConflict', '409');
    let times = 0;
    s3.trouble = (id) => (id === 's3:PutObject' && times++ < 2 ? { when: 'before', failure } : undefined);
    await journal.append('run', [notice('A')]);
    expect(s3.calls.filter((id) => id === 's3:PutObject')).toHaveLength(3);
  });

  it('lets one of many writers have a place; the others read again and go on', async () => {
    const { provider } = bucketAndJournal();
    const writers = await Promise.all([1, 2, 3, 4].map(() => openJournal(provider, INCIDENT, clock)));
    const write = async (index: number) => {
      const journal = writers[index];
      if (journal === undefined) throw new Error('four were opened');
      for (let conflicts = 0; ; conflicts += 1) {
        try {
          await journal.append('run', [notice(`W${index}`)]);
          return conflicts;
        } catch (error) {
          if (!(error instanceof JournalConflict)) throw error;
          await journal.refresh();
        }
      }
    };
    const conflicts = await Promise.all([0, 1, 2, 3].map(write));
    expect(conflicts.reduce((sum, n) => sum + n)).toBeGreaterThan(0);
    const { entries } = await openJournal(provider, INCIDENT, clock);
    expect(entries.map((entry) => (entry.kind === 'notice' ? entry.body.code : ''))).toHaveLength(4);
    expect(new Set(entries.map(({ prev }) => prev)).size).toBe(4);
  });

  it('reads again only what is new', async () => {
    const { s3, provider } = await closedIncident();
    const journal = await openJournal(provider, INCIDENT, clock);
    s3.calls.length = 0;
    await journal.refresh();
    expect(s3.calls).not.toContain('s3:GetObject');
  });

  it('passes on what S3 refuses', async () => {
    const { s3, provider } = bucketAndJournal();
    const journal = await openJournal(provider, INCIDENT, clock);
    const failure = StepFailure.permanent('AccessDenied', 'no');
    s3.trouble = () => ({ when: 'before', failure });
    await expect(journal.append('run', [notice('A')])).rejects.toBe(failure);
    s3.trouble = () => undefined;
    await journal.append('run', [notice('A')]);
  });

  it('writes nothing into a bucket that another account owns', async () => {
    const s3 = new FakeS3('999900001111', BUCKET);
    const account = { ...s3.account(), id: '123456789012' };
    const journal = await openJournal(
      s3Journal({ account, bucket: BUCKET, bucketOwner: '999900001111' }),
      INCIDENT,
      clock,
    );
    await journal.append('run', [notice('A')]);
    await expect(openJournal(s3Journal({ account, bucket: BUCKET }), INCIDENT, clock)).rejects.toThrow(
      'AccessDenied',
    );
  });

  it('lists incidents that have a journal, not those that have evidence only', async () => {
    const { provider, bucket } = await closedIncident();
    for (const key of ['cases/inc-evidence-only/evidence/x', 'cases/leases/y/000001.json', 'cases/stray']) {
      bucket.write({ key, bytes: Buffer.of(), etag: md5(Buffer.of()) });
    }
    for (let n = 1; n <= 5; n += 1) {
      await (await openJournal(provider, `inc-number-${n}`, clock)).append('run', [notice('A')]);
    }
    const numbered = [1, 2, 3, 4, 5].map((n) => `inc-number-${n}`);
    expect(await provider.list()).toEqual([INCIDENT, ...numbered]);
  });

  it('can be verified offline, as it was brought down to a directory', async () => {
    const { bucket } = await closedIncident();
    const directory = await temporaryDirectory();
    const bringDown = async (except = '') => {
      for (const key of bucket.keys('cases/').filter((name) => !name.endsWith(except || '\0'))) {
        const path = join(directory, except, key);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, bucket.current(key)?.bytes ?? '');
      }
      return fileJournal({ directory: join(directory, except, 'cases') });
    };
    expect(await verifyJournal(await bringDown(), INCIDENT)).toMatchObject({ state: 'whole', entries: 8 });
    const { problems } = await verifyJournal(await bringDown('inspect/00000001.jsonl'), INCIDENT);
    expect(problems).toContainEqual(
      expect.objectContaining({ ledger: 'inspect', seq: 1, code: 'WRONG_PLACE' }),
    );
  });

  it('never deletes, also where a lease is given back', async () => {
    const { s3, provider } = bucketAndJournal();
    await provider.lease(SUSPECT, 'incident-1');
    await provider.release(SUSPECT, 'incident-1');
    await provider.lease(SUSPECT, 'incident-2');
    expect(new Set(s3.calls)).toEqual(new Set(['s3:ListObjectsV2', 's3:PutObject', 's3:GetObject']));
  });
});

describe('the versions of an S3 journal', () => {
  const forged = (bytes: Buffer) => Buffer.from(bytes.toString('utf8').replace('FIRST', 'FORGE'));
  const key = `${FOLDER}isolate/00000000.jsonl`;

  it('are all there is when nobody touched it', async () => {
    const { provider } = await closedIncident();
    expect(await verifyJournal(provider, INCIDENT)).toMatchObject({ state: 'whole', problems: [] });
  });

  it('give away a delete marker, and what it hides is read', async () => {
    const { provider, bucket } = await closedIncident();
    bucket.hide(key);
    const { state, problems, entries } = await verifyJournal(provider, INCIDENT);
    expect({ state, entries }).toEqual({ state: 'broken', entries: 8 });
    expect(problems).toEqual([expect.objectContaining({ ledger: 'isolate', seq: 0, code: 'DELETE_MARKER' })]);
  });

  it('give away a second entry that was slipped in behind a delete marker, and the first is read', async () => {
    const { provider, bucket } = await closedIncident();
    const bytes = forged(bucket.current(key)?.bytes ?? Buffer.of());
    bucket.hide(key);
    bucket.write({
      key,
      bytes,
      etag: md5(bytes),
      checksum: { sha256: base64Sha256(bytes), type: 'FULL_OBJECT' },
    });
    const { state, problems, entries } = await verifyJournal(provider, INCIDENT);
    expect({ state, entries }).toEqual({ state: 'broken', entries: 8 });
    expect(problems.map(({ ledger, seq, code }) => `${ledger} ${seq} ${code}`)).toEqual([
      'isolate 0 DELETE_MARKER',
      'isolate 0 SECOND_VERSION',
    ]);
  });

  it('do not help whoever changes the first one', async () => {
    const { provider, bucket } = await closedIncident();
    bucket.tamper(key, forged);
    const { problems } = await verifyJournal(provider, INCIDENT);
    expect(problems).toContainEqual(
      expect.objectContaining({ ledger: 'isolate', seq: 1, code: 'HASH_MISMATCH' }),
    );
  });

  it('give away what does not belong there, and an object that ends early', async () => {
    const { provider, bucket } = await closedIncident();
    bucket.write({ key: `${FOLDER}notes.txt`, bytes: Buffer.from('x'), etag: md5(Buffer.from('x')) });
    bucket.tamper(key, (bytes) => bytes.subarray(0, -1));
    const { problems } = await verifyJournal(provider, INCIDENT);
    expect(problems).toContainEqual(expect.objectContaining({ code: 'STRAY' }));
    expect(problems).toContainEqual(
      expect.objectContaining({ ledger: 'isolate', seq: 1, code: 'UNREADABLE' }),
    );
  });
});
