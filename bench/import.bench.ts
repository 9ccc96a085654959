// What `import '@cordon/core'` costs in a fresh process, from the built package (run `npm run build` first).
import { spawnSync } from 'node:child_process';

const run = spawnSync(process.execPath, ['scripts/time-core.mjs'], { encoding: 'utf8' });
if (run.status !== 0) throw new Error(run.stderr);
process.stdout.write(run.stdout);
