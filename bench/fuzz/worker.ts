// One parser in a process of its own, with changed inputs, for so many seconds of processor time. Run by main.ts.
import { openSync, readFileSync, writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { FuzzTarget } from '../../packages/analysis/test/fuzz/fuzz-target.js';
import { mutated, numbersOfRun } from '../../packages/analysis/test/fuzz/mutate.js';
import { fuzzTargets } from '../../packages/analysis/test/fuzz/targets.js';
import { type FailureKind, LIMITS, type Told } from './limits.js';

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    seconds: { type: 'string', default: '5' },
    state: { type: 'string' },
    input: { type: 'string' },
  },
});

/** A line of progress after so much processor time. */
const TELL_SECONDS = 20;
/** After so many runs what Node has put off is done, as it is between two reads of a file; zlib keeps buffers until then. */
const TURN_RUNS = 50;

function tell(told: Told): void {
  writeSync(1, `${JSON.stringify(told)}\n`);
}

/** Time of all threads, the collector's too, and the peak of resident memory. */
function used(): { readonly ms: number; readonly peakBytes: number } {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { ms: (userCPUTime + systemCPUTime) / 1000, peakBytes: maxRSS * 1024 };
}

type Outcome =
  | { readonly kind: 'read' | 'refused' }
  | { readonly kind: FailureKind; readonly message: string };

/** `afterMs` and `peakBytes` are of the process so far. */
async function once(
  { run, throws = [] }: FuzzTarget,
  bytes: Buffer,
): Promise<{ outcome: Outcome; afterMs: number; peakBytes: number }> {
  const began = used().ms;
  let outcome: Outcome = { kind: 'read' };
  try {
    await run(bytes);
  } catch (error) {
    const name = error instanceof Error ? error.name : String(error);
    outcome = throws.includes(name) ? { kind: 'refused' } : { kind: 'thrown', message: String(error) };
  }
  const { ms, peakBytes } = used();
  if (ms - began > LIMITS.runMs) outcome = { kind: 'slow', message: `${(ms - began).toFixed(0)} ms` };
  if (peakBytes > LIMITS.residentBytes)
    outcome = { kind: 'memory', message: `${(peakBytes / 1e6).toFixed(0)} MB` };
  return { outcome, afterMs: ms, peakBytes };
}

async function fuzz(target: FuzzTarget, state: number): Promise<void> {
  const [seed, from] = [Number(values.seed), Number(values.from)];
  const [whole, counted] = [await target.seed(), new Float64Array(1)];
  globalThis.gc?.();
  const base = used();
  tell({ kind: 'base', residentBytes: process.memoryUsage.rss() });
  let [failures, refused, longestMs, told, next] = [0, 0, 0, base.ms, from];
  for (let ms = base.ms; ; next += 1) {
    const isOver = ms - base.ms > Number(values.seconds) * 1000 || failures >= LIMITS.failures;
    if (isOver || ms - told > TELL_SECONDS * 1000) {
      const cpuSeconds = (ms - base.ms) / 1000;
      const peakBytes = used().peakBytes;
      tell({ kind: 'progress', next, runs: next - from, refused, cpuSeconds, longestMs, peakBytes });
      told = ms;
    }
    if (isOver) return;
    if (next % TURN_RUNS === 0) await turn();
    // Where it dies or hangs, this says in which run.
    counted[0] = next;
    writeSync(state, counted, 0, 8, 0);
    const began = used().ms;
    const { outcome, afterMs } = await once(target, mutated(whole, numbersOfRun(seed, next)));
    longestMs = Math.max(longestMs, afterMs - began);
    ms = afterMs;
    if (outcome.kind === 'refused') refused += 1;
    if (!('message' in outcome)) continue;
    failures += outcome.kind === 'memory' ? LIMITS.failures : 1;
    tell({ kind: 'failure', run: next, failure: outcome.kind, message: outcome.message });
  }
}

const target = fuzzTargets.find(({ name }) => name === values.target);
if (target === undefined) throw new Error(`no parser is named ${values.target}`);
if (values.state !== undefined) await fuzz(target, openSync(values.state, 'w'));
else if (values.input !== undefined) {
  const { outcome } = await once(target, readFileSync(values.input));
  writeSync(1, outcome.kind);
}
