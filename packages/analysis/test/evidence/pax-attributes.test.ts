import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { tarReader } from '../../src/evidence/tar-reader.js';
import { parseCapabilityAttribute, parseGetcapLine } from '../../src/parsers/file-capabilities.js';
import { inChunks, tarOf } from './evidence.js';

// Made by GNU tar 1.34 with --xattrs --xattrs-include=security.capability; capabilities.txt is what getcap -r says of it.
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const TAR = gunzipSync(fixture('capabilities.tar.gz'));

async function capabilitiesOf(tar: Buffer, chunkBytes: number) {
  const found: Record<string, readonly string[]> = {};
  for await (const file of tarReader(inChunks(tar, chunkBytes)).files(() => undefined)) {
    const { permitted, inheritable } = (file.capability && parseCapabilityAttribute(file.capability)) ?? {};
    if (permitted !== undefined) found[file.path] = [...permitted, ...(inheritable ?? [])].sort();
  }
  return found;
}

describe('attributes in pax headers', () => {
  it.each([13, 512, 1000, 10_240, 1_000_000])(
    'are those that getcap lists, in chunks of %i',
    async (size) => {
      const listed = fixture('capabilities.txt').toString('utf8').trim().split('\n').map(parseGetcapLine);
      expect(listed).toHaveLength(7);
      expect(await capabilitiesOf(TAR, size)).toEqual(
        Object.fromEntries(
          listed.map((line) => [
            line?.path.replace('./', ''),
            [...(line?.permitted ?? []), ...(line?.inheritable ?? [])].sort(),
          ]),
        ),
      );
    },
  );

  it('are none of an archive that has none, also where its pax headers name other things', async () => {
    const long = 'x'.repeat(120);
    const tar = await tarOf([
      { name: `${long}/${long}`, body: 'y'.repeat(700), header: { pax: { 'SCHILY.xattr.user.x': 'y' } } },
      { name: 'b', body: '' },
      { name: 'c', body: 'z' },
    ]);
    expect(await capabilitiesOf(tar, 100)).toEqual({});
  });

  it('stay with the entry that they precede', async () => {
    const capability = '\u0001\0\0\u0002 \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0';
    const tar = await tarOf([
      { name: 'before', body: 'y'.repeat(2000) },
      { name: 'it', body: 'y', header: { pax: { 'SCHILY.xattr.security.capability': capability } } },
      { name: 'after', body: 'y' },
    ]);
    expect(await capabilitiesOf(tar, 300)).toEqual({ it: ['cap_kill'] });
  });
});
