import type { Entry, Phase, SkipReason } from '@cordon/core';
import type { Pace } from './pace.js';

export type StepStatus =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'retrying'
  | 'recovering'
  | 'succeeded'
  /** A guard that said no. */
  | 'refused'
  | 'failed'
  | 'skipped';

/** One step as a person looks at it. Times are milliseconds since the epoch; texts may be the intruder's. */
export interface StepView {
  readonly id: string;
  readonly phase: Phase;
  readonly status: StepStatus;
  /** Calls of `start` so far. */
  readonly attempt: number;
  readonly startedAt?: number;
  readonly settledAt?: number;
  /** When it is looked at, or tried, again. */
  readonly nextAt?: number;
  /** Failure, why it was skipped, what a guard said, or what it last logged. */
  readonly remark?: string;
  readonly pace?: Pace;
}

export function isSettled({ status }: StepView): boolean {
  return status === 'succeeded' || status === 'refused' || status === 'failed' || status === 'skipped';
}

/** Why a step was skipped, in words. */
export function skipText(reason: SkipReason): string {
  switch (reason.because) {
    case 'missing':
      return `needs ${reason.facts.join(', ')}`;
    case 'refused':
      return `refused by ${reason.guards.join(', ')}`;
    case 'sealed':
      return 'the suspect was sealed first';
    case 'deadline':
      return 'the time for the incident was over';
    case 'aborted':
      return 'a person stopped the run';
  }
}

/** The view without what belonged to the state before. */
function moved(step: StepView, status: StepStatus): StepView {
  const { nextAt: _, remark: __, ...rest } = step;
  return { ...rest, status };
}

function settled(step: StepView, status: StepStatus, entry: Entry): StepView {
  return { ...moved(step, status), settledAt: Date.parse(entry.at) };
}

function succeeded(step: StepView, entry: Entry & { kind: 'succeeded' }): StepView {
  const { verdict } = entry.body;
  if (verdict === undefined) return settled(step, 'succeeded', entry);
  const status = verdict.allow ? 'succeeded' : 'refused';
  return { ...settled(step, status, entry), remark: verdict.reason };
}

function retrying(step: StepView, entry: Entry & { kind: 'retrying' }): StepView {
  const { failure, retryAt, from } = entry.body;
  return {
    ...moved(step, from === 'poll' ? 'waiting' : 'retrying'),
    nextAt: Date.parse(retryAt),
    remark: `${failure.code}: ${failure.message}`,
  };
}

/** As it was before it began; the count of attempts goes on. */
function reopened(step: StepView): StepView {
  const { startedAt: _, settledAt: __, pace: ___, ...rest } = moved(step, 'pending');
  return rest;
}

/** The step after one more entry of its ledger. */
export function afterEntry(step: StepView, entry: Entry): StepView {
  switch (entry.kind) {
    case 'before':
      return { ...moved(step, 'running'), startedAt: step.startedAt ?? Date.parse(entry.at) };
    case 'intent':
      return {
        ...moved(step, 'running'),
        attempt: entry.attempt,
        startedAt: step.startedAt ?? Date.parse(entry.at),
      };
    case 'waiting':
      return { ...moved(step, 'waiting'), nextAt: Date.parse(entry.body.pollAt) };
    case 'recovering':
      return { ...moved(step, 'recovering'), nextAt: Date.parse(entry.body.nextAt) };
    case 'retrying':
      return retrying(step, entry);
    case 'notice':
      return { ...step, remark: `${entry.body.code}: ${entry.body.message}` };
    case 'succeeded':
      return succeeded(step, entry);
    case 'failed':
      return {
        ...settled(step, 'failed', entry),
        remark: `${entry.body.failure.code}: ${entry.body.failure.message}`,
      };
    case 'reopened':
      return reopened(step);
    case 'skipped':
      return { ...settled(step, 'skipped', entry), remark: skipText(entry.body.reason) };
    default:
      return step;
  }
}
