import { EventEmitter } from 'eventemitter3';
import { compileOrThrow, type Plan } from '../engine/compile.js';
import { type Duration, milliseconds } from '../engine/duration.js';
import { Engagement } from '../engine/engagement.js';
import { JournalConflict, JournalInUse, type JournalProvider } from '../engine/entry.js';
import type { Environment } from '../engine/environment.js';
import type { IncidentEvents } from '../engine/events.js';
import { settlementOf } from '../engine/incident-state.js';
import { nextActions } from '../engine/next-actions.js';
import type { AnyPipeline } from '../engine/pipeline.js';
import { shown } from '../findings/problem.js';
import { shareJournal } from '../journal/journal.js';
import { RUN } from '../journal/names.js';
import { type Anchor, PhaseAnchors } from './anchors.js';
import { closeRun, giveLeaseBack } from './close.js';
import { attachAll, dismissAll, type WatchedRun, type WorkNotifier } from './notifiers.js';
import { assertSameVersions, openedBody } from './open.js';
import { DEFAULT_SPACING, pacedSeconds } from './pace.js';
import { type Stand, type WorkStatus, workOn } from './work.js';

/** What a worker needs beside its pipeline. */
export interface WorkerOptions {
  readonly journal: JournalProvider;
  readonly environment: Environment;
  /** Where the journal's heads are published outside of it, at contain, seal and close. */
  readonly anchors?: readonly Anchor[];
  /**
   * Told by each invocation what it has written itself; what was there before, or comes from others, is told as history.
   * Flushed, and then detached, before the invocation ends.
   */
  readonly notifiers?: readonly WorkNotifier[];
  /**
   * How long one invocation waits for steps that are under way in others, where the step that it is for comes next: a
   * group is swapped a second after the last guard's yes and not at the next look. Default: not at all.
   */
  readonly patience?: Duration;
}

/** One invocation of a worker. */
export interface WorkOrder {
  /** Id of the incident; its journal was begun by `beginIncident`. */
  readonly incident: string;
  readonly step: string;
  /** When the process ends. A call of a step's code that is not done by then is cut short, and recovered later. */
  readonly until?: Date;
  /** Of the process; what needs more is done elsewhere by steps that can. */
  readonly memoryBytes?: number;
  /**
   * Share of what has elapsed that may pass until the next look at something that takes long; default 0.06. A host whose
   * looks are counted asks for more.
   */
  readonly spacing?: number;
  /** Instead of the worker's own. */
  readonly patience?: Duration;
}

/** What came of an invocation: ids and hashes only, so that it may travel through a state machine. */
export interface WorkDone {
  readonly incident: string;
  readonly step: string;
  readonly status: WorkStatus;
  /** When to come back; 0: at once, or never when it is settled or closed. */
  readonly seconds: number;
  /** Last hash of the step's ledger, or of the run's while it has none: what keeps it is a witness of the journal. */
  readonly head: string;
}

/** Drives an incident one call at a time, beside other workers that do the same. */
export interface StepWorker {
  /** Does what is due for one step, if anything is: one start, poll, recovery, skip or end. */
  act(order: WorkOrder): Promise<WorkDone>;
  /** Closes the incident when every step has settled; `gated` while one has not. The step it answers for is `run`. */
  finish(order: Omit<WorkOrder, 'step'>): Promise<WorkDone>;
  /** Settles a step as `HOST_LOST`: whoever was to work on it died each time. */
  hostLost(order: WorkOrder & { readonly cause?: string }): Promise<WorkDone>;
}

/** Races lost in one invocation, after which it leaves the step to the others. */
const MAX_LOST_RACES = 20;
const AFTER_LOST_RACES: Stand = { status: 'waiting', seconds: 1 };

class JournalWorker implements StepWorker {
  readonly #plan: Plan;
  readonly #options: WorkerOptions;

  constructor(plan: Plan, options: WorkerOptions) {
    this.#plan = plan;
    this.#options = options;
  }

