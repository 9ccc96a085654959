import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { TRIAGE } from '../../src/triage/triage-script.js';
import { privateRoot, runOnHost } from '../world/host-run.js';
import { objectStore } from '../world/object-store.js';

/** What a machine has without a process: two sockets. */
export const MACHINE = {
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

/** The files of a process, and more of them. */
export function process(pid: number, name: string, more: Readonly<Record<string, string>> = {}) {
  const rest = `S 1 ${pid} ${pid} 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 ${pid}00 1 1`;
  return {
    [`proc/${pid}/stat`]: `${pid} (${name}) ${rest}\n`,
    [`proc/${pid}/status`]: `Name:\tx\nUmask:\t0022\nUid:\t33\t33\t33\t33\n`,
    [`proc/${pid}/cmdline`]: `${name}\0`,
    [`proc/${pid}/environ`]: `LANG=C\0PID=${pid}\0`,
    ...Object.fromEntries(Object.entries(more).map(([path, content]) => [`proc/${pid}/${path}`, content])),
  };
}

/** Runs the script, and unpacks what it has uploaded. */
export async function triage(root: string, parameters: Readonly<Record<string, string>> = {}) {
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
