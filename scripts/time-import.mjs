import { spawnSync } from 'node:child_process';

const PROGRAM = (entry) => `
const began = performance.now();
const before = process.cpuUsage();
await import(${JSON.stringify(entry)});
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ wallMs: performance.now() - began, processorMs: (user + system) / 1000 }));
`;

/** What importing a module takes in a fresh process. */
export function timeImport(entry, cwd = process.cwd()) {
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM(entry)], {
    cwd,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

/** Medians. Processor time, of all threads, is what a busy machine leaves comparable. */
export function told(runs) {
  const sorted = (pick) => runs.map(pick).toSorted((a, b) => a - b);
  const median = (times) => times[Math.floor(times.length / 2)].toFixed(1);
  const wall = sorted(({ wallMs }) => wallMs);
  const processor = sorted(({ processorMs }) => processorMs);
  const range = `${wall[0].toFixed(1)} to ${wall.at(-1).toFixed(1)}`;
  return `${median(wall)} ms (median of ${runs.length}, ${range}), ${median(processor)} ms of processor time`;
}
