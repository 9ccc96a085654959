import { releaseIncident, type Step } from '@cordon/core';
import type { Breach } from './breach.js';
import { type Ended, endingOf, type Trial } from './trial.js';
import type { Trials } from './trials.js';

/** Failures that are told by a breach of their own. */
const TOLD_ELSEWHERE = /^(?:UNDECLARED_ACTION|TICKET_INVALID):/;

function ending(step: Step, ended: Ended): readonly Breach[] {
  const text = endingOf(step, ended);
  if (text === 'succeeded' || TOLD_ELSEWHERE.test(text)) return [];
  return [{ code: 'DOES_NOT_SUCCEED', message: `where nothing goes wrong it does not succeed (${text})` }];
}

async function release({ journal, pipeline, environment }: Trial): Promise<readonly Breach[]> {
  const [incidentId = ''] = await journal.list();
  const order = { approver: 'conformance', reason: 'The step is tried', force: true };
  const released = await releaseIncident(pipeline, {
    journal,
    environment: environment(),
    incidentId,
    ...order,
  });
  return released.steps
    .filter(({ status }) => status !== 'succeeded')
    .map(({ id, reason }) => ({ code: 'UNDO_FAILS', message: `a release fails at '${id}' (${reason})` }));
}

export interface Calm {
  readonly ended: Ended;
  readonly breaches: readonly Breach[];
}

/** A run in which nothing goes wrong, and the release after it. */
export async function calmTrial(trials: Trials): Promise<Calm> {
  const { step } = trials;
  const undone: Breach[] = [];
  const ended = await trials.run({
    afterwards: async (trial) => {
      if (step.run.undo !== undefined) undone.push(...(await release(trial)));
    },
  });
  return { ended, breaches: [...ending(step, ended), ...undone] };
}
