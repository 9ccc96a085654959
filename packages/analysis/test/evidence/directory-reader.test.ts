import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryReader } from '../../src/evidence/directory-reader.js';
import { readAll } from './evidence.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-evidence-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the directory reader', () => {
  it('walks in order and tells what each file is', async () => {
    mkdirSync(join(folder, 'etc'));
    writeFileSync(join(folder, 'etc/b'), 'two');
    writeFileSync(join(folder, 'etc/a'), 'one');
    chmodSync(join(folder, 'etc/a'), 0o4755);
    utimesSync(join(folder, 'etc/a'), 1, 1_700_000_000);
    const { files, notices } = await readAll(directoryReader(folder));
    expect(files.map(({ file, text }) => [file.path, file.type, text])).toEqual([
      ['etc', 'directory', ''],
      ['etc/a', 'file', 'one'],
      ['etc/b', 'file', 'two'],
    ]);
    expect(files[1]?.file).toMatchObject({ mode: 0o4755, mtime: 1_700_000_000, sizeBytes: 3 });
    expect(notices).toEqual([]);
  });

  it('tells links and never follows them, in circles or out', async () => {
    mkdirSync(join(folder, 'a'));
    symlinkSync('..', join(folder, 'a/loop'));
    symlinkSync('/etc/passwd', join(folder, 'a/out'));
    symlinkSync('/etc', join(folder, 'a/folder'));
    const { files } = await readAll(directoryReader(folder));
    expect(files.map(({ file }) => [file.path, file.type, file.linkTarget])).toEqual([
      ['a', 'directory', undefined],
      ['a/folder', 'symlink', '/etc'],
      ['a/loop', 'symlink', '..'],
      ['a/out', 'symlink', '/etc/passwd'],
    ]);
    expect(files.every(({ text }) => text === '')).toBe(true);
  });

  it('does not hang on a FIFO or a socket', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const server = createServer().listen(join(folder, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const { files } = await readAll(directoryReader(folder));
    server.close();
    expect(files.map(({ file }) => [file.path, file.type])).toEqual([
      ['pipe', 'special'],
      ['socket', 'special'],
    ]);
  });

  it('does not hang on a file that became a FIFO since it was listed', async () => {
    writeFileSync(join(folder, 'swapped'), 'x');
    const notices: string[] = [];
    for await (const file of directoryReader(folder).files(({ code }) => notices.push(code))) {
      rmSync(join(folder, 'swapped'));
      symlinkSync('/etc/passwd', join(folder, 'swapped'));
      for await (const _ of file.content()) throw new Error('a link was followed');
    }
    expect(notices).toEqual(['UNREADABLE']);
  });

  it('walks no deeper than it can, and says so; whoever stops leaves nothing open', async () => {
    const deep = Array.from({ length: 260 }, () => 'd').join('/');
    mkdirSync(join(folder, deep), { recursive: true });
    writeFileSync(join(folder, 'z'), '');
    const { files, notices } = await readAll(directoryReader(folder));
    expect(files.map(({ file }) => file.path).at(-1)).toBe('z');
    expect(notices.map(({ code, path }) => [code, path?.length])).toEqual([['TOO_DEEP', 2 * 257 - 1]]);
    for await (const { path } of directoryReader(folder).files(() => undefined)) if (path === 'd/d/d') break;
    rmSync(folder, { recursive: true });
  });

  it('tells a folder that is not there', async () => {
    const { files, notices } = await readAll(directoryReader(join(folder, 'nowhere')));
    expect(files).toEqual([]);
    expect(notices[0]?.code).toBe('UNREADABLE');
  });
});
