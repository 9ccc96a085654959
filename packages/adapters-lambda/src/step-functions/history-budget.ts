import {
  DEFAULT_SPACING,
  type Duration,
  leastAtGate,
  leastForNewTicket,
  longestWait,
  mayBeLate,
  milliseconds,
  type Pace,
  type Plan,
  type PlanStep,
  pacedSeconds,
} from '@cordon/core';
import { draw, type Lane } from './drawing.js';
import { isOneTask } from './step-states.js';

/** An execution ends when its history has this many; https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const HISTORY_EVENTS = 25_000;

/** What a day is to fit into, where it can: an incident may last for longer, and an execution be redriven. */
const ROOMY_EVENTS = 20_000;

/** The finest first: what a day of a big pipeline does not fit into costs some more lost time. */
const SPACINGS = [DEFAULT_SPACING, 0.08, 0.1, 0.12, 0.15, 0.25, 0.5];

/** Task entered, scheduled, started, succeeded, left; Choice and Wait entered and left. */
const EVENTS_OF_LOOK = 9;
/** Retries of one Task, its `lost` and its `gave up`, at the worst. */
const EVENTS_OF_TROUBLE = 3 * (8 + 3) + 12;
/** Retries of a step that is one Task, while it is tried again and recovered. */
const EVENTS_UNSETTLED = 3 * 50;
/** Parallel entered, started, succeeded, left. */
const EVENTS_OF_PARALLEL = 4;
/** The first one, and one when a window ends: nobody is told to wait for longer. */
const LOOKS_OF_GATE = 2;
/** From when a step must end until it is settled: nobody is told to wait for longer, and then there is one call. */
const LATE_SECONDS = 2 * 60;

type Looking = Omit<Pace, 'elapsedMs'>;

/** Looks within so long a time. */
function looksWithin(seconds: number, looking: Looking): number {
  let looks = 1;
  const most = longestWait(looking);
  for (let elapsed = looking.leastSeconds; elapsed < seconds; looks += 1) {
    const pause = pacedSeconds({ ...looking, elapsedMs: elapsed * 1000 });
    // From here on all pauses are alike.
    if (pause >= most) return looks + Math.ceil((seconds - elapsed) / most);
    elapsed += pause;
  }
  return looks;
}

/** When each step has settled at the latest, in seconds from the opening. */
function latestSettled(plan: Plan): ReadonlyMap<string, number> {
  const latest = new Map<string, number>();
  let contained = 0;
  for (const planned of plan.steps) {
    const { id, phase, timeout } = planned.step;
    const begins = gateUntil(plan, planned, latest);
    const ends = begins + milliseconds(timeout) / 1000 + LATE_SECONDS;
    const sealed = contained + plan.captureWindowMs / 1000 + LATE_SECONDS;
    latest.set(id, phase === 'capture' ? Math.min(ends, sealed) : ends);
    if (phase === 'contain') contained = Math.max(contained, ends);
  }
  return latest;
}

/** Until when the step may be waiting for others. */
function gateUntil(plan: Plan, planned: PlanStep, latest: ReadonlyMap<string, number>): number {
  const before = planned.predecessors.filter((id) => !mayBeLate(plan, planned, id));
  return Math.max(plan.protectWindowMs / 1000, ...before.map((id) => latest.get(id) ?? 0));
}

/** What is waited for, how long at most, and how it is looked at. */
interface Waiting {
  readonly seconds: number;
  readonly looking: Looking;
}

/**
 * The most looks of waitings that follow each other within so long a time. Looks grow rarer with what they look at, so
 * that the worst is when time is shared out evenly.
 */
function looksOf(waitings: readonly Waiting[], seconds: number): number {
  let left = seconds;
  let looks = 0;
  const ascending = waitings.toSorted((a, b) => a.seconds - b.seconds);
  for (const [index, waiting] of ascending.entries()) {
    const given = Math.min(waiting.seconds, left / (ascending.length - index));
    looks += looksWithin(given, waiting.looking);
    left -= given;
  }
  return looks;
}

