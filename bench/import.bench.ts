// What `import '@cordon/core'` costs in a fresh process, from the built package (run `npm run build` first).
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const RUNS = 11;
const program = `
const began = performance.now();
await import('@cordon/core');
console.log(performance.now() - began);
`;

const times = Array.from({ length: RUNS }, () => {
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: join(process.cwd(), 'bench'),
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return Number(run.stdout);
}).toSorted((a, b) => a - b);
console.log(
  `import '@cordon/core': ${times[Math.floor(RUNS / 2)]?.toFixed(1)} ms (median of ${RUNS}, ${times[0]?.toFixed(1)} to ${times.at(-1)?.toFixed(1)})`,
);
