import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PaxAttributes } from '../../src/evidence/pax-attributes.js';
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

  // Each would send the reader back to where it was, without end.
  it.each([
    ['a size below nothing in the pax header', '14 size=-5000\n', 'x', '00000000016\0'],
    ['a size below nothing in the header itself', '', '0', '-0000005000\0'],
  ])('are read to the end of an archive with %s', (_, record, type, size) => {
    const header = Buffer.alloc(512);
    header.write('name');
    header.write(size, 124, 'latin1');
    header.write(type, 156, 'latin1');
    const file = Buffer.alloc(512);
    file.write('file');
    const reader = new PaxAttributes();
    reader.push(Buffer.concat([header, Buffer.from(record.padEnd(512, '\0')), file, Buffer.alloc(1024)]));
    reader.push(TAR);
    expect(reader.capability(undefined)).toBeUndefined();
  });
});
