// What importing a deployment's Lambda functions costs in a fresh process, from the built packages (run the build first).
import { spawnSync } from 'node:child_process';

const run = spawnSync(process.execPath, ['scripts/time-functions.mjs'], { encoding: 'utf8' });
if (run.status !== 0) throw new Error(run.stderr);
process.stdout.write(run.stdout);
