import { beginsWith, type Entry, type Outcome, type Phase, type WatchedRun } from '@cordon/core';

/** What of an incident is measured. Times are milliseconds since the epoch, as the journal has them. */
export type Milestone = { readonly incident: Incident } & (
  | { readonly is: 'opened' }
  | {
      readonly is: 'settled';
      readonly step: string;
      readonly phase: Phase;
      readonly as: 'succeeded' | 'failed' | 'skipped';
      /** From the first intent; a step that was skipped has begun when it ended. */
      readonly startedAt: number;
      readonly endedAt: number;
      readonly attempts: number;
      /** Of the failure. */
      readonly code: string | undefined;
    }
  /** Every step of containment has succeeded. */
  | { readonly is: 'contained'; readonly at: number }
  | { readonly is: 'closed'; readonly at: number; readonly outcome: Outcome; readonly tally: Tally }
);

export interface Incident {
  readonly id: string;
  readonly pipeline: string;
  readonly openedAt: number;
  readonly account: string;
  readonly region: string;
}

export interface Tally {
  readonly artifacts: number;
  readonly evidenceBytes: number;
  readonly failed: number;
  readonly skipped: number;
  readonly retries: number;
}

interface Step {
  readonly phase: Phase;
  startedAt: number | undefined;
  attempts: number;
  as: 'succeeded' | 'failed' | 'skipped' | undefined;
}

type Settled = Entry & { readonly kind: 'succeeded' | 'failed' | 'skipped' };

/** Gathers milestones from the entries of one incident. */
export class Milestones {
  readonly #steps = new Map<string, Step>();
  readonly #tally = { artifacts: 0, evidenceBytes: 0, retries: 0 };
  #incident: Incident | undefined;
  #contained = false;

  /** The steps, as they were opened. */
  get plan(): readonly { readonly id: string; readonly phase: Phase }[] {
    return [...this.#steps].map(([id, { phase }]) => ({ id, phase }));
  }

  /** What has come about with this entry. */
  after(entry: Entry): readonly Milestone[] {
    if (entry.ledger === 'run') return this.#afterRun(entry);
    const step = this.#steps.get(entry.ledger);
    return step === undefined || this.#incident === undefined ? [] : this.#afterStep(step, entry);
  }

  #afterRun(entry: Entry): readonly Milestone[] {
    const at = Date.parse(entry.at);
    if (entry.kind === 'opened') {
      const { incidentId: id, pipeline, finding, plan } = entry.body;
      const { account, region } = finding.suspect;
      this.#incident = { id, pipeline, openedAt: at, account, region };
      for (const { id: step, phase } of plan)
        this.#steps.set(step, { phase, startedAt: undefined, attempts: 0, as: undefined });
      return [{ is: 'opened', incident: this.#incident }];
    }
    if (entry.kind !== 'closed' || this.#incident === undefined) return [];
    const { outcome } = entry.body;
    return [{ is: 'closed', incident: this.#incident, at, outcome, tally: this.#counted() }];
  }

  #counted(): Tally {
    const ends = [...this.#steps.values()].map(({ as }) => as);
    const failed = ends.filter((as) => as === 'failed').length;
    return { ...this.#tally, failed, skipped: ends.filter((as) => as === 'skipped').length };
  }

  #afterStep(step: Step, entry: Entry): readonly Milestone[] {
    switch (entry.kind) {
      case 'intent':
        step.startedAt ??= Date.parse(entry.at);
        step.attempts += 1;
        return [];
      case 'retrying':
        this.#tally.retries += 1;
        return [];
      case 'artifact':
        this.#tally.artifacts += 1;
        this.#tally.evidenceBytes += entry.body.sizeBytes;
        return [];
      case 'reopened':
        Object.assign(step, { startedAt: undefined, attempts: 0, as: undefined });
        return [];
      case 'succeeded':
      case 'failed':
      case 'skipped':
        return this.#settled(step, entry);
      default:
        return [];
    }
  }

  #settled(step: Step, entry: Settled): readonly Milestone[] {
    const { kind: as, ledger } = entry;
    const endedAt = Date.parse(entry.at);
    step.as = as;
    // A step of an incident that was not opened is no step.
    const incident = this.#incident as Incident;
    const { phase, startedAt = endedAt, attempts } = step;
    const code = entry.kind === 'failed' ? entry.body.failure.code : undefined;
    const common = { incident, step: ledger, phase, as, startedAt, endedAt, attempts, code };
    return [{ is: 'settled', ...common }, ...this.#containment(endedAt, incident)];
  }

  #containment(at: number, incident: Incident): readonly Milestone[] {
    const contain = [...this.#steps.values()].filter(({ phase }) => phase === 'contain');
    const holds = contain.length > 0 && contain.every(({ as }) => as === 'succeeded');
    if (!holds || this.#contained) return [];
    this.#contained = true;
    return [{ is: 'contained', incident, at }];
  }
}

/**
 * Tells the milestones of a run as they come; those of the process before it were told by that. Where many workers drive
 * it, the one that begins the first step tells that it was opened.
 */
export function onMilestone(run: WatchedRun, listener: (milestone: Milestone) => void): void {
  const milestones = new Milestones();
  let opening: Milestone | undefined;
  run.events.on('history', (entries) => {
    for (const milestone of entries.flatMap((entry) => milestones.after(entry)))
      if (milestone.is === 'opened') opening = milestone;
  });
  run.events.on('entry', (entry) => {
    const first = run.beside === 'others' && beginsWith(entry, milestones.plan) === 'incident';
    if (first && opening !== undefined) listener(opening);
    for (const milestone of milestones.after(entry)) listener(milestone);
  });
}