  act(order: WorkOrder): Promise<WorkDone> {
    const { step, until, memoryBytes, spacing = DEFAULT_SPACING } = order;
    const limits = {
      ...(until === undefined ? {} : { endsAt: until }),
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
    };
    const patienceMs = milliseconds(order.patience ?? this.#options.patience ?? {});
    return this.#work(order, async (engagement) => {
      const stand = await workOn(engagement, { step, limits, patienceMs, spacing });
      if (stand.status === 'settled') await this.#anchor(engagement);
      return stand;
    });
  }

  finish(order: Omit<WorkOrder, 'step'>): Promise<WorkDone> {
    const { spacing = DEFAULT_SPACING } = order;
    return this.#work({ ...order, step: RUN }, async (engagement) => {
      const now = engagement.now().getTime();
      const { openedAt = now, outcome } = engagement.state;
      const [last] = nextActions(engagement.plan, engagement.state, now);
      if (outcome === undefined && last?.do !== 'finish') {
        const pace = { elapsedMs: now - openedAt, leastSeconds: 1, forGuard: false, spacing };
        return { status: 'gated', seconds: Math.ceil(pacedSeconds(pace)) };
      }
      if (last?.do === 'finish') await closeRun(engagement, last.outcome, this.#options.anchors);
      // A failed containment keeps its lease: the next finding is to see it, and to count.
      if (engagement.state.outcome !== 'failed') await giveLeaseBack(engagement, this.#options.journal);
      return { status: 'closed', seconds: 0 };
    });
  }

  hostLost(order: WorkOrder & { readonly cause?: string }): Promise<WorkDone> {
    const { step, cause } = order;
    return this.#work(order, async (engagement) => {
      const state = engagement.state.step(engagement.planned(step).step.id);
      if (settlementOf(state) === undefined) {
        const why = cause === undefined ? '' : `: ${shown(cause)}`;
        const message = `whoever was to work on the step died each time${why}`;
        const recorder = engagement.recorder(step);
        recorder.attempt = state.attempt;
        const failure = { kind: 'permanent', code: 'HOST_LOST', message } as const;
        await recorder.write({ kind: 'failed', body: { failure } });
      }
      await this.#anchor(engagement);
      return { status: 'settled', seconds: 0 };
    });
  }

  /** Heads are published when the last step of containment, or of the seal, has settled. */
  async #anchor(engagement: Engagement): Promise<void> {
    const { anchors = [] } = this.#options;
    if (anchors.length > 0) await new PhaseAnchors(anchors).settle(engagement);
  }

  async #work(order: WorkOrder, work: (engagement: Engagement) => Promise<Stand>): Promise<WorkDone> {
    const { incident, step } = order;
    try {
      const run = { events: new EventEmitter<IncidentEvents>(), beside: 'others' } as const;
      const engagement = await this.#engage(incident, run);
      try {
        const stand = await untilNoRaceIsLost(engagement, work);
        const heads = engagement.journal.heads();
        return { incident, step, ...stand, head: heads[step] ?? heads[RUN] ?? '' };
      } finally {
        await engagement.journal.close();
        await dismissAll(this.#options.notifiers ?? [], run);
      }
    } catch (error) {
      // A store for one writer at a time: another worker has it.
      if (!(error instanceof JournalInUse)) throw error;
      return { incident, step, ...AFTER_LOST_RACES, head: '' };
    }
  }

  async #engage(incident: string, run: WatchedRun): Promise<Engagement> {
    const { environment, notifiers = [] } = this.#options;
    const journal = await shareJournal(this.#options.journal, incident, environment.clock);
    try {
      const opened = openedBody(journal.entries);
      if (opened === undefined) throw new Error(`incident ${shown(incident)} was not begun in this journal`);
      assertSameVersions(this.#plan, opened, journal.entries);
      const { signal } = new AbortController();
      const { finding } = opened;
      const options = { plan: this.#plan, finding, journal, environment, events: run.events, signal };
      const engagement = new Engagement({ ...options, others: 'history' });
      attachAll(notifiers, run);
      if (notifiers.length > 0) engagement.tellHistory();
      return engagement;
    } catch (error) {
      await journal.close();
      throw error;
    }
  }
}

/** Somebody else wrote that place: read again, decide again. */
async function untilNoRaceIsLost(
  engagement: Engagement,
  work: (engagement: Engagement) => Promise<Stand>,
): Promise<Stand> {
  for (let lost = 0; lost < MAX_LOST_RACES; lost += 1) {
    try {
      return await work(engagement);
    } catch (error) {
      if (!(error instanceof JournalConflict)) throw error;
      await engagement.refresh();
    }
  }
  return AFTER_LOST_RACES;
}

/**
 * A worker for hosts that have no process of their own to wait in: Lambda behind Step Functions, durable functions. Any
 * number of them may work on one incident at the same time; the journal decides who does what. Throws what no other
 * invocation could do better: a journal that cannot be read or is damaged, a step whose version has changed.
 *
 * @example
 * const worker = stepWorker(pipeline, { journal, environment });
 * const { status, seconds } = await worker.act({ incident: 'inc-20261120t0331-5f0c2a91', step: 'contain.isolate' });
 */
export function stepWorker(pipeline: AnyPipeline, options: WorkerOptions): StepWorker {
  return new JournalWorker(compileOrThrow(pipeline), options);
}
