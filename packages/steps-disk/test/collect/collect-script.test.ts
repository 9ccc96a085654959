import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostScript } from '@cordon/core';
import { describe, expect, it } from 'vitest';
import uploadScript from '../../src/collect/upload-archives.sh';
import { KEY, plant, runOnHost } from '../world/host-run.js';
import { objectStore } from '../world/object-store.js';
import { COLLECT, collect, LIMITS, MOUNT, ROOT_FILES, tooled, VOLUME, volume } from './collecting.js';

const UPLOAD: HostScript = { name: 'upload-archives', text: uploadScript };

describe('collecting files', () => {
  it('takes the places that tell, and says what it has packed', async () => {
    const root = await volume({
      ...ROOT_FILES,
      'var/log/auth.log': 'log\n',
      'home/a/.bash_history': 'id\n',
      'usr/bin/ls': 'not wanted',
    });
    const { archive, files, size, sha256, leftOut, unread, notices } = await collect(root);
    expect([...files.keys()].filter((path) => path.startsWith('fs/')).toSorted()).toEqual([
      'fs/etc/passwd',
      'fs/home/a/.bash_history',
      'fs/var/log/auth.log',
    ]);
    expect({ size, sha256 }).toEqual({
      size: String(archive.length),
      sha256: createHash('sha256').update(archive).digest('hex'),
    });
    expect({ leftOut, unread, notices }).toEqual({ leftOut: '0', unread: '0', notices: [] });
    expect(JSON.parse(files.get('meta/collection.json') ?? '')).toMatchObject({
      volume: VOLUME,
      mounts: MOUNT,
    });
  });

  it('lists every file of the file system, whatever its name holds', async () => {
    const root = await volume({
      ...ROOT_FILES,
      'usr/bin/ls': 'x',
      'tmp/tab\there': '1',
      'tmp/new\nline': '2',
      'tmp/back\\slash': '3',
      'tmp/link': '-> /etc/sha\tdow',
    });
    const { files } = await collect(root);
    const lines = (files.get('meta/files.tsv') ?? '').replace(/\n$/, '').split('\n');
    expect(lines[0]).toBe('path\ttype\tmode_octal\tuid\tgid\tsize\tatime\tmtime\tctime\tinode\tlink');
    expect(lines.every((line) => line.split('\t').length === 11)).toBe(true);
    const names = lines.slice(1).map((line) => line.split('\t')[0]);
    expect(names).toEqual(
      expect.arrayContaining(['usr/bin/ls', 'tmp/tab\\there', 'tmp/new\\nline', 'tmp/back\\\\slash']),
    );
    expect(lines.find((line) => line.startsWith('tmp/link\t'))).toMatch(/\tl\t777\t.*\t\/etc\/sha\\tdow$/);
  });

  it('packs names that look like options, patterns or other places', async () => {
    const names = [
      '--checkpoint-action=exec=touch pwned',
      '*',
      '-C',
      'a b\nc',
      "$(touch pwned)'",
      '..x',
      '\xff',
    ];
    const root = await volume(ROOT_FILES);
    for (const name of names) writeFileSync(join(root, MOUNT, 'etc', name), name);
    const { files } = await collect(root);
    for (const name of names) expect(files.get(`fs/etc/${name}`)).toBe(name);
  });

  it('takes links as links, follows none, and reads no pipe', async () => {
    const root = await volume({ ...ROOT_FILES, 'etc/out': '-> /etc/shadow', 'etc/dir': '-> /root' });
    execFileSync('mkfifo', [join(root, MOUNT, 'etc/pipe')]);
    const { types } = await collect(root);
    expect(types.get('fs/etc/out')).toBe('symlink');
    expect(types.get('fs/etc/dir')).toBe('symlink');
    expect(types.has('fs/etc/pipe')).toBe(false);
  });

  it('shows the whole content of files with holes and with several names', async () => {
    const shell = `<?php system($_POST['c']); ?>`;
    const root = await volume({ ...ROOT_FILES, 'var/www/a.php': shell, 'var/www/z.php': shell });
    truncateSync(join(root, MOUNT, 'var/www/z.php'), 500_000);
    linkSync(join(root, MOUNT, 'var/www/a.php'), join(root, MOUNT, 'var/www/b.php'));
    const { files, notices } = await collect(root);
    expect(files.get('fs/var/www/a.php')).toBe(shell);
    expect(files.get('fs/var/www/b.php')).toBe(shell);
    expect(files.get('fs/var/www/z.php')).toBe(shell.padEnd(500_000, '\0'));
    expect(notices).toEqual([]);
  });

  it('leaves out what is too large, and counts and names it', async () => {
    const root = await volume({ ...ROOT_FILES, 'srv/big\nfile': 'x'.repeat(3000), 'srv/small': 'y' });
    const { files, leftOut, packed } = await collect(root, { limits: { maxfile: 2999 } });
    expect(files.get('fs/srv/small')).toBe('y');
    expect(files.has('fs/srv/big\nfile')).toBe(false);
    expect(leftOut).toBe('1');
    expect(files.get('meta/left-out.tsv')).toBe('path\tsize\nsrv/big\\nfile\t3000\n');
    expect(Number(packed)).toBeGreaterThan(2);
  });

  it('keeps an archive within its limit, over all file systems of a volume', async () => {
    const other = `/mnt/evidence/${VOLUME}/nvme1n1p2`;
    const root = await volume({ ...ROOT_FILES, 'srv/a': 'a'.repeat(900) });
    await plant(root, { [`${other}/data/b`]: 'b'.repeat(900), [`${other}/data/c`]: 'c' });
    const { files, leftOut } = await collect(root, {
      // All of it has 13 blocks of 512 bytes, c two of them.
      limits: { maxtotal: 13 * 512 - 2 * 512 - 1 },
      volumes: `${VOLUME}=${MOUNT},${other}`,
    });
    expect(files.get('fs/srv/a')).toHaveLength(900);
    expect(files.get('fs/nvme1n1p2/data/c')).toBe('c');
    expect(files.has('fs/nvme1n1p2/data/b')).toBe(false);
    expect(leftOut).toBe('1');
  });

  it('counts links as what they take in the archive, however many there are', async () => {
    const links = 10_500;
    const root = await volume(ROOT_FILES);
    mkdirSync(join(root, MOUNT, 'srv/farm'), { recursive: true });
    for (let i = 0; i < links; i++) symlinkSync('/etc/shadow', join(root, MOUNT, `srv/farm/${i}`));
    const { types, leftOut, packed } = await collect(root, { limits: { maxtotal: 10_100 * 512 } });
    const farm = [...types].filter(([path, type]) => path.startsWith('fs/srv/farm/') && type === 'symlink');
    // Three folders and a file of two blocks stand before them.
    expect(farm).toHaveLength(10_100 - 5);
    expect(Number(packed) + Number(leftOut)).toBe(links + 4);
  });

  it('goes on where the file system gives an error, and counts it', async () => {
    const root = await volume({ ...ROOT_FILES, 'etc/ok': 'ok' });
    const tools = await tooled(root, {
      find: `/usr/bin/find "$@"; echo "find: './etc/bad': Bad message" >&2; exit 1`,
      tar: `[[ $* == *--files-from* ]] && echo "tar: ./etc/bad: Cannot open: Bad message" >&2; exec /usr/bin/tar "$@"`,
    });
    const { files, unread } = await collect(root, { tools });
    expect(files.get('fs/etc/ok')).toBe('ok');
    expect(unread).toBe('3');
  });

  it('collects once, however often it is sent', async () => {
    const root = await volume(ROOT_FILES);
    const first = await collect(root);
    writeFileSync(join(root, MOUNT, 'etc/later'), 'later');
    const second = await collect(root);
    expect(second.sha256).toBe(first.sha256);
    expect(second.files.has('fs/etc/later')).toBe(false);
  });

  it('fails where a mount is gone, and calls no empty archive a collection', async () => {
    const root = await volume(ROOT_FILES);
    const gone = `/mnt/evidence/${VOLUME}/nvme1n1p9`;
    const run = await runOnHost(COLLECT, {
      root,
      parameters: { volumes: `${VOLUME}=${MOUNT},${gone}`, ...LIMITS },
    });
    expect(run.exitCode).not.toBe(0);
    expect(run.stdout).toBe('');
  });

  it('reads nothing where nothing is mounted any more: that folder lies on the instance’s own root', async () => {
    const root = await volume({ ...ROOT_FILES, 'etc/shadow': 'the instance’s own' });
    const run = await runOnHost(COLLECT, {
      root,
      parameters: { volumes: `${VOLUME}=${MOUNT}`, ...LIMITS },
      tools: await tooled(root, {}, 'exit 1'),
    });
    expect(run).toMatchObject({
      exitCode: 65,
      stdout: '',
      stderr: expect.stringMatching(/NOT_MOUNTED: \/mnt/),
    });
    expect(existsSync(join(root, `var/tmp/cordon-${KEY}/${VOLUME}.tar.gz`))).toBe(false);
  });

  it('ends on links that lead to themselves, up, and out', async () => {
    const root = await volume({
      ...ROOT_FILES,
      'etc/loop': '-> loop',
      'etc/up': '-> ../..',
      'etc/out': '-> /etc/passwd',
      'srv/first/second/back': '-> ../../first',
    });
    const { files, types } = await collect(root);
    expect(types.get('fs/etc/loop')).toBe('symlink');
    expect(types.get('fs/srv/first/second/back')).toBe('symlink');
    expect([...files.keys()].filter((path) => path.startsWith('fs/'))).toEqual(['fs/etc/passwd']);
  });

  it('does not go out of the evidence by a folder that is a link, and names what it did not go to', async () => {
    const root = await volume({ ...ROOT_FILES, lib: '-> usr/lib', 'usr/lib/systemd/a.service': 'a' });
    await plant(root, { 'own/log/secret': 'the instance’s own', 'own/www/page': 'its own, too' });
    await plant(root, { [`${MOUNT}/var`]: `-> ${join(root, 'own')}`, [`${MOUNT}/home`]: '-> srv/home' });
    const { files, types, leftOut } = await collect(root);
    expect([...files.keys()].filter((path) => path.startsWith('fs/'))).toEqual([
      'fs/etc/passwd',
      'fs/usr/lib/systemd/a.service',
    ]);
    expect(types.get('fs/home')).toBe('symlink');
    const named = (files.get('meta/left-out.tsv') ?? '').trimEnd().split('\n').slice(1);
    expect(named).toContain('home\t0');
    expect(named).toContain('var/log\t0');
    expect(Number(leftOut)).toBe(named.length);
  });

  it('takes no mount that lies elsewhere than the evidence', async () => {
    const root = await volume(ROOT_FILES);
    mkdirSync(join(root, 'etc'));
    const run = await runOnHost(COLLECT, {
      root,
      parameters: { volumes: `${VOLUME}=/mnt/evidence/../../etc`, ...LIMITS },
    });
    expect(run).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/BAD_PARAMETER: volumes/) });
  });
});

describe('uploading archives', () => {
  it('puts each to the place that its sheet names', async () => {
    const root = await volume(ROOT_FILES);
    const { archive } = await collect(root);
    const store = await objectStore();
    store.set('/sheet', `1 ${store.url('/archive')}\n`);
    const run = await runOnHost(UPLOAD, {
      root,
      parameters: { key: KEY, volumes: VOLUME, sheet0: store.url('/sheet') },
    });
    expect(run.answer()).toEqual({ uploaded: '1' });
    expect(store.get('/archive')?.equals(archive)).toBe(true);
  });

  it('fails by name where the sheet is none', async () => {
    const root = await volume(ROOT_FILES);
    const store = await objectStore();
    const parameters = { key: KEY, volumes: VOLUME, sheet0: store.url('/nothing') };
    expect(await runOnHost(UPLOAD, { root, parameters })).toMatchObject({
      exitCode: 65,
      stderr: expect.stringMatching(/SHEET_NOT_READ: /),
    });
  });
});
