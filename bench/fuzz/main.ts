import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { targetFiles } from '../../packages/analysis/test/fuzz/targets.js';
import { Ledger, type Total } from './ledger.js';
import { LIMITS } from './limits.js';
import { fuzzParser, type Task } from './one-parser.js';
import { commitOf } from './sources.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    targets: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    ledger: { type: 'string', default: join(tmpdir(), 'cordon-fuzz') },
    summary: { type: 'boolean', default: false },
  },
});
const ledger = new Ledger(values.ledger);

async function tasks(): Promise<readonly Task[]> {
  const wanted = values.targets?.split(',').map((name) => name.trim());
  for (const name of wanted ?? [])
    if (targetFiles[name] === undefined) throw new Error(`one of ${Object.keys(targetFiles).join(', ')}`);
  const [seed, seconds] = [Number(values.seed), Number(values.minutes) * 60];
  const all: Task[] = [];
  for (const [file, targets] of Object.entries(targetFiles)) {
    if (wanted?.includes(file) === false) continue;
    const commit = await commitOf(file);
    for (const target of targets) all.push({ target, commit, seed, seconds });
  }
  return all;
}

const totalOf = ({ target, commit, seed }: Task): Total => ledger.total(target.name, { commit, seed });

function say(task: Task): void {
  const { runs, refused, cpuSeconds, longestMs, baseBytes, peakBytes, failures } = totalOf(task);
  const memory = `at most ${(peakBytes / 1e6).toFixed(0)} MB (${(baseBytes / 1e6).toFixed(0)} before the first)`;
  const failed = failures.length === 0 ? '' : `, FAILED: ${failures.join('; ')}`;
  console.log(
    `${task.target.name}: ${(cpuSeconds / 60).toFixed(1)} CPU minutes at ${task.commit}, ${runs} runs, ${refused} refused, longest ${longestMs.toFixed(0)} ms, ${memory}${failed}`,
  );
  if (failures.length > 0) process.exitCode = 1;
}

async function inTurn(queue: Task[]): Promise<void> {
  for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
    await fuzzParser(task, ledger);
    say(task);
  }
}

const all = await tasks();
if (values.summary) for (const task of all) say(task);
else {
  const hasTime = (task: Task) =>
    totalOf(task).cpuSeconds < task.seconds && totalOf(task).failures.length < LIMITS.failures;
  // What has had the least time first; among equals, the order of the list.
  const queue = all.filter(hasTime).sort((a, b) => totalOf(a).cpuSeconds - totalOf(b).cpuSeconds);
  await Promise.all(Array.from({ length: Number(values.jobs) }, () => inTurn(queue)));
  console.log(`load of the machine meanwhile: ${loadavg()[0]?.toFixed(1)}`);
}
