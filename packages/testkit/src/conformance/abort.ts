import type { IncidentRun } from '@cordon/core';
import type { Breach } from './breach.js';
import type { Probe, StepFunction } from './probe.js';
import type { Ended } from './trial.js';
import type { Trials } from './trials.js';

/** Real time that a step has after its signal. */
const PATIENCE_MS = 2_000;

/** Whether the promise settled in time, however it settled. */
function settlesInTime(work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const alarm = setTimeout(() => resolve(false), PATIENCE_MS);
    const settled = () => {
      clearTimeout(alarm);
      resolve(true);
    };
    work.then(settled, settled);
  });
}

/** Stops the host at the step's first call of AWS in this function, or at once where it makes none. */
function pullThePlug(probe: Probe, which: StepFunction, stop: () => void): Promise<boolean> {
  return new Promise((resolve) => {
    probe.conduct = (from, work) => {
      if (from !== which) return work();
      probe.onCall = stop;
      const working = work();
      setImmediate(stop);
      void settlesInTime(working).then(resolve);
      return working;
    };
  });
}

async function aborted(trials: Trials, which: StepFunction): Promise<readonly Breach[]> {
  let run: IncidentRun | undefined;
  let inTime: Promise<boolean> | undefined;
  let honoured = true;
  await trials.run({
    arrange: ({ probe }) => {
      inTime = pullThePlug(probe, which, () => run?.stop());
    },
    onRun: (begun) => {
      run = begun;
    },
    judge: async ({ probe }) => {
      if (probe.begun.has(which)) honoured = (await inTime) ?? true;
    },
  });
  if (honoured) return [];
  const message = `'${which}' goes on ${PATIENCE_MS / 1000} s after its signal: give ctx.signal to what it waits for, or wait with ctx.sleep`;
  return [{ code: 'ABORT_IGNORED', message }];
}

/** Runs in which the host has to go while the step is at work. */
export async function abortBreaches(trials: Trials, calm: Ended): Promise<readonly Breach[]> {
  const started = await aborted(trials, 'start');
  return calm.trial.probe.begun.has('poll') ? [...started, ...(await aborted(trials, 'poll'))] : started;
}
