import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PackageLogKind, packageLogKind, packageLogParser } from '../../src/parsers/package-log.js';

const options = { notAfterMs: Date.parse('2026-11-30T00:00:00Z') };
const at = (time: string) => Date.parse(time);

function read(kind: PackageLogKind, text: string, timeZone?: string) {
  const parser = packageLogParser(kind, timeZone === undefined ? options : { ...options, timeZone });
  return text.split('\n').flatMap((line, index) => parser.parse(line, index + 1));
}

describe('logs of package managers', () => {
  it.each([
    ['/var/log/dpkg.log', 'dpkg'],
    ['/var/log/dpkg.log.1', 'dpkg'],
    ['/var/log/apt/history.log', 'apt'],
    ['/var/log/yum.log-20261101', 'yum'],
    ['/var/log/dnf.log', 'dnf'],
    ['/var/log/dnf.rpm.log', 'dnf'],
    ['/var/log/dnf5.log', 'dnf'],
    ['/var/log/apt/term.log', undefined],
  ])('are known by their names: %s', (name, kind) => {
    expect(packageLogKind(name)).toBe(kind);
  });

  it('of dpkg tell each change once, and not its states', () => {
    expect(
      read(
        'dpkg',
        '2026-11-20 03:11:52 startup archives unpack\n2026-11-20 03:11:52 install nmap:amd64 <none> 7.93+dfsg1-1\n2026-11-20 03:11:52 status half-installed nmap:amd64 7.93+dfsg1-1\n2026-11-20 03:12:00 upgrade openssl:amd64 3.0.11 3.0.13\n2026-11-20 03:13:00 remove auditd:amd64 1:3.0.9-1 <none>',
        'Europe/Berlin',
      ),
    ).toEqual([
      { kind: 'installed', name: 'nmap', version: '7.93+dfsg1-1', atMs: at('2026-11-20T02:11:52Z'), line: 2 },
      { kind: 'upgraded', name: 'openssl', version: '3.0.13', atMs: at('2026-11-20T02:12:00Z'), line: 4 },
      { kind: 'removed', name: 'auditd', version: '1:3.0.9-1', atMs: at('2026-11-20T02:13:00Z'), line: 5 },
    ]);
  });

  it('of apt tell what was typed and by whom', () => {
    expect(
      read(
        'apt',
        '\nStart-Date: 2026-11-20  03:11:52\nCommandline: apt-get install -y nmap\nRequested-By: deploy (1001)\nInstall: libpcap0.8:amd64 (1.10.3-1, automatic), nmap:amd64 (7.93+dfsg1-1)\nUpgrade: openssl:amd64 (3.0.11, 3.0.13)\nEnd-Date: 2026-11-20  03:12:01\n\nStart-Date: 2026-11-20  04:00:00\nCommandline: /usr/bin/unattended-upgrade\nRemove: auditd:amd64 (1:3.0.9-1)\nEnd-Date: 2026-11-20  04:00:03',
      ).map(({ atMs, ...event }) => ({ ...event, at: new Date(atMs).toISOString().slice(11, 16) })),
    ).toEqual([
      { kind: 'installed', name: 'libpcap0.8', version: '1.10.3-1', line: 5, at: '03:11' },
      { kind: 'installed', name: 'nmap', version: '7.93+dfsg1-1', line: 5, at: '03:11' },
      { kind: 'upgraded', name: 'openssl', version: '3.0.13', line: 6, at: '03:11' },
      { kind: 'command', command: 'apt-get install -y nmap', user: 'deploy', line: 3, at: '03:11' },
      { kind: 'removed', name: 'auditd', version: '1:3.0.9-1', line: 11, at: '04:00' },
      { kind: 'command', command: '/usr/bin/unattended-upgrade', user: undefined, line: 10, at: '04:00' },
    ]);
  });

  it('of yum and dnf tell names without versions', () => {
    expect(
      read(
        'yum',
        'Nov 20 03:11:52 Installed: nmap-2:6.40-19.el7.x86_64\nDec 31 23:00:00 Erased: audit\nNov  1 00:00:00 Updated: 1:openssl-libs-1.0.2k-26.x86_64',
      ),
    ).toEqual([
      {
        kind: 'installed',
        name: 'nmap',
        version: '6.40-19.el7.x86_64',
        atMs: at('2026-11-20T03:11:52Z'),
        line: 1,
      },
      { kind: 'removed', name: 'audit', version: '', atMs: at('2025-12-31T23:00:00Z'), line: 2 },
      {
        kind: 'upgraded',
        name: 'openssl-libs',
        version: '1.0.2k-26.x86_64',
        atMs: at('2026-11-01T00:00:00Z'),
        line: 3,
      },
    ]);
    expect(
      read(
        'dnf',
        '2026-11-20T03:11:50+0100 DDEBUG Command: dnf install -y nmap\n2026-11-20T03:11:52+0100 SUBDEBUG Installed: nmap-3:7.93-1.amzn2023.x86_64\n2026-11-20T03:11:53+0100 INFO Complete!',
      ),
    ).toEqual([
      {
        kind: 'command',
        command: 'dnf install -y nmap',
        user: undefined,
        atMs: at('2026-11-20T02:11:50Z'),
        line: 1,
      },
      {
        kind: 'installed',
        name: 'nmap',
        version: '7.93-1.amzn2023.x86_64',
        atMs: at('2026-11-20T02:11:52Z'),
        line: 2,
      },
    ]);
  });

  it('take any text without throwing', () => {
    const word = fc.constantFrom(
      'Install: ',
      'Start-Date: ',
      '2026-11-20 03:11:52 ',
      'install ',
      'x:amd64 ',
      '(1, 2)',
      ', ',
      'Nov 20 03:11:52 ',
      'Installed: ',
      'a-1:2-3',
      'Command: ',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 40 }),
        (words) => {
          for (const kind of ['dpkg', 'apt', 'yum', 'dnf'] as const)
            for (const { atMs } of read(kind, words.join(''))) expect(Number.isFinite(atMs)).toBe(true);
        },
      ),
    );
  });
});
