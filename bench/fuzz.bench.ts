// Every parser of what comes from a suspect, with changed bytes, for FUZZ_SECONDS each (default 5): no crash, no run of
// more than a second, no more than 256 MiB. FUZZ_ONLY names one; FUZZ_SEED begins elsewhere.
import { loadavg } from 'node:os';
import { mutated, randomNumbers } from '../packages/analysis/test/fuzz/mutate.js';
import { type FuzzTarget, fuzzTargets } from '../packages/analysis/test/fuzz/targets.js';

const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 5);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_120);
const ONLY = process.env['FUZZ_ONLY'];
/** Of the process's own time: a machine that others use too may hold it up for longer. */
const MOST_MS = 1000;
const MOST_MIB = 256;

interface Outcome {
  readonly runs: number;
  readonly refused: number;
  readonly longestMs: number;
  readonly mostMiB: number;
  readonly failures: readonly string[];
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

async function fuzz({ seed, run, throws = [] }: FuzzTarget): Promise<Outcome> {
  const random = randomNumbers(SEED);
  const failures: string[] = [];
  const ends = performance.now() + SECONDS * 1000;
  let [runs, refused, longestMs, mostMiB] = [0, 0, 0, 0];
  while (performance.now() < ends && failures.length < 5) {
    const bytes = mutated(seed, random);
    const began = process.cpuUsage();
    try {
      await run(bytes);
    } catch (error) {
      refused += 1;
      const name = error instanceof Error ? error.name : String(error);
      if (!throws.includes(name)) failures.push(`run ${runs}: ${String(error)}`);
    }
    const took = cpuMs(began);
    if (took > MOST_MS) failures.push(`run ${runs}: ${took.toFixed(0)} ms`);
    longestMs = Math.max(longestMs, took);
    mostMiB = Math.max(mostMiB, process.memoryUsage.rss() / 2 ** 20);
    runs += 1;
  }
  if (mostMiB > MOST_MIB) failures.push(`${mostMiB.toFixed(0)} MiB`);
  return { runs, refused, longestMs, mostMiB, failures };
}

for (const target of await fuzzTargets()) {
  if (ONLY !== undefined && target.name !== ONLY) continue;
  globalThis.gc?.();
  const { runs, refused, longestMs, mostMiB, failures } = await fuzz(target);
  console.log(
    `${target.name}: ${runs} runs in ${SECONDS} s, ${refused} refused, longest ${longestMs.toFixed(0)} ms, at most ${mostMiB.toFixed(0)} MiB${failures.length === 0 ? '' : `, FAILED: ${failures.join('; ')}`}`,
  );
  if (failures.length > 0) process.exitCode = 1;
}
console.log(`load of the machine meanwhile: ${loadavg()[0]?.toFixed(1)} on 2 cores`);
