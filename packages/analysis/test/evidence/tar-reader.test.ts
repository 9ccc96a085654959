import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tarReader } from '../../src/evidence/tar-reader.js';
import { inChunks, readAll, tarGzOf, tarOf } from './evidence.js';

const ENTRIES = [
  { name: 'fs/etc/passwd', body: 'root:x:0:0::/root:/bin/bash\n', header: { mode: 0o644, uid: 0 } },
  { name: 'fs/var/empty', body: '' },
  { name: 'fs/tmp/link', header: { type: 'symlink', linkname: '/etc/shadow' } },
  { name: 'meta/files.tsv', body: 'x'.repeat(300_000) },
] as const;

describe('the tar reader', () => {
  it.each([
    ['plain', tarOf],
    ['gzip', tarGzOf],
    ['zstd', async (entries: typeof ENTRIES) => zstdCompressSync(await tarOf(entries))],
  ])('reads a %s archive', async (_name, make) => {
    const { files, notices } = await readAll(tarReader(inChunks(await make(ENTRIES))));
    expect(notices).toEqual([]);
    expect(files.map(({ file }) => file.path)).toEqual(ENTRIES.map(({ name }) => name));
    expect(files[0]?.text).toBe('root:x:0:0::/root:/bin/bash\n');
    expect(files[0]?.file).toMatchObject({ type: 'file', mode: 0o644, uid: 0, mtime: 1795143600 });
    expect(files[2]?.file).toMatchObject({ type: 'symlink', linkTarget: '/etc/shadow' });
    expect(files[3]?.text.length).toBe(300_000);
  });

  it('goes on to the next file when the content of one is left unread, or half read', async () => {
    const archive = await tarOf(ENTRIES);
    const paths: string[] = [];
    for await (const file of tarReader(inChunks(archive)).files(() => {})) {
      paths.push(file.path);
      if (paths.length % 2 === 0) for await (const chunk of file.content()) if (chunk.length > 0) break;
    }
    expect(paths).toEqual(ENTRIES.map(({ name }) => name));
  });

  it('makes hostile names harmless and tells them', async () => {
    const archive = await tarOf([
      { name: '../../etc/cron.d/evil', body: 'x' },
      { name: '/etc/passwd', body: 'y' },
      { name: 'fs/a/../../b', body: 'z' },
    ]);
    const { files, notices } = await readAll(tarReader(inChunks(archive)));
    expect(files.map(({ file }) => file.path)).toEqual(['etc/cron.d/evil', 'etc/passwd', 'fs/a/b']);
    expect(notices.map(({ code }) => code)).toEqual(['ODD_PATH', 'ODD_PATH', 'ODD_PATH']);
  });

  it('tells that an archive ends too soon, and gives what came before', async () => {
    const archive = await tarOf(ENTRIES);
    const { files, notices } = await readAll(tarReader(inChunks(archive.subarray(0, 150_000))));
    expect(files.length).toBe(4);
    expect(files[3]?.text.length).toBeLessThan(300_000);
    expect(notices.map(({ code }) => code)).toContain('CONTENT_DAMAGED');
  });

  it('tells that gzip is damaged', async () => {
    const archive = await tarGzOf(ENTRIES);
    const broken = Buffer.from(archive.subarray(0, archive.length - 40));
    const { notices } = await readAll(tarReader(inChunks(broken)));
    expect(notices.length).toBeGreaterThan(0);
  });

  it('tells what it cannot decompress', async () => {
    const { files, notices } = await readAll(
      tarReader(inChunks(Buffer.from('fd377a585a000004e6d6b446', 'hex'))),
    );
    expect(files).toEqual([]);
    expect(notices[0]?.code).toBe('ARCHIVE_DAMAGED');
  });

  it('never throws, whatever the bytes are', async () => {
    const good = await tarOf(ENTRIES.slice(0, 3));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 40 }),
        async (changes) => {
          const bytes = Buffer.from(good);
          for (const [at, value] of changes) bytes[at] = value;
          const { files } = await readAll(tarReader(inChunks(bytes, 512)));
          expect(files.length).toBeLessThan(20);
        },
      ),
      { numRuns: 150 },
    );
  });
});
