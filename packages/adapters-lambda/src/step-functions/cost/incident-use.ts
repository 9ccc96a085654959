import { type AnyPipeline, compileOrThrow, type Duration, milliseconds } from '@cordon/core';
import type { Branch, State } from '../asl.js';
import { toStateMachine } from '../to-state-machine.js';
import { usualWork } from './usual-work.js';

/** What one incident takes of Lambda, Step Functions and S3. */
export interface IncidentUse {
  readonly invocations: number;
  readonly busySeconds: number;
  readonly transitions: number;
  /** PUT, COPY, POST and LIST. */
  readonly s3Writes: number;
  /** GET and HEAD. */
  readonly s3Reads: number;
}

export interface IncidentUseOptions {
  /** Until the snapshot of the largest disk is complete, and its copy as long again. Default: 20 minutes. */
  readonly snapshots?: Duration;
}

/** Closing the incident: one look. */
const CLOSING = { looks: 1, busySeconds: 0.25 };
/** A worker lists the journal and writes an intent, calls, facts; evidence is written and read back. */
const S3_WRITES_OF_LOOK = 4.8;
const S3_READS_OF_LOOK = 1;

function statesOf(branch: Branch): readonly (readonly [string, State])[] {
  return Object.entries(branch.States).flatMap(([name, state]) => [
    [name, state] as const,
    ...(state.Type === 'Parallel' ? state.Branches.flatMap(statesOf) : []),
  ]);
}

/** States entered for one Task that is asked so often: with its Choice, its Wait but for the last time, and its end. */
function transitionsOf(states: ReadonlyMap<string, State>, name: string, looks: number): number {
  if (!states.has(`${name}?`)) return looks;
  const ending = states.has(`${name} done`) ? 1 : 0;
  return 3 * looks - 1 + ending;
}

/**
 * What an incident takes of its host, as it usually goes: nothing dies, nobody is asked, and nothing is tried again. From
 * the machine itself, and from how busy its steps have kept their workers.
 */
export function incidentUse(pipeline: AnyPipeline, options: IncidentUseOptions = {}): IncidentUse {
  const plan = compileOrThrow(pipeline);
  const minutes = milliseconds(options.snapshots ?? { minutes: 20 }) / 60_000;
  const states = new Map(statesOf(toStateMachine(pipeline, { functionName: 'step' })));
  const parallels = [...states.values()].filter(({ Type }) => Type === 'Parallel').length;
  // Task, Choice, and the state that ends it.
  const closing = 3;
  const works = plan.steps.map((planned) => ({ id: planned.step.id, ...usualWork(planned, minutes) }));
  const invocations = works.reduce((sum, { looks }) => sum + looks, CLOSING.looks);
  return {
    invocations,
    busySeconds: works.reduce((sum, { busySeconds }) => sum + busySeconds, CLOSING.busySeconds),
    transitions: works.reduce(
      (sum, { id, looks }) => sum + transitionsOf(states, id, looks),
      parallels + closing,
    ),
    s3Writes: Math.round(invocations * S3_WRITES_OF_LOOK),
    s3Reads: Math.round(invocations * S3_READS_OF_LOOK),
  };
}
