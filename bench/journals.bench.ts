// Journals of 100,000 entries as systemd-journal-remote writes them, in each compression, against `journalctl -o json`:
// every field of every entry. Needs Debian's systemd-journal-remote.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { type JournalEntry, JournalParser } from '../packages/analysis/src/parsers/journal/journal-parser.js';
import { asJournalctl } from '../packages/analysis/test/parsers/journal-json.js';
import { recompressed } from '../packages/analysis/test/parsers/recompress-journal.js';

const ENTRIES = Number(process.env['JOURNAL_ENTRIES'] ?? 100_000);
const REMOTE = '/lib/systemd/systemd-journal-remote';
const folder = mkdtempSync(join(tmpdir(), 'cordon-journals-'));

/** What most entries are, some that are long enough to be compressed, some that are no text. */
function exported(at: number): Buffer {
  const us = 1_795_143_600_000_000n + BigInt(at) * 1_234_567n;
  const long =
    at % 50 === 0
      ? `${'a long line about nothing much, '.repeat(40)}${at % 200}`
      : `message ${at} of ${at % 977}`;
  const fields = [
    `__REALTIME_TIMESTAMP=${us}`,
    `__MONOTONIC_TIMESTAMP=${BigInt(at) * 1_234_567n}`,
    '_BOOT_ID=0123456789abcdef0123456789abcdef',
    '_MACHINE_ID=fedcba9876543210fedcba9876543210',
    '_HOSTNAME=web-1',
    `_PID=${at % 30_000}`,
    `PRIORITY=${at % 8}`,
    `SYSLOG_IDENTIFIER=${['sshd', 'CRON', 'kernel', 'sudo'][at % 4]}`,
    `MESSAGE=${long}`,
  ].join('\n');
  if (at % 97 !== 0) return Buffer.from(`${fields}\n\n`);
  const value = Buffer.from([0, 1, 2, 0xff, 0xfe, at % 256, 0x0a, 0x41]);
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([Buffer.from(`${fields}\nBINARY\n`), size, value, Buffer.from('\n\n')]);
}

function made(
  name: string,
  { compress, compact }: { readonly compress: string; readonly compact: string },
): string {
  const source = join(folder, 'export');
  if (!existsSync(source))
    writeFileSync(source, Buffer.concat(Array.from({ length: ENTRIES }, (_, at) => exported(at))));
  const path = join(folder, `${name}.journal`);
  const run = spawnSync(REMOTE, [`--output=${path}`, `--compress=${compress}`, '--split-mode=none', source], {
    env: { ...process.env, SYSTEMD_JOURNAL_COMPACT: compact, SYSTEMD_JOURNAL_KEYED_HASH: '1' },
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return path;
}

interface Comparison {
  readonly entries: number;
  readonly different: number;
  readonly mbPerCpuSecond: number;
}

async function compared(path: string): Promise<Comparison> {
  const bytes = readFileSync(path);
  const began = process.cpuUsage();
  const entries: JournalEntry[] = [];
  const parser = new JournalParser({ entry: (entry) => entries.push(entry) });
  for (let at = 0; at < bytes.length; at += 262_144) parser.push(bytes.subarray(at, at + 262_144));
  const { user, system } = process.cpuUsage(began);
  const { faults, header } = parser;
  if (faults.header !== undefined || faults.damagedAt !== undefined || faults.unreadableFields > 0)
    throw new Error(JSON.stringify(faults));
  const theirs = spawn('journalctl', ['--file', path, '-o', 'json', '-a', '--no-pager'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let at = 0;
  let different = 0;
  for await (const line of createInterface({ input: theirs.stdout })) {
    const ours = entries[at];
    at += 1;
    const same =
      ours !== undefined && isDeepStrictEqual(asJournalctl(ours, header?.seqnumId ?? ''), JSON.parse(line));
    if (!same) different += 1;
  }
  if (theirs.exitCode === null) await once(theirs, 'exit');
  return {
    entries: at,
    different: different + Math.abs(entries.length - at),
    mbPerCpuSecond: bytes.length / 1e6 / ((user + system) / 1e6),
  };
}

function say(name: string, { entries, different, mbPerCpuSecond }: Comparison): void {
  console.log(
    `journal, ${name}: ${entries} entries, ${different} other than journalctl’s, ${mbPerCpuSecond.toFixed(0)} MB for a CPU second`,
  );
  if (entries !== ENTRIES || different > 0) process.exitCode = 1;
}

try {
  if (!existsSync(REMOTE)) throw new Error('install systemd-journal-remote');
  const plain = made('plain', { compress: 'no', compact: '0' });
  say('plain', await compared(plain));
  say('compact', await compared(made('compact', { compress: 'no', compact: '1' })));
  say('zstd', await compared(made('zstd', { compress: 'yes', compact: '0' })));
  say('zstd, compact', await compared(made('zstd-compact', { compress: 'yes', compact: '1' })));
  for (const kind of ['lz4', 'xz'] as const) {
    const path = join(folder, `${kind}.journal`);
    const { bytes, fields } = recompressed(readFileSync(plain), kind);
    writeFileSync(path, bytes);
    say(`${kind}, ${fields} fields`, await compared(path));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`load of the machine meanwhile: ${loadavg()[0]?.toFixed(1)} on 2 cores`);
