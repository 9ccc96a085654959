import type { Plan, PlanStep } from './compile.js';
import { milliseconds } from './duration.js';
import type { Outcome, SkipReason } from './entry.js';
import { type IncidentState, type StepState, settlementOf } from './incident-state.js';
import { phaseRank, touchesSuspect } from './phase.js';

/** Why a step is ended by the engine and not by itself. */
export type ExpiryCode = 'TIMED_OUT' | 'SEALED' | 'DEADLINE' | 'ABORTED';

/** One thing that a host is to do now, or when to ask again. Times are milliseconds since the epoch. */
export type Action =
  | { readonly do: 'start' | 'poll' | 'recover'; readonly step: string }
  | { readonly do: 'skip'; readonly step: string; readonly reason: SkipReason }
  | { readonly do: 'expire'; readonly step: string; readonly code: ExpiryCode }
  | { readonly do: 'sleep'; readonly step: string; readonly until: number }
  | { readonly do: 'finish'; readonly outcome: Outcome };

const REPORT = phaseRank('report');

interface Moment {
  readonly plan: Plan;
  readonly state: IncidentState;
  readonly now: number;
  /** When capture ends; undefined while containment has not settled. */
  readonly sealAt: number | undefined;
  /** From when on containment no longer waits for what is late in protect. */
  readonly protectEndsAt: number;
  /** When everything before the report ends. */
  readonly deadlineAt: number;
}

function settledAt(state: StepState): number | undefined {
  return state.status.is === 'settled' ? state.status.at : undefined;
}

/** Capture has its window from the moment the last contain step settled. */
function sealAt(plan: Plan, state: IncidentState): number | undefined {
  const times = plan.steps
    .filter(({ step }) => step.phase === 'contain')
    .map(({ step }) => settledAt(state.step(step.id)));
  if (times.length === 0 || times.includes(undefined)) return undefined;
  return Math.max(...times.map((time) => time ?? 0)) + plan.captureWindowMs;
}

function factsOf(plan: Plan, state: IncidentState): ReadonlySet<string> {
  const names = new Set(plan.given);
  for (const { step } of plan.steps)
    if (settlementOf(state.step(step.id))?.as === 'succeeded')
      for (const fact of step.provides) names.add(fact.name);
  return names;
}

function refuses(plan: Plan, state: IncidentState, guard: string): boolean {
  const settlement = settlementOf(state.step(guard));
  if (settlement?.as === 'succeeded') return settlement.verdict?.allow !== true;
  return plan.steps.find(({ step }) => step.id === guard)?.step.guard === 'refuse';
}

/** When this step must have ended, and by which rule. */
function expiryOf(moment: Moment, { step }: PlanStep, state: StepState): { at: number; code: ExpiryCode } {
  const limits: { at: number; code: ExpiryCode }[] = [];
  if (state.firstIntentAt !== undefined)
    limits.push({
      at: Math.max(state.firstIntentAt, moment.state.resumedAt) + milliseconds(step.timeout),
      code: 'TIMED_OUT',
    });
  if (step.phase === 'capture' && moment.sealAt !== undefined)
    limits.push({ at: moment.sealAt, code: 'SEALED' });
  if (phaseRank(step.phase) < REPORT) {
    limits.push({ at: moment.deadlineAt, code: 'DEADLINE' });
    if (moment.state.abortedBecause !== undefined) limits.push({ at: 0, code: 'ABORTED' });
  }
  return limits.reduce((first, limit) => (limit.at < first.at ? limit : first), {
    at: Number.POSITIVE_INFINITY,
    code: 'TIMED_OUT',
  });
}

function skipReason(moment: Moment, planned: PlanStep): SkipReason | undefined {
  const { plan, state, now } = moment;
  const guards = planned.guards.filter((guard) => refuses(plan, state, guard));
  if (guards.length > 0) return { because: 'refused', guards };
  const expiry = expiryOf(moment, planned, state.step(planned.step.id));
  if (expiry.at <= now) {
    const because = {
      SEALED: 'sealed',
      ABORTED: 'aborted',
      DEADLINE: 'deadline',
      TIMED_OUT: 'deadline',
    } as const;
    return { because: because[expiry.code] };
  }
  const have = factsOf(plan, state);
  const facts = planned.step.needs.filter((fact) => !have.has(fact.name)).map((fact) => fact.name);
  return facts.length > 0 ? { because: 'missing', facts } : undefined;
}