/** The steps of a lane down to its end, and the lanes that part from it on the way. */
function follow(lane: Lane): { readonly steps: readonly Lane[]; readonly parting: readonly Lane[] } {
  const [first, ...others] = lane.behind;
  if (first === undefined) return { steps: [lane], parting: [] };
  const rest = follow(first);
  return { steps: [lane, ...rest.steps], parting: [...others, ...rest.parting] };
}

class Budget {
  readonly #plan: Plan;
  readonly #seconds: number;
  readonly #spacing: number;
  readonly #latest: ReadonlyMap<string, number>;

  constructor(plan: Plan, seconds: number, spacing: number) {
    this.#plan = plan;
    this.#seconds = seconds;
    this.#spacing = spacing;
    this.#latest = latestSettled(plan);
  }

  /**
   * A lane waits at one gate after the other, and gates count time from the opening, so that looks are never dense again:
   * between two looks of one long waiting lies at most one of any other, but where one ends and the next begins.
   */
  #gateLooks(steps: readonly Lane[]): number {
    const gated = steps.filter((lane) => lane.gated);
    if (gated.length === 0) return 0;
    const leastSeconds = Math.min(...gated.map(({ planned }) => leastAtGate(planned.step.phase)));
    const until = Math.max(...gated.map(({ planned }) => gateUntil(this.#plan, planned, this.#latest)));
    const looking = { leastSeconds, forGuard: false, spacing: this.#spacing };
    return looksWithin(Math.min(this.#seconds, until), looking) + gated.length * LOOKS_OF_GATE;
  }

  /** A new ticket and no time at each look: the worst there is. */
  #ownWaiting({ planned: { step } }: Lane): Waiting {
    const leastSeconds = leastForNewTicket(step.phase);
    const looking = { leastSeconds, forGuard: step.guard !== undefined, spacing: this.#spacing };
    return { seconds: Math.min(this.#seconds, milliseconds(step.timeout) / 1000), looking };
  }

  ofLane(lane: Lane): number {
    const { steps, parting } = follow(lane);
    const looping = steps.filter((one) => !isOneTask(one));
    const gates = this.#gateLooks(looping);
    const own = looksOf(
      looping.map((one) => this.#ownWaiting(one)),
      this.#seconds,
    );
    const once = (steps.length - looping.length) * EVENTS_UNSETTLED;
    const rest = steps.length * (EVENTS_OF_LOOK + EVENTS_OF_TROUBLE + EVENTS_OF_PARALLEL) + once;
    const looks = (gates + own) * EVENTS_OF_LOOK;
    return rest + looks + parting.reduce((sum, one) => sum + this.ofLane(one), 0);
  }

  whole(): number {
    const looking = { leastSeconds: 1, forGuard: false, spacing: this.#spacing };
    const closing = looksWithin(this.#seconds, looking) * EVENTS_OF_LOOK;
    return draw(this.#plan)
      .flat()
      .reduce((sum, lane) => sum + this.ofLane(lane), closing);
  }
}

/**
 * How many events an execution's history may have at most after this time, whatever the steps do: every lane looks as
 * often as its worker is ever told to, each Task is retried to its end once.
 *
 * @param options - `spacing` as in `WorkOrder`
 */
export function historyBudget(
  plan: Plan,
  options: { readonly within: Duration; readonly spacing?: number },
): number {
  const { within, spacing = DEFAULT_SPACING } = options;
  return new Budget(plan, milliseconds(within) / 1000, spacing).whole();
}

/** How looks are spaced so that a day of this plan fits into an execution's history; undefined: in no way. */
export function spacingFor(plan: Plan): number | undefined {
  const within = { hours: 24 };
  const budgets = SPACINGS.map((spacing) => ({ spacing, events: historyBudget(plan, { within, spacing }) }));
  const roomy = budgets.find(({ events }) => events <= ROOMY_EVENTS);
  return (roomy ?? budgets.find(({ events }) => events <= HISTORY_EVENTS))?.spacing;
}
