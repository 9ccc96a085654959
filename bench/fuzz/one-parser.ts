import { join } from 'node:path';
import type { FuzzTarget } from '../../packages/analysis/test/fuzz/fuzz-target.js';
import { mutated, numbersOfRun } from '../../packages/analysis/test/fuzz/mutate.js';
import { shrunk } from '../../packages/analysis/test/fuzz/shrink.js';
import type { Ledger } from './ledger.js';
import { type FailureKind, LIMITS, type Told } from './limits.js';
import { fuzzed, outcomeOf, runOf } from './process.js';

/** Processes that look whether a smaller input fails as well. */
const MOST_TRIES = 150;
/** Where each of them takes seconds. */
const MOST_LONG_TRIES = 20;

export interface Task {
  readonly target: FuzzTarget;
  readonly commit: string;
  readonly seed: number;
  /** Of the parser's processor time, in all. */
  readonly seconds: number;
}

type Progress = Extract<Told, { kind: 'progress' }>;
type Failure = Extract<Told, { kind: 'failure' }>;

/** What a process has done since it was last written down. */
class Noted {
  #last: Progress;
  #failures: string[] = [];
  #baseBytes = 0;

  constructor(
    private readonly task: Task,
    private readonly ledger: Ledger,
    from: number,
  ) {
    const none = { runs: 0, refused: 0, cpuSeconds: 0, longestMs: 0, peakBytes: 0 };
    this.#last = { kind: 'progress', next: from, ...none };
  }

  base(bytes: number): void {
    this.#baseBytes = bytes;
  }

  failed(text: string): void {
    this.#failures.push(text);
  }

  progress(told: Progress): void {
    const { target, commit, seed } = this.task;
    this.ledger.add({
      target: target.name,
      commit,
      seed,
      firstRun: this.#last.next,
      nextRun: told.next,
      runs: told.runs - this.#last.runs,
      refused: told.refused - this.#last.refused,
      cpuSeconds: told.cpuSeconds - this.#last.cpuSeconds,
      longestMs: told.longestMs,
      baseBytes: this.#baseBytes,
      peakBytes: told.peakBytes,
      failures: this.#failures,
      endedAt: new Date().toISOString(),
    });
    this.#last = told;
    this.#failures = [];
  }

  /** It told of no more runs than the last time; those up to this one it did. */
  ended(run: number): void {
    this.progress({
      ...this.#last,
      next: run + 1,
      runs: this.#last.runs + Math.max(0, run - this.#last.next),
    });
  }
}

/** Saves what failed, as small as it can be made. @returns what to write down */
async function kept({ target, seed }: Task, ledger: Ledger, failure: Failure): Promise<string> {
  const { name } = target;
  const bytes = mutated(await target.seed(), numbersOfRun(seed, failure.run));
  const file = `${name}-${seed}-${failure.run}`;
  const path = ledger.keep(file, bytes);
  const fails = (smaller: Buffer): boolean =>
    outcomeOf(name, ledger.keep(`${file}.try`, smaller)) === failure.failure;
  const alone = fails(bytes);
  const least = alone
    ? shrunk(bytes, fails, failure.failure === 'thrown' ? MOST_TRIES : MOST_LONG_TRIES)
    : bytes;
  ledger.keep(`${file}.least`, least);
  ledger.drop(`${file}.try`);
  const what = alone ? `${least.length} of ${bytes.length} bytes` : 'not alone';
  return `${failure.failure} in run ${failure.run}: ${failure.message} (${what}: ${path})`;
}

/** One process; how it ended, where that was not by itself. */
async function stint(task: Task, ledger: Ledger, state: string): Promise<FailureKind | undefined> {
  const { target, commit, seed, seconds } = task;
  const total = ledger.total(target.name, { commit, seed });
  const noted = new Noted(task, ledger, total.nextRun);
  const failures: Failure[] = [];
  const left = seconds - total.cpuSeconds;
  const work = { target: target.name, seed, from: total.nextRun, seconds: left, state };
  const ended = await fuzzed(work, (told) => {
    if (told.kind === 'base') noted.base(told.residentBytes);
    else if (told.kind === 'failure') failures.push(told);
    else noted.progress(told);
  });
  const run = runOf(state);
  if (ended !== undefined) failures.push({ kind: 'failure', run, failure: ended, message: 'was ended' });
  for (const failure of failures) noted.failed(await kept(task, ledger, failure));
  if (failures.length > 0) noted.ended(run);
  return ended;
}

/** Fuzzes one parser for what is left of its time. */
export async function fuzzParser(task: Task, ledger: Ledger): Promise<void> {
  const state = join(ledger.folder, 'running', task.target.name.replaceAll(/\W+/g, '-'));
  for (let ends = 0; ends < LIMITS.failures; ends += 1)
    if ((await stint(task, ledger, state)) === undefined) return;
}
