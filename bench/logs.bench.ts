// node: --max-semi-space-size=2 --max-old-space-size=64 --no-maglev
// Without the middle one of V8's compilers: it does its jobs side by side, and on a machine at rest keeps 10 to 40 MB for
// those that nobody has taken yet, in arenas of its threads that are not given back.
// auth.log through the analyses: every header parsed, the state machines, results as JSON lines; then with every analysis
// and the finding's addresses looked for in every byte. And the memory that it takes, whatever the size.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Analysis,
  type AnalysisContext,
  analyze,
  defaultAnalyses,
  type EvidenceReader,
  resultLines,
} from '@cordon/analysis';
import { logIntegrityAnalysis } from '../packages/analysis/src/analyses/logs/integrity-analysis.js';
import { systemLogAnalysis } from '../packages/analysis/src/analyses/logs/system-log-analysis.js';
import { CommandJudge } from '../packages/analysis/src/commands/command-judge.js';
import { authLogBlock, repeated } from './log-corpus.js';

const MB = 1e6;
const COPIES = 160;
const block = authLogBlock();
const context: AnalysisContext = {
  artifact: 'bench',
  acquiredAt: '2026-11-30T00:00:00Z',
  indicators: { addresses: ['203.0.113.66'], domains: ['evil.example'], ports: [4444] },
};

function reader(sizeBytes: number): EvidenceReader {
  return {
    async *files() {
      yield {
        path: 'fs/var/log/auth.log',
        type: 'file',
        sizeBytes,
        content: () => repeated(block, sizeBytes),
      };
    },
  };
}

interface Figures {
  readonly mbPerSecond: number;
  readonly cpuMbPerSecond: number;
  /** Resident, of the process so far, as the kernel counts it: ten to the sixth. */
  readonly peakMB: number;
  readonly lines: number;
}

async function measured(sizeBytes: number, analyses: () => readonly Analysis[]): Promise<Figures> {
  globalThis.gc?.();
  const began = performance.now();
  const cpu = process.cpuUsage();
  let lines = 0;
  for await (const _ of resultLines(analyze(reader(sizeBytes), analyses(), context))) lines += 1;
  const seconds = (performance.now() - began) / 1000;
  const used = process.cpuUsage(cpu);
  const cpuSeconds = (used.user + used.system) / 1e6;
  return {
    mbPerSecond: sizeBytes / MB / seconds,
    cpuMbPerSecond: sizeBytes / MB / cpuSeconds,
    peakMB: (process.resourceUsage().maxRSS * 1024) / MB,
    lines,
  };
}

function say(name: string, { mbPerSecond, cpuMbPerSecond, peakMB, lines }: Figures): void {
  console.log(
    `${name}: ${mbPerSecond.toFixed(0)} MB/s, ${cpuMbPerSecond.toFixed(0)} MB for a CPU second, ${lines} results, at most ${peakMB.toFixed(0)} MB`,
  );
}

/** What this machine gives just now, for comparison: a quiet one of its kind counts 3,100 MB a second. */
function grep(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-bench-'));
  const file = join(folder, 'auth.log');
  for (let at = 0; at < COPIES; at += 1) writeFileSync(file, block, { flag: 'a' });
  const timed = (): number => {
    const script = 'time (cat "$1" >/dev/null; grep -c Failed "$1" >/dev/null)';
    execFileSync('grep', ['-c', 'Failed', file]);
    const told = execFileSync('bash', ['-c', `TIMEFORMAT=%U+%S; exec 2>&1; ${script}`, 'bash', file], {
      encoding: 'utf8',
    });
    return told
      .trim()
      .split('+')
      .reduce((sum, part) => sum + Number(part), 0);
  };
  const seconds = Math.min(timed(), timed(), timed());
  rmSync(folder, { recursive: true });
  return ((COPIES * block.length) / MB / seconds).toFixed(0);
}

const logs = () => [systemLogAnalysis(new CommandJudge()), logIntegrityAnalysis()];
const all = () => defaultAnalyses();
await measured(50 * MB, logs);
say('auth.log, 100 MB, every header, state machines, JSON lines', await measured(100 * MB, logs));
say('auth.log, 1 GB, the same', await measured(1000 * MB, logs));
say('auth.log, 5 GB, the same', await measured(5000 * MB, logs));
await measured(50 * MB, all);
say('auth.log, 1 GB, every analysis, rules and indicators', await measured(1000 * MB, all));
console.log(`cat and grep -c of the same: ${grep()} MB for a CPU second`);
console.log(`load of the machine meanwhile: ${loadavg()[0]?.toFixed(1)} on 2 cores`);
