import { act, type StepAction } from '../engine/act.js';
import type { Engagement } from '../engine/engagement.js';
import { JournalConflict, type Outcome } from '../engine/entry.js';
import { type Action, nextActions } from '../engine/next-actions.js';
import { type Anchor, PhaseAnchors } from './anchors.js';
import { Visitors } from './orders.js';

/** What the loop wakes up for. */
type Wake = 'settled' | 'alarm';

/** Times in milliseconds since the epoch. */
interface Alarm {
  /** When something is to be done; undefined: nothing but what is under way. */
  readonly at: number | undefined;
  /** When to look for visitors; undefined: never. */
  readonly look: number | undefined;
}

function isStepAction(action: Action): action is StepAction {
  return action.do !== 'sleep' && action.do !== 'finish';
}

/** Actions under way, by step: a step does one thing at a time. */
class Underway {
  readonly #running = new Map<string, Promise<void>>();
  #fault: { readonly error: unknown } | undefined;

  has(step: string): boolean {
    return this.#running.has(step);
  }

  get size(): number {
    return this.#running.size;
  }

  launch(engagement: Engagement, action: StepAction): void {
    const running = act(engagement, action)
      .catch((error: unknown) => this.#failed(engagement, error))
      .finally(() => this.#running.delete(action.step));
    this.#running.set(action.step, running);
  }

  async #failed(engagement: Engagement, error: unknown): Promise<void> {
    // Somebody else wrote that place: read again, decide again.
    if (error instanceof JournalConflict && !engagement.signal.aborted) await engagement.refresh();
    else this.#fault ??= { error };
  }

  /** Resolves when one of them has ended. */
  async one(): Promise<Wake> {
    await Promise.race(this.#running.values());
    return 'settled';
  }

  async all(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  throwIfFailed(): void {
    if (this.#fault !== undefined) throw this.#fault.error;
  }
}

function earliestAlarm(actions: readonly Action[], underway: Underway): number | undefined {
  const times = actions.flatMap((action) =>
    action.do === 'sleep' && !underway.has(action.step) ? [action.until] : [],
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Waits until an action under way has ended, or it is time for another one, or to look for visitors. */
async function wake(engagement: Engagement, underway: Underway, alarm: Alarm): Promise<void> {
  if (underway.size === 0 && alarm.at === undefined)
    throw new Error(`incident ${engagement.id} has nothing left to do and is not finished`);
  const cancel = new AbortController();
  const wakes: Promise<Wake>[] = [];
  if (underway.size > 0) wakes.push(underway.one());
  const times = [alarm.at, alarm.look].filter((time) => time !== undefined);
  if (times.length > 0)
    wakes.push(
      engagement.environment.clock
        .sleepUntil(new Date(Math.min(...times)), AbortSignal.any([cancel.signal, engagement.signal]))
        .then((): Wake => 'alarm'),
    );
  const others = Promise.allSettled(wakes.slice(1));
  try {
    await Promise.race(wakes);
  } finally {
    cancel.abort();
    // The cancelled alarm rejects; nobody else listens to it.
    void others;
    for (const pending of wakes) pending.catch(() => undefined);
  }
}

/**
 * Drives an engagement until every step has settled. Rejects with the engine's own trouble, or with the signal's
 * reason when the host stops: then the run stays open.
 */
export async function drive(engagement: Engagement, anchors: readonly Anchor[] = []): Promise<Outcome> {
  const underway = new Underway();
  const phases = new PhaseAnchors(anchors);
  const visitors = new Visitors(engagement);
  try {
    for (;;) {
      underway.throwIfFailed();
      engagement.signal.throwIfAborted();
      await visitors.look();
      const actions = nextActions(engagement.plan, engagement.state, engagement.now().getTime());
      const finish = actions.find((action) => action.do === 'finish');
      if (finish?.do === 'finish') return finish.outcome;
      const fresh = actions.filter(isStepAction).filter((action) => !underway.has(action.step));
      for (const action of fresh) underway.launch(engagement, action);
      // What can start has started: publishing delays nobody.
      if (await phases.settle(engagement)) continue;
      await wake(engagement, underway, { at: earliestAlarm(actions, underway), look: visitors.nextLook });
    }
  } finally {
    await underway.all();
  }
}
