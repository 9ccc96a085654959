import { describe, expect, it } from 'vitest';
import { type ObjectSource, objectReader } from '../../src/evidence/object-reader.js';
import { inChunks, readAll } from './evidence.js';

const WHEN = new Date('2026-11-20T03:00:00Z');

function source(objects: { readonly [key: string]: string | Error }): ObjectSource {
  return {
    async *list(prefix) {
      for (const [key, body] of Object.entries(objects)) {
        if (key === 'FAILS' && body instanceof Error) throw body;
        if (key.startsWith(prefix)) yield { key, sizeBytes: String(body).length, modifiedAt: WHEN };
      }
    },
    async *read(key) {
      const body = objects[key];
      if (body === undefined || body instanceof Error) throw body ?? new Error('NoSuchKey');
      yield* inChunks(Buffer.from(body), 3);
    },
  };
}

describe('objects as evidence', () => {
  it('are read by the rest of their keys, and folders that consoles make are none', async () => {
    const objects = source({ 'a/logs/': '', 'a/logs/auth.log': 'one two', 'a/logs/x/y': 'z' });
    const { files, notices } = await readAll(objectReader(objects, 'a/logs/'));
    expect(files.map(({ file, text }) => [file.path, file.type, text])).toEqual([
      ['auth.log', 'file', 'one two'],
      ['x/y', 'file', 'z'],
    ]);
    expect(files[0]?.file).toMatchObject({ sizeBytes: 7, mtime: WHEN.getTime() / 1000 });
    expect(notices).toEqual([]);
  });

  it('keep the last folder of a prefix out of their paths, not the beginning of a name', async () => {
    const { files } = await readAll(objectReader(source({ 'a/auth.log': '', 'a/auth.log.1': '' }), 'a/auth'));
    expect(files.map(({ file }) => file.path)).toEqual(['auth.log', 'auth.log.1']);
  });

  it('lead nowhere, whatever their keys say', async () => {
    const hostile = ['p/../../etc/passwd', 'p//x', 'p/..', 'p/\0', 'p/\x1b[2J', 'p/<script>'];
    const { files, notices } = await readAll(
      objectReader(source(Object.fromEntries(hostile.map((key) => [key, '!']))), 'p/'),
    );
    expect(files.map(({ file }) => file.path)).toEqual(['etc/passwd', 'x', '\x1b[2J', '<script>']);
    expect(notices.map(({ code, path }) => [code, path])).toEqual([
      ['ODD_PATH', 'p/../../etc/passwd'],
      ['ODD_PATH', 'p//x'],
      ['ODD_PATH', 'p/..'],
      ['ODD_PATH', 'p/\0'],
    ]);
  });

  it('are told where they cannot be read, and the walk goes on', async () => {
    const objects = source({ a: 'one', b: new Error('AccessDenied'), c: 'three', FAILS: new Error('cut') });
    const { files, notices } = await readAll(objectReader(objects, ''));
    expect(files.map(({ text }) => text)).toEqual(['one', '', 'three']);
    expect(notices.map(({ code, message }) => [code, message])).toEqual([
      ['UNREADABLE', 'AccessDenied'],
      ['LISTING_FAILED', 'cut'],
    ]);
  });
});
