import { appendFile, chmod, cp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { directoryEvidence } from '../../src/evidence/directory-evidence.js';
import { s3Evidence } from '../../src/evidence/s3-evidence.js';
import { manualClock } from '../journal/manual-clock.js';
import { temporaryDirectory } from '../journal/providers.js';
import { artifact, buckets, INCIDENT, LOCKED, read, STAGING } from './stores.js';

async function world() {
  const directory = await temporaryDirectory();
  return { directory, store: directoryEvidence({ directory, clock: manualClock() }) };
}

describe('the directory store', () => {
  it('leaves the artifact alone in its place, read-only, dated by the clock', async () => {
    const { directory, store } = await world();
    const { uri, storedAt } = await store.put(INCIDENT, artifact);
    const path = join(directory, INCIDENT, 'evidence', 'live', 'triage.tar.gz');
    expect(fileURLToPath(uri)).toBe(path);
    expect(storedAt).toBe('2026-11-20T03:31:00.000Z');
    expect((await stat(path)).mode & 0o777).toBe(0o400);
    expect(await readdir(join(directory, INCIDENT, 'incoming'))).toEqual([]);
  });

  it('finds what was changed, cut or removed behind its back', async () => {
    const { directory, store } = await world();
    const stored = await store.put(INCIDENT, artifact);
    const path = join(directory, INCIDENT, 'evidence', 'live', 'triage.tar.gz');
    await chmod(path, 0o600);
    await appendFile(path, '!');
    expect(await store.check(stored)).toEqual(['live/triage.tar.gz has 15 bytes, not 14']);
    await rm(path);
    expect(await store.check(stored)).toEqual(['live/triage.tar.gz is missing']);
  });

  it('checks evidence that was moved to another place', async () => {
    const { directory, store } = await world();
    const stored = await store.put(INCIDENT, artifact);
    const moved = await temporaryDirectory();
    await cp(directory, moved, { recursive: true });
    await rm(directory, { recursive: true });
    const elsewhere = directoryEvidence({ directory: moved });
    expect(await elsewhere.check(stored)).toEqual([]);
    expect((await read(elsewhere.open(stored))).toString()).toBe('what was there');
  });

  it('checks evidence that was brought down from S3', async () => {
    const { store } = await world();
    const inS3 = await s3Evidence({ account: buckets().account(), bucket: LOCKED, prefix: 'a/b' }).put(
      INCIDENT,
      artifact,
    );
    expect(await store.check(inS3)).toEqual(['live/triage.tar.gz is missing']);
    await store.put(INCIDENT, artifact);
    expect(await store.check(inS3)).toEqual([]);
  });

  it('adopts nothing without an account', async () => {
    const { store } = await world();
    const { body: _, ...rest } = artifact;
    const request = { ...rest, source: { bucket: STAGING, key: 'x' } };
    await expect(store.adopt(INCIDENT, request)).rejects.toMatchObject({ code: 'EVIDENCE_NO_ACCOUNT' });
  });
});
