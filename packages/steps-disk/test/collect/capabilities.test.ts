import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { tarReader } from '@cordon/analysis';
import { describe, expect, it } from 'vitest';
import { collect, MOUNT, ROOT_FILES, tooled, volume } from './collecting.js';

/** Only root may set them, and not in every file system. */
const canSet = (path: string) => spawnSync('setcap', ['cap_setuid=ep', path]).status === 0;

describe('rights of root in attributes of files', () => {
  it('are listed, of the whole file system, where there is a tool for it', async () => {
    const root = await volume({ ...ROOT_FILES, 'usr/bin/ping': 'x' });
    const tools = await tooled(root, {
      getcap: '[[ $* == "-r ." ]] && printf "./usr/bin/ping cap_net_raw=ep\\n"; exit 1',
    });
    const { files, unread } = await collect(root, { tools });
    expect(files.get('meta/capabilities.txt')).toBe('./usr/bin/ping cap_net_raw=ep\n');
    expect(unread).toBe('0');
  });

  it('stay with the files that are packed', async ({ skip }) => {
    const root = await volume({ ...ROOT_FILES, 'usr/local/bin/tool': 'x', 'usr/local/bin/other': 'y' });
    if (!canSet(join(root, MOUNT, 'usr/local/bin/tool'))) skip('this user may not set them here');
    const { archive } = await collect(root);
    async function* stream() {
      yield archive;
    }
    const found: string[] = [];
    for await (const { path, capability } of tarReader(stream()).files(() => undefined))
      if (capability !== undefined) found.push(`${path} ${Buffer.from(capability).toString('hex', 0, 8)}`);
    expect(found).toEqual(['fs/usr/local/bin/tool 0100000280000000']);
  });
});
