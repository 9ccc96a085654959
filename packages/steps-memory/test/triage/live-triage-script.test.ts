import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { plantTree } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { TRIAGE } from '../../src/triage/triage-script.js';
import { plant, privateRoot, runOnHost } from '../world/host-run.js';
import { objectStore } from '../world/object-store.js';

const MACHINE = {
  'proc/uptime': '1000.50 900.00\n',
  'proc/stat': 'cpu 1\nbtime 1795000000\n',
  'proc/sys/kernel/osrelease': '6.1.0-18-cloud-amd64\n',
  'proc/sys/kernel/hostname': 'shop\n',
  'proc/net/tcp': [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 2C03140A:D431 4271 00CB:115C 01',
    '   1: 2C03140A:D431 427100CB:115C 01 00000000:00000000 00:00000000 00000000     0        0 4711 1',
    '',
  ].join('\n'),
  'proc/net/tcp6':
    'header\n   0: 00000000000000000000000001000000:7A69 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1\n',
};

function process(pid: number, name: string, more: Readonly<Record<string, string>> = {}) {
  const rest = `S 1 ${pid} ${pid} 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 ${pid}00 1 1`;
  return {
    [`proc/${pid}/stat`]: `${pid} (${name}) ${rest}\n`,
    [`proc/${pid}/status`]: `Name:\tx\nUmask:\t0022\nUid:\t33\t33\t33\t33\n`,
    [`proc/${pid}/cmdline`]: `${name}\0`,
    [`proc/${pid}/environ`]: `LANG=C\0PID=${pid}\0`,
    ...Object.fromEntries(Object.entries(more).map(([path, content]) => [`proc/${pid}/${path}`, content])),
  };
}

async function triage(root: string, parameters: Readonly<Record<string, string>> = {}) {
  const store = await objectStore();
  store.set('/sheet', `1 ${store.url('/triage.tar.gz')}\n`);
  const run = await runOnHost(TRIAGE, { root, parameters: { sheet: store.url('/sheet'), ...parameters } });
  expect(run).toMatchObject({ exitCode: 0, stderr: '' });
  const archive = store.get('/triage.tar.gz') ?? Buffer.alloc(0);
  const unpacked = await privateRoot();
  execFileSync('tar', ['-xzf', '-', '-C', unpacked], { input: archive });
  const read = (path: string) => readFileSync(join(unpacked, 'live', path), 'utf8');
  return {
    archive,
    answer: run.answer(),
    read,
    mtime: (path: string) => statSync(join(unpacked, 'live', path)).mtime,
    names: () => readdirSync(join(unpacked, 'live')),
    rows(path: string) {
      const [header = '', ...lines] = read(path).trimEnd().split('\n');
      const names = header.split('\t');
      return lines.map((line) => Object.fromEntries(line.split('\t').map((value, at) => [names[at], value])));
    },
  };
}

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

  it('takes schedules and units, but follows no link and reads no pipe that was laid there', async () => {
    const root = await privateRoot();
    await plant(root, {
      ...MACHINE,
      'etc/crontab': '* * * * * root x\n',
      'etc/cron.d/evil name': 'y\n',
      'etc/shadow': 'secret\n',
      'etc/cron.d/link': `-> ${join(root, 'etc/shadow')}`,
      'etc/systemd/system/dbus-helper.service': '[Service]\n',
    });
    execFileSync('mkfifo', [join(root, 'etc/cron.d/pipe')]);
    const planted = new Date('2026-11-20T03:02:09Z');
    utimesSync(join(root, 'etc/cron.d/evil name'), planted, planted);
    const { read, mtime, answer } = await triage(root);
    expect(answer['late']).toBe('');
    // When somebody wrote it, not when it was copied.
    expect(mtime('cron/etc/cron.d/evil name')).toEqual(planted);
    expect(read('cron/etc/crontab')).toBe('* * * * * root x\n');
    expect(read('cron/etc/cron.d/evil name')).toBe('y\n');
    expect(read('units/etc/systemd/system/dbus-helper.service')).toBe('[Service]\n');
    expect(() => read('cron/etc/cron.d/link')).toThrow('ENOENT');
    expect(() => read('cron/etc/cron.d/pipe')).toThrow('ENOENT');
  });

  it.each([
    ['cron/etc/cron.weekly/x', 'etc/cron.weekly/x'],
    ['cron/etc/cron.monthly/x', 'etc/cron.monthly/x'],
    ['cron/etc/anacrontab', 'etc/anacrontab'],
    ['cron/var/spool/cron/crontabs/www-data', 'var/spool/cron/crontabs/www-data'],
    ['cron/var/spool/at/a0001', 'var/spool/at/a0001'],
    ['units/run/systemd/transient/run-1.service', 'run/systemd/transient/run-1.service'],
    ['units/etc/systemd/user/x.service', 'etc/systemd/user/x.service'],
    ['units/usr/local/lib/systemd/system/x.service', 'usr/local/lib/systemd/system/x.service'],
    ['accounts/etc/passwd', 'etc/passwd'],
    ['accounts/etc/group', 'etc/group'],
  ])('takes %s along', async (taken, path) => {
    const root = await privateRoot();
    await plant(root, { ...MACHINE, [path]: 'planted\n', 'etc/shadow': 'root:$y$secret:1::::::\n' });
    const { read, archive, answer } = await triage(root);
    expect(answer['late']).toBe('');
    expect(read(taken)).toBe('planted\n');
    expect(execFileSync('tar', ['-tzf', '-'], { input: archive, encoding: 'utf8' })).not.toContain('shadow');
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

  it('fails with a code of its own when the store does not take it, and leaves nothing', async () => {
    const root = await privateRoot();
    await plant(root, MACHINE);
    const store = await objectStore();
    store.set('/sheet', 'nonsense\n');
    const run = await runOnHost(TRIAGE, { root, parameters: { sheet: store.url('/sheet') } });
    expect(run).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/^SHEET_INVALID: /) });
    expect(readdirSync(join(root, 'run'))).toEqual([]);
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
  }, 60_000);
});
