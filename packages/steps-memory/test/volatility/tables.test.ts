import { describe, expect, it } from 'vitest';
import { hiddenProcesses } from '../../src/volatility/hidden.js';
import { liveTables } from '../../src/volatility/tables.js';
import { psList } from './fake-vol.js';

const rows = (text: string | undefined) =>
  (text ?? '')
    .replace(/\n$/, '')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));

describe('tables of what volatility found', () => {
  it('join processes with their arguments and programs', () => {
    const tables = liveTables(
      new Map([
        ['PsList', [psList(42, 'kworkerd', { UID: 33 }), psList(2, 'kthreadd', { PPID: 0 })]],
        [
          'PsAux',
          [
            { PID: 42, PPID: 1, COMM: 'kworkerd', ARGS: './kworkerd --pool\tx\ny' },
            { PID: 2, PPID: 0, COMM: 'kthreadd', ARGS: '[kthreadd]' },
          ],
        ],
        [
          'Elfs',
          [
            { PID: 42, 'File Path': '/var/tmp/.x/kworkerd (deleted)' },
            { PID: 42, 'File Path': '/lib/libc.so.6' },
          ],
        ],
      ]),
    );
    const [miner, kthreadd] = rows(tables.get('live/processes.tsv'));
    expect(miner).toEqual([
      '42',
      '1',
      '33',
      '',
      '',
      'kworkerd',
      '/var/tmp/.x/kworkerd (deleted)',
      '1',
      '',
      '',
      './kworkerd --pool\\tx\\ny',
    ]);
    expect(kthreadd?.at(-1)).toBe('');
  });

  it('take sockets of the network alone, in the names of /proc', () => {
    const socket = {
      PID: 7,
      Family: 'AF_INET',
      Proto: 'TCP',
      'Source Addr': '10.20.3.44',
      'Source Port': '54321',
      'Destination Addr': '203.0.113.66',
      'Destination Port': '4444',
      State: 'ESTABLISHED',
    };
    const tables = liveTables(
      new Map([
        [
          'Sockstat',
          [socket, { ...socket, Family: 'AF_INET6', Proto: 'UDP' }, { ...socket, Family: 'AF_UNIX' }],
        ],
      ]),
    );
    expect(rows(tables.get('live/sockets.tsv')).map(([proto, , , remote]) => [proto, remote])).toEqual([
      ['tcp', '203.0.113.66'],
      ['udp6', '203.0.113.66'],
    ]);
  });

  it('leave out what would look wiped because nothing was found', () => {
    expect(liveTables(new Map()).has('fs/root/.bash_history')).toBe(false);
    const typed = [{ PID: 9, CommandTime: '2026-11-20T01:02:03+00:00', Command: 'curl x | sh' }];
    expect(liveTables(new Map([['Bash', typed]])).get('fs/root/.bash_history')).toBe(
      `#${Date.parse('2026-11-20T01:02:03Z') / 1000}\ncurl x | sh\n`,
    );
  });
});

describe('processes that /proc did not show', () => {
  const live = { pids: new Set(['1', '2', '10']), atMs: Date.parse('2026-11-20T03:00:00Z') };
  const hidden = (...list: readonly object[]) =>
    hiddenProcesses(new Map([['PsList', list as never]]), live, 'memory/volatility.tar.gz').map(
      ({ entity }) => entity,
    ); // rows are objects

  it('are told of when they ran before the triage looked', () => {
    expect(hidden(psList(1, 'systemd'), psList(666, 'rootkitd'))).toEqual(['process:666']);
  });

  it('are none when they began later, just before, are the kernel’s own, or nobody knows when they began', () => {
    expect(
      hidden(
        psList(700, 'late', { 'CREATION TIME': '2026-11-20T03:05:00+00:00' }),
        psList(701, 'just', { 'CREATION TIME': '2026-11-20T02:59:30+00:00' }),
        psList(702, 'kworker', { PPID: 2 }),
        psList(703, 'unknown', { 'CREATION TIME': null }),
      ),
    ).toEqual([]);
  });
});
