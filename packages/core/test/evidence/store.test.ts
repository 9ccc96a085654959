import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PutArtifact } from '../../src/engine/artifact.js';
import { artifact, INCIDENT, noise, pieces, read, STAGING, STORES, sha256 } from './stores.js';

const KEY = `${INCIDENT}/triage`;
const adoption = (expected?: { readonly sizeBytes?: number; readonly sha256?: string }) => {
  const { body: _, ...rest } = artifact;
  return { ...rest, source: { bucket: STAGING, key: KEY }, ...(expected === undefined ? {} : { expected }) };
};

describe.each(STORES)('the $name store', ({ make }) => {
  it('keeps what it is given, and says what that is', async () => {
    const { store } = await make();
    const stored = await store.put(INCIDENT, artifact);
    expect(stored).toMatchObject({
      path: 'live/triage.tar.gz',
      sizeBytes: 14,
      sha256: sha256('what was there'),
      mediaType: 'application/gzip',
      acquiredBy: 'suspect',
      origin: 'i-0f3a9c51d2b7e8460',
    });
    expect(stored.uri.endsWith(`/${INCIDENT}/evidence/live/triage.tar.gz`)).toBe(true);
    expect(new Date(stored.storedAt).toISOString()).toBe(stored.storedAt);
    expect((await read(store.open(stored))).toString()).toBe('what was there');
    expect(await store.check(stored)).toEqual([]);
  });

  it('takes texts, bytes and streams, also empty ones, for the same', async () => {
    const { store } = await make();
    const bytes = fc.uint8Array({ maxLength: 300 });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), async (body, size) => {
        const path = `bodies/${count++}`;
        const whole = await store.put(INCIDENT, { ...artifact, path, body });
        expect(whole).toMatchObject({ sizeBytes: body.length, sha256: sha256(body) });
        expect(await store.put(INCIDENT, { ...artifact, path, body: pieces(body, size) })).toEqual(whole);
        expect(Buffer.compare(await read(store.open(whole)), body)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same artifact for the same bytes, and refuses other ones', async () => {
    const { store } = await make();
    const first = await store.put(INCIDENT, artifact);
    expect(await store.put(INCIDENT, artifact)).toEqual(first);
    for (const body of ['what was not there', 'what was There', '']) {
      await expect(store.put(INCIDENT, { ...artifact, body })).rejects.toMatchObject({
        kind: 'permanent',
        code: 'EVIDENCE_EXISTS',
      });
    }
    expect((await read(store.open(first))).toString()).toBe('what was there');
  });

  it('lets one of many that come at once have a path', async () => {
    const { store } = await make();
    const tries = await Promise.allSettled(
      ['a', 'b', 'a', 'c'].map((body) => store.put(INCIDENT, { ...artifact, body })),
    );
    const stored = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(stored.length).toBeGreaterThan(0);
    for (const one of stored) expect(one).toEqual(stored[0]);
    expect(await store.check(stored[0] ?? expect.fail())).toEqual([]);
  });

  it('keeps nothing of a body that breaks off', async () => {
    const { store } = await make();
    async function* broken() {
      yield Buffer.from('half');
      throw new Error('connection lost');
    }
    await expect(store.put(INCIDENT, { ...artifact, body: broken() })).rejects.toThrow('connection lost');
    expect((await store.put(INCIDENT, artifact)).sizeBytes).toBe(14);
  });

  it.each([
    '../run.jsonl',
    '/etc/passwd',
    'a/../../b',
    'a//b',
    'a/./b',
    '.',
    '',
    'a/',
    '.hidden',
    'a\0b',
    'a\nb',
    'a b',
    'a\\b',
    'ünï',
    'a~b',
    '$(x)',
    `${'a/'.repeat(300)}b`,
    'x'.repeat(201),
  ])('refuses %j as a path', async (path) => {
    const { store } = await make();
    const refusal = { kind: 'permanent', code: 'EVIDENCE_PATH_INVALID' };
    await expect(store.put(INCIDENT, { ...artifact, path })).rejects.toMatchObject(refusal);
    await expect(store.adopt(INCIDENT, { ...adoption(), path })).rejects.toMatchObject(refusal);
  });

  it('refuses an incident that is none, and records that point elsewhere', async () => {
    const { store } = await make();
    const refusal = { code: 'EVIDENCE_PATH_INVALID' };
    await expect(store.put('../../etc', artifact)).rejects.toMatchObject(refusal);
    const stored = await store.put(INCIDENT, artifact);
    for (const forged of [
      { ...stored, path: '../../../etc/passwd', uri: 'file:///x/inc-20261120/evidence/../../../etc/passwd' },
      { ...stored, uri: 'file:///etc/passwd' },
      { ...stored, uri: stored.uri.replace(INCIDENT, '..') },
    ]) {
      await expect(store.check(forged)).rejects.toMatchObject(refusal);
    }
  });

  it('takes in what was staged, and compares it with what its source said', async () => {
    const { store, stage } = await make();
    await stage(KEY, 'what was there');
    const expected = { sizeBytes: 14, sha256: sha256('what was there') };
    const adopted = await store.adopt(INCIDENT, adoption(expected));
    expect(adopted).toMatchObject({ path: 'live/triage.tar.gz', ...expected, acquiredBy: 'suspect' });
    expect(await store.adopt(INCIDENT, adoption(expected))).toEqual(adopted);
    expect(await store.adopt(INCIDENT, adoption())).toEqual(adopted);
    expect(await store.put(INCIDENT, artifact)).toEqual(adopted);
    expect(await store.check(adopted)).toEqual([]);
  });

  it('keeps nothing of what is not what its source said', async () => {
    const { store, stage } = await make();
    await stage(KEY, 'what was there');
    await expect(store.adopt(INCIDENT, adoption({ sizeBytes: 15 }))).rejects.toMatchObject({
      code: 'EVIDENCE_SIZE_MISMATCH',
    });
    await expect(store.adopt(INCIDENT, adoption({ sha256: 'f'.repeat(64) }))).rejects.toMatchObject({
      code: 'EVIDENCE_DIGEST_MISMATCH',
    });
    expect((await store.put(INCIDENT, { ...artifact, body: 'the place is free' })).sizeBytes).toBe(17);
  });

  it('refuses to take in other bytes than are there, or nothing at all', async () => {
    const { store, stage } = await make();
    const missing: Promise<unknown> = store.adopt(INCIDENT, adoption());
    await expect(missing).rejects.toMatchObject({ kind: 'permanent' });
    await store.put(INCIDENT, artifact);
    await stage(KEY, 'something else');
    await expect(store.adopt(INCIDENT, adoption())).rejects.toMatchObject({ code: 'EVIDENCE_EXISTS' });
  });

  it('tells what is missing, cut or changed', async () => {
    const { store } = await make();
    const stored = await store.put(INCIDENT, artifact);
    expect(await store.check({ ...stored, sizeBytes: 15 })).toEqual([
      'live/triage.tar.gz has 14 bytes, not 15',
    ]);
    expect(await store.check({ ...stored, sha256: '0'.repeat(64) })).toEqual([
      `live/triage.tar.gz has SHA-256 ${stored.sha256}, not ${'0'.repeat(64)}`,
    ]);
    const gone = { ...stored, path: 'live/gone', uri: stored.uri.replace('triage.tar.gz', 'gone') };
    expect(await store.check(gone)).toEqual(['live/gone is missing']);
  });

  it('stores a body of many parts', async () => {
    const { store } = await make();
    const bytes = noise(34 * 1024 * 1024 + 17);
    const big: PutArtifact = { ...artifact, path: 'memory/dump.lime', body: pieces(bytes, 700_001) };
    const stored = await store.put(INCIDENT, big);
    expect(stored).toMatchObject({ sizeBytes: bytes.length, sha256: sha256(bytes) });
    expect(await store.put(INCIDENT, { ...big, body: bytes })).toEqual(stored);
    expect(await store.check(stored)).toEqual([]);
    const other = Buffer.from(bytes);
    other[20_000_000] = (other[20_000_000] ?? 0) ^ 1;
    await expect(store.put(INCIDENT, { ...big, body: other })).rejects.toMatchObject({
      code: 'EVIDENCE_EXISTS',
    });
  });
});