/** Protect must not hold containment up: what a snapshot or a recovery takes longer for goes on beside it. */
export function mayBeLate(plan: Plan, waiting: PlanStep, id: string): boolean {
  if (!touchesSuspect(waiting.step.phase) || waiting.step.phase === 'protect') return false;
  const other = plan.steps.find(({ step }) => step.id === id)?.step;
  return other?.phase === 'protect' && other.guard === undefined;
}

function whenPending(moment: Moment, planned: PlanStep): Action | undefined {
  const { plan, state, now, protectEndsAt } = moment;
  const step = planned.step.id;
  const open = planned.predecessors.filter((id) => settlementOf(state.step(id)) === undefined);
  if (!open.every((id) => mayBeLate(plan, planned, id))) return undefined;
  if (open.length > 0 && now < protectEndsAt) return { do: 'sleep', step, until: protectEndsAt };
  const reason = skipReason(moment, planned);
  return reason === undefined ? { do: 'start', step } : { do: 'skip', step, reason };
}

/** After the last moment at which `start` can have acted and AWS must show what it made, `recover`'s null is true. */
export function recoverTrustedFrom(planned: PlanStep, state: StepState): number {
  return (state.lastIntent?.leaseUntil ?? 0) + milliseconds(planned.step.visibleWithin);
}

function whenRunning(moment: Moment, planned: PlanStep, state: StepState): Action | undefined {
  const { now } = moment;
  const step = planned.step.id;
  const at = (time: number, action: Action): Action =>
    now >= time ? action : { do: 'sleep', step, until: time };
  const again: Action = { do: planned.step.run.recover === undefined ? 'start' : 'recover', step };
  const { status } = state;
  switch (status.is) {
    case 'intended':
      // A host that took over has proved the earlier one dead; otherwise its lease has to run out.
      return status.epoch < moment.state.epoch ? again : at(status.leaseUntil, again);
    case 'recovering':
      return at(status.nextAt, again);
    case 'retrying':
      return at(status.retryAt, status.recoverFirst ? again : { do: 'start', step });
    case 'waiting':
      return at(status.pollAt, { do: 'poll', step });
    default:
      return undefined;
  }
}

function actionFor(moment: Moment, planned: PlanStep): readonly Action[] {
  const state = moment.state.step(planned.step.id);
  if (state.status.is === 'settled') return [];
  if (state.status.is === 'pending') {
    const action = whenPending(moment, planned);
    return action === undefined ? [] : [action];
  }
  const expiry = expiryOf(moment, planned, state);
  if (expiry.at <= moment.now) return [{ do: 'expire', step: planned.step.id, code: expiry.code }];
  const action = whenRunning(moment, planned, state);
  if (action?.do !== 'sleep') return action === undefined ? [] : [action];
  return [{ ...action, until: Math.min(action.until, expiry.at) }];
}

/** What became of the incident, once every step has settled. */
export function outcomeOf(plan: Plan, state: IncidentState): Outcome {
  const all = plan.steps.map(({ step }) => ({ step, settlement: settlementOf(state.step(step.id)) }));
  const refused = all.some(
    ({ settlement }) => settlement?.as === 'skipped' && settlement.reason.because === 'refused',
  );
  if (refused) return 'refused';
  if (all.some(({ step, settlement }) => step.phase === 'contain' && settlement?.as !== 'succeeded'))
    return 'failed';
  const whole = all.every(({ settlement }) => settlement?.as === 'succeeded') && state.gaps === 0;
  return whole ? 'complete' : 'incomplete';
}

/**
 * What to do now. A pure function of plan, journal and time: every host asks it, and whoever asks twice gets the same
 * answer. Settled never becomes unsettled, so that a stale view of the journal only waits.
 */
export function nextActions(plan: Plan, state: IncidentState, now: number): readonly Action[] {
  if (state.outcome !== undefined) return [];
  const openedAt = state.openedAt ?? now;
  const moment = {
    plan,
    state,
    now,
    sealAt: sealAt(plan, state),
    protectEndsAt: openedAt + plan.protectWindowMs,
    deadlineAt: openedAt + plan.deadlineMs,
  };
  if (plan.steps.every(({ step }) => settlementOf(state.step(step.id)) !== undefined))
    return [{ do: 'finish', outcome: outcomeOf(plan, state) }];
  return plan.steps.flatMap((planned) => actionFor(moment, planned));
}
