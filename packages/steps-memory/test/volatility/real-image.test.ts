import { createReadStream, readFileSync } from 'node:fs';
import { analyze, defaultAnalyses, tarReader } from '@cordon/analysis';
import type { Observation } from '@cordon/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { packTables } from '../../src/volatility/pack-tables.js';
import { column, type PluginRows, readResults } from '../../src/volatility/results.js';
import { liveTables } from '../../src/volatility/tables.js';
import { kernelTampering } from '../../src/volatility/tampering.js';

// What volatility 2.28.2 said of a LiME dump of a Debian 12 server (kernel 6.1.0-57-cloud-amd64, 6.1.192-3) with the
// table that `lime-catalog symbols` makes, packed by the step's own script: to the byte the same as with dwarf2json's,
// but for Malfind, which was not compared.
const ARCHIVE = new URL('./real/volatility.tar.gz', import.meta.url);
// Oracle: what `ps -ww -eo pid,ppid,uid,lstart,stat,comm,args` printed on that server two seconds before the dump.
const PS = readFileSync(new URL('./real/ps.txt', import.meta.url), 'utf8');

interface Listed {
  readonly ppid: string;
  readonly uid: string;
  readonly began: number;
  readonly comm: string;
}

function listed(): ReadonlyMap<string, Listed> {
  const rows = PS.trim()
    .split('\n')
    .slice(1)
    .map((line): readonly [string, Listed] => {
      const [pid = '', ppid = '', uid = '', ...words] = line.trim().split(/\s+/);
      const began = Date.parse(`${words.slice(0, 5).join(' ')} UTC`);
      return [pid, { ppid, uid, began, comm: words[6] ?? '' }];
    });
  return new Map(rows);
}

const rows = (text = '') =>
  text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));

async function observed(results: PluginRows): Promise<readonly Observation[]> {
  const archive = await packTables(liveTables(results));
  const reader = tarReader(
    (async function* () {
      yield archive;
    })(),
  );
  const context = {
    artifact: 'memory/volatility-tables.tar',
    acquiredAt: '2026-11-30T21:22:08Z',
    indicators: { addresses: [], domains: [], ports: [] },
  };
  const found: Observation[] = [];
  for await (const result of analyze(reader, defaultAnalyses(), context))
    if (result.kind === 'observation') found.push(result.observation);
  return found;
}

