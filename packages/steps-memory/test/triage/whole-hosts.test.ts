import { mkdirSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { plantTree } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { plant, privateRoot } from '../world/host-run.js';
import { MACHINE, process, triage } from './triaged.js';

describe('the triage of a whole host', () => {
  it('reads a real /proc', async () => {
    const root = await privateRoot();
    for (const folder of ['proc', 'usr']) await symlink(`/${folder}`, join(root, folder));
    const { answer, rows } = await triage(root);
    expect(answer['late']).toBe('');
    const bash = rows('processes.tsv').filter(({ comm }) => comm === 'bash');
    expect(bash.length).toBeGreaterThan(0);
    const own = rows('processes.tsv').find(({ pid }) => pid === String(globalThis.process.pid));
    expect(own).toMatchObject({ ppid: String(globalThis.process.ppid), exe_deleted: '0' });
    const listening = rows('sockets.tsv').filter(({ state }) => state === 'LISTEN');
    expect(listening).toContainEqual(
      expect.objectContaining({ local_addr: '127.0.0.1', pid: String(globalThis.process.pid) }),
    );
    expect(rows('environ.tsv')).toContainEqual({
      pid: own?.['pid'],
      name: 'PATH',
      value: expect.any(String),
    });
  });

  it('sees what was planted on the demo’s web server', async () => {
    const root = await privateRoot();
    plantTree(root);
    const { rows, read } = await triage(root);
    expect(rows('processes.tsv')).toContainEqual(
      expect.objectContaining({ exe: '/var/tmp/.x/kworkerd (deleted)', exe_deleted: '1' }),
    );
    expect(rows('sockets.tsv')).toContainEqual(
      expect.objectContaining({ remote_addr: '203.0.113.66', remote_port: '4444', state: 'ESTABLISHED' }),
    );
    expect(read('cron/etc/cron.d/sysstat-update')).toContain('/dev/tcp/203.0.113.66/4444');
  });
});

describe('a host with two thousand processes', () => {
  it('is looked at whole, every process of it', async () => {
    const root = await privateRoot();
    const everyone = Array.from({ length: 2000 }, (_, at) => process(at + 10, `worker ${at}`));
    await plant(root, Object.assign({}, MACHINE, ...everyone));
    for (let pid = 10; pid < 2010; pid += 1) {
      const folder = join(root, 'proc', String(pid));
      mkdirSync(join(folder, 'fd'));
      await symlink('/usr/bin/true', join(folder, 'exe'));
      await symlink(`socket:[${pid}]`, join(folder, 'fd/3'));
    }
    const { rows, answer } = await triage(root, { longest: '60' });
    expect(answer['late']).toBe('');
    expect(rows('processes.tsv')).toHaveLength(2000);
  });
});
