import type { Step } from '@cordon/core';
import type { CompromisedWebServer } from '../scenario/compromised-web-server.js';
import { abortBreaches } from './abort.js';
import { type Breach, isWarning, StepNotConforming } from './breach.js';
import { type Calm, calmTrial } from './calm.js';
import { conductBreaches } from './conduct.js';
import { declarationBreaches } from './declaration.js';
import { endingBreaches } from './endings.js';
import { lostAnswerBreaches } from './lost-answers.js';
import type { Conformance, ConformanceOptions } from './options.js';
import type { ProbedCall } from './probe.js';
import { repetitionBreaches } from './repetition.js';
import { conformanceWorld, outcomeOf, stepsBefore } from './trial.js';
import { Trials } from './trials.js';

/** Codes of `compile`: no incident can be run with such a step. */
const CANNOT_RUN: ReadonlySet<string> = new Set([
  'DOUBLE_ID',
  'ID_INVALID',
  'LATER_PHASE',
  'MAY_ONLY_WANT',
  'NEED_NOT_PROVIDED',
  'POLL_WITHOUT_TICKET',
  'PROVIDED_TOO_LATE',
  'SECOND_PROVIDER',
  'TOUCHES_SUSPECT',
  'UNDO_WITHOUT_BEFORE',
]);

/** The step, or how it is made for the accounts of a scene: bucket, key and subnet are the scene's. */
export type Judged = Step | ((scene: CompromisedWebServer) => Step);

async function declared(judged: Judged, options: ConformanceOptions) {
  const { world, scene } = await conformanceWorld(options);
  try {
    const step = typeof judged === 'function' ? judged(scene) : judged;
    return { step, found: declarationBreaches(step, options.vendor, stepsBefore(step, options, scene)) };
  } finally {
    await world.dispose();
  }
}

/** The same thing is seen in many runs: it is said once. */
function distinct(breaches: readonly Breach[]): readonly Breach[] {
  return [...new Map(breaches.map((breach) => [`${breach.code} ${breach.message}`, breach])).values()];
}

function actionsOf(calls: readonly ProbedCall[], role: ProbedCall['role']): readonly string[] {
  const made = calls.filter((call) => call.role === role && call.refused === undefined);
  return [...new Set(made.flatMap(({ operation }) => operation.actions))].toSorted();
}

async function tried(trials: Trials, { ended, breaches }: Calm): Promise<readonly Breach[]> {
  const found = [...breaches];
  for (const more of [repetitionBreaches, lostAnswerBreaches, abortBreaches])
    found.push(...(await more(trials, ended)));
  return [...found, ...conductBreaches(trials), ...(await endingBreaches(trials))];
}

/**
 * Runs a step in incidents on a simulated server, as it is and with answers lost, calls repeated, processes killed and
 * signals pulled, and throws one error with all that is wrong with it.
 *
 * @example
 * await assertStepConforms(hashLookup({ known }), { vendor: 'acme', before: [liveTriage({ stagingBucket })] });
 *
 * @throws StepNotConforming with every breach, each one sentence behind a stable code
 */
export async function assertStepConforms(
  judged: Judged,
  options: ConformanceOptions = {},
): Promise<Conformance> {
  const { except = [] } = options;
  const judge = (found: readonly Breach[]) => distinct(found).filter(({ code }) => !except.includes(code));
  const { step, found: before } = await declared(judged, options);
  if (before.some(({ code }) => CANNOT_RUN.has(code))) throw new StepNotConforming(step.id, judge(before));
  const trials = new Trials(step, options);
  const calm = await calmTrial(trials);
  const all = judge([...before, ...(await tried(trials, calm))]);
  const breaches = all.filter((breach) => !isWarning(breach));
  if (breaches.length > 0) throw new StepNotConforming(step.id, breaches);
  const called = {
    suspect: actionsOf(trials.calls, 'suspect'),
    security: actionsOf(trials.calls, 'security'),
  };
  const { facts, observations } = outcomeOf(step, calm.ended);
  return { warnings: all.filter(isWarning), called, facts, observations, runs: trials.runs };
}
