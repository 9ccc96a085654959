import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRIAGE } from '../../src/triage/triage-script.js';
import { plant, privateRoot, runOnHost } from '../world/host-run.js';
import { objectStore } from '../world/object-store.js';
import { MACHINE, process, triage } from './triaged.js';

describe('the triage script', () => {
  it('says what it has packed, and leaves nothing on the host', async () => {
    const root = await privateRoot();
    await plant(root, { ...MACHINE, ...process(10, 'sh') });
    const { answer, archive } = await triage(root);
    expect(answer).toEqual({
      size: String(archive.length),
      sha256: createHash('sha256').update(archive).digest('hex'),
      utc: new Date(1_795_001_000_000).toISOString().replace('.000', ''),
      late: '',
      quick: '',
      large: '0',
    });
    expect(readdirSync(join(root, 'run'))).toEqual([]);
  });

  it('reads names and arguments that want to be something else', async () => {
    const root = await privateRoot();
    await plant(root, {
      ...MACHINE,
      ...process(10, 'x) R 1 (y\n11', {
        cmdline: '/bin/a\0tab\there\0new\nline\0back\\slash\0\x1b[31m\0',
        environ: 'A=1\x002\0EVIL=a\tb\nc\0',
      }),
    });
    const { rows } = await triage(root);
    expect(rows('processes.tsv')).toEqual([
      {
        pid: '10',
        ppid: '1',
        uid: '33',
        start_ticks: '1000',
        state: 'S',
        comm: 'x) R 1 (y\\n11',
        exe: '',
        exe_deleted: '0',
        exe_sha256: '',
        cwd: '',
        cmdline: '/bin/a tab\\there new\\nline back\\\\slash \\x1b[31m',
      },
    ]);
    expect(rows('environ.tsv')).toEqual([
      { pid: '10', name: 'A', value: '1' },
      { pid: '10', name: '2', value: '2' },
      { pid: '10', name: 'EVIL', value: 'a\\tb\\nc' },
    ]);
  });

  it('keeps text that is UTF-8 and escapes bytes that are not', async () => {
    const root = await privateRoot();
    await plant(root, { ...MACHINE, ...process(10, 'sh') });
    writeFileSync(
      join(root, 'proc/10/cmdline'),
      Buffer.concat([
        Buffer.from('caf\u00e9 \u{1F600} '),
        Buffer.from([0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0]),
      ]),
    );
    const [row] = (await triage(root)).rows('processes.tsv');
    expect(row?.['cmdline']).toBe('caf\u00e9 \u{1F600} \\xff\\xc3(\\xed\\xa0\\x80');
  });

  it('cuts what is endless', async () => {
    const root = await privateRoot();
    await plant(root, { ...MACHINE, ...process(10, 'sh', { cmdline: 'y'.repeat(2_000_000) }) });
    const [row] = (await triage(root)).rows('processes.tsv');
    expect(row?.['cmdline']).toHaveLength(4096);
  });

  it('names the process behind each socket', async () => {
    const root = await privateRoot();
    await plant(root, {
      ...MACHINE,
      ...process(10, 'bash', { 'fd/3': '-> socket:[4711]', 'fd/4': '-> /etc/passwd' }),
      ...process(9, 'nc', { 'fd/5': '-> socket:[4712]' }),
    });
    const { rows } = await triage(root);
    expect(rows('sockets.tsv')).toEqual([
      {
        proto: 'tcp',
        local_addr: '10.20.3.44',
        local_port: '54321',
        remote_addr: '203.0.113.66',
        remote_port: '4444',
        state: 'ESTABLISHED',
        uid: '0',
        inode: '4711',
        pid: '10',
      },
      expect.objectContaining({
        proto: 'tcp6',
        local_addr: '::1',
        local_port: '31337',
        remote_addr: '::',
        state: 'LISTEN',
        pid: '9',
      }),
    ]);
  });

  it('looks into the network of containers too', async () => {
    const root = await privateRoot();
    await plant(root, {
      ...MACHINE,
      'proc/self/ns/net': '-> net:[1]',
      ...process(10, 'sh', { 'ns/net': '-> net:[1]' }),
      ...process(11, 'sh', {
        'ns/net': '-> net:[2]',
        'net/udp': 'h\n 0: 00000000:1F90 00000000:0000 07 00000000:00000000 00:00000000 00000000 5 0 99 1\n',
      }),
    });
    const { rows } = await triage(root);
    expect(rows('sockets.tsv')).toContainEqual(
      expect.objectContaining({ proto: 'udp', local_addr: '0.0.0.0', local_port: '8080', state: 'UNCONN' }),
    );
  });

  it('goes on where a process is about to end and has no namespace any more', async () => {
    const root = await privateRoot();
    await plant(root, {
      ...MACHINE,
      'proc/self/ns/net': '-> net:[1]',
      ...process(10, 'sh', { 'ns/net': 'not a link' }),
    });
    const { rows, answer } = await triage(root);
    expect(answer['late']).toBe('');
    expect(rows('sockets.tsv')).toHaveLength(2);
    expect(rows('processes.tsv')).toHaveLength(1);
  });

  it('hashes each program once, also where its name is gone', async () => {
    const root = await privateRoot();
    await plant(root, {
      ...MACHINE,
      'usr/bin/dash': 'the shell',
      'var/tmp/.x/kworkerd (deleted)': 'the miner',
      ...process(10, 'sh', { exe: '-> /usr/bin/dash' }),
      ...process(11, 'sh', { exe: '-> /usr/bin/dash' }),
      ...process(12, 'kworkerd', { exe: '-> /var/tmp/.x/kworkerd (deleted)' }),
    });
    const { rows } = await triage(root);
    const sha = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(
      rows('processes.tsv').map(({ exe, exe_deleted, exe_sha256 }) => [exe, exe_deleted, exe_sha256]),
    ).toEqual([
      ['/usr/bin/dash', '0', sha('the shell')],
      ['/usr/bin/dash', '0', sha('the shell')],
      ['/var/tmp/.x/kworkerd (deleted)', '1', sha('the miner')],
    ]);
  });

  it('is not held up by a process that makes its own files hang', async () => {
    const root = await privateRoot();
    await plant(root, { ...MACHINE, ...process(10, 'sh') });
    mkdirSync(join(root, 'proc/11'));
    execFileSync('mkfifo', [join(root, 'proc/11/stat')]);
    const { answer, rows } = await triage(root, { longest: '1' });
    expect(answer['late']).toBe('processes rest');
    expect(rows('sockets.tsv')).toHaveLength(2);
  });

  it('fails with a code of its own when the store does not take it, and leaves nothing', async () => {
    const root = await privateRoot();
    await plant(root, MACHINE);
    const store = await objectStore();
    store.set('/sheet', 'nonsense\n');
    const run = await runOnHost(TRIAGE, { root, parameters: { sheet: store.url('/sheet') } });
    expect(run).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/^SHEET_INVALID: /) });
    expect(readdirSync(join(root, 'run'))).toEqual([]);
  });
});