describe('what volatility says of a real server', () => {
  let results: PluginRows;
  let tables: ReadonlyMap<string, string>;
  beforeAll(async () => {
    results = await readResults(createReadStream(ARCHIVE));
    tables = liveTables(results);
  });

  it('is the server’s own list of processes, but for who came and who went between them', () => {
    const server = listed();
    const image = new Map((results.get('PsList') ?? []).map((row) => [column(row, 'PID'), row]));
    expect([...server].filter(([pid]) => !image.has(pid)).map(([, { comm }]) => comm)).toEqual(['ps']);
    expect([...image].filter(([pid]) => !server.has(pid)).map(([, row]) => column(row, 'COMM'))).toEqual([
      'insmod',
    ]);
    for (const [pid, { ppid, uid, began, comm }] of server) {
      const row = image.get(pid);
      if (row === undefined) continue;
      expect([pid, column(row, 'PPID'), column(row, 'UID')]).toEqual([pid, ppid, uid]);
      // `ps` tells of a kernel's worker what it works on, too.
      expect(comm.startsWith(column(row, 'COMM'))).toBe(true);
      expect(Math.floor(Date.parse(column(row, 'CREATION TIME')) / 1_000) * 1_000).toBe(began);
    }
  });

  it('becomes a table of processes with the programs that they run, whoever they say they are', () => {
    const processes = new Map(rows(tables.get('live/processes.tsv')).map((row) => [row[0], row]));
    const told = (pid: string) => [5, 6, 7, 10].map((index) => processes.get(pid)?.[index]);
    const miner = './kworkerd -e sleep 1 while 1 -- --pool stratum+tcp://203.0.113.66:3333 --user 44AFFq5k';
    expect(told('116')).toEqual(['kworkerd', '/var/tmp/.x/kworkerd (deleted)', '1', miner]);
    expect(told('117')).toEqual(['[kworker/0:1]', '/var/tmp/.x/.lsn', '0', '[kworker/0:1]']);
    // Its first page was not in memory.
    expect(told('97')?.slice(0, 2)).toEqual(['sshd', '/usr/sbin/sshd']);
    expect(told('2')).toEqual(['kthreadd', '', '0', '']);
  });

  it('has the programs without the plugin that asks the kernel, where their first page was in memory', () => {
    const older = new Map([...results].filter(([plugin]) => plugin !== 'ProcessSpoofing'));
    const processes = rows(liveTables(older).get('live/processes.tsv'));
    const exes = new Map(processes.map((row) => [row[0], row[6]]));
    expect(exes.get('116')).toBe('/var/tmp/.x/kworkerd (deleted)');
    expect(exes.get('97')).toBe('');
  });

  // Oracle: `ss -tuanp` on that server.
  it('has each socket once, as the server has told them', () => {
    const sockets = rows(tables.get('live/sockets.tsv')).map(
      ([proto, local, port, remote, , state, , , pid]) =>
        `${proto} ${state} ${local}:${port} ${remote} ${pid}`,
    );
    expect(sockets.sort()).toEqual([
      'tcp ESTABLISHED 203.0.113.66:4444 203.0.113.66 112',
      'tcp ESTABLISHED 203.0.113.66:47144 203.0.113.66 118',
      'tcp LISTEN 0.0.0.0:22 0.0.0.0 97',
      'tcp LISTEN 0.0.0.0:31337 0.0.0.0 117',
      'tcp LISTEN 0.0.0.0:80 0.0.0.0 106',
      'tcp LISTEN 0.0.0.0:80 0.0.0.0 107',
      'tcp LISTEN 203.0.113.66:4444 0.0.0.0 112',
      'tcp6 LISTEN :::22 :: 97',
    ]);
  });

  it('shows what the intruder has done, and nothing else that anybody would have to look at', async () => {
    const found = await observed(results);
    const loud = found.filter(({ severity }) => ['medium', 'high', 'critical'].includes(severity));
    expect(loud.map(({ rule, entity }) => `${rule} ${entity}`).sort()).toEqual([
      'network.odd-listener process:112',
      'network.odd-listener process:117',
      'process.command.kernel_module_loaded process:144',
      'process.command.miner process:116',
      'process.deleted-executable process:116',
      'process.kernel-thread-name process:116',
      'process.kernel-thread-name process:117',
      'process.reverse-shell process:118',
      'process.runs-from-temp process:116',
      'process.runs-from-temp process:117',
      'shell.download_piped_to_interpreter user:deploy',
      'shell.history_switched_off user:deploy',
    ]);
    expect(kernelTampering(results, 'memory/volatility.tar.gz')).toEqual([]);
  });

  it('does not tell of the command that wrote the image', async () => {
    const own =
      'insmod /var/tmp/cordon-0a1b/lime.ko path=/var/tmp/cordon-0a1b/mem.lime format=lime digest=sha256';
    const args = (results.get('PsAux') ?? []).map((row) =>
      row['PID'] === 144 ? { ...row, ARGS: own } : row,
    );
    const found = await observed(new Map([...results, ['PsAux', args]]));
    expect(found.filter(({ entity }) => entity === 'process:144')).toEqual([]);
  });

  it('tells of a miner that has written that command over its own', async () => {
    const ours = 'insmod /var/tmp/cordon-0a1b/lime.ko path=/var/tmp/cordon-0a1b/mem.lime';
    const args = (results.get('PsAux') ?? []).map((row) =>
      row['PID'] === 116 ? { ...row, ARGS: ours } : row,
    );
    const found = await observed(new Map([...results, ['PsAux', args]]));
    const rules = found.flatMap(({ entity, rule }) => (entity === 'process:116' ? [rule] : []));
    expect(rules).toEqual(expect.arrayContaining(['process.deleted-executable', 'process.runs-from-temp']));
  });

  it('takes a home that is no path for none, however long it is', () => {
    const environment = [{ PID: 97, KEY: 'HOME', VALUE: `/${'a'.repeat(5_000)}!` }];
    const typed = [{ PID: 97, Command: 'id', CommandTime: '2026-11-30T00:00:00' }];
    const found = liveTables(new Map([...results, ['Envars', environment], ['Bash', typed]]));
    expect([...found.keys()]).toContain('fs/root/.bash_history');
  });
});
