import type { Entry, Outcome, SkipReason, Verdict } from './entry.js';
import type { FailureRecord } from './failure.js';
import type { JsonValue } from './json.js';

/** How a step ended. */
export type Settlement =
  | {
      readonly as: 'succeeded';
      readonly facts: { readonly [name: string]: JsonValue };
      readonly verdict?: Verdict;
    }
  | { readonly as: 'failed'; readonly failure: FailureRecord }
  | { readonly as: 'skipped'; readonly reason: SkipReason };

/** Where a step stands. Times are milliseconds since the epoch. */
export type StepStatus =
  | { readonly is: 'pending' }
  /** `start` was announced and nothing was heard since. */
  | { readonly is: 'intended'; readonly leaseUntil: number; readonly epoch: number }
  /** `recover` found nothing yet. */
  | { readonly is: 'recovering'; readonly asked: number; readonly nextAt: number }
  | { readonly is: 'retrying'; readonly retryAt: number; readonly recoverFirst: boolean }
  | { readonly is: 'waiting'; readonly pollAt: number; readonly failures: number }
  | { readonly is: 'settled'; readonly at: number; readonly settlement: Settlement };

/** One step, as its ledger tells it. */
export interface StepState {
  readonly status: StepStatus;
  /** Calls of `start` announced so far. */
  readonly attempt: number;
  /** Of them, those that were made before the step was last taken up again. */
  readonly attemptsBefore: number;
  /** How often it was taken up again after it had settled. */
  readonly reopened: number;
  readonly generation: number;
  readonly firstIntentAt: number | undefined;
  readonly lastIntent: { readonly at: number; readonly leaseUntil: number } | undefined;
  /** The last ticket, also after a failed poll. */
  readonly ticket: JsonValue | undefined;
  /** What `before` saved. */
  readonly saved: JsonValue | undefined;
}

const UNTOUCHED: StepState = {
  status: { is: 'pending' },
  attempt: 0,
  attemptsBefore: 0,
  reopened: 0,
  generation: 0,
  firstIntentAt: undefined,
  lastIntent: undefined,
  ticket: undefined,
  saved: undefined,
};

function settled(at: number, settlement: Settlement): StepStatus {
  return { is: 'settled', at, settlement };
}

function afterIntent(state: StepState, entry: Entry & { kind: 'intent' }, epoch: number): StepState {
  const at = Date.parse(entry.at);
  const leaseUntil = Date.parse(entry.body.leaseUntil);
  return {
    ...state,
    status: { is: 'intended', leaseUntil, epoch },
    attempt: entry.attempt,
    generation: entry.body.generation,
    firstIntentAt: state.firstIntentAt ?? at,
    lastIntent: { at, leaseUntil },
  };
}

function afterRetrying(before: StepState, entry: Entry & { kind: 'retrying' }): StepState {
  const { body } = entry;
  // A `before` that failed has had no intent, yet it counts: else it would be tried for ever.
  const attempt = Math.max(before.attempt, entry.attempt);
  const state = { ...before, attempt, firstIntentAt: before.firstIntentAt ?? Date.parse(entry.at) };
  const retryAt = Date.parse(body.retryAt);
  if (body.from === 'poll') {
    const failures = state.status.is === 'waiting' ? state.status.failures + 1 : 1;
    return { ...state, status: { is: 'waiting', pollAt: retryAt, failures } };
  }
  const generation = state.generation + (body.failure.kind === 'restart' ? 1 : 0);
  const recoverFirst = body.failure.kind === 'ambiguous';
  return { ...state, generation, status: { is: 'retrying', retryAt, recoverFirst } };
}

/** A new key, new attempts, a new timeout; what `before` saved is saved once. */
function afterReopened(state: StepState): StepState {
  const { attempt, saved } = state;
  const generation = state.generation + 1;
  return { ...UNTOUCHED, attempt, attemptsBefore: attempt, reopened: state.reopened + 1, generation, saved };
}

/** The step's state after one more entry of its ledger. `epoch` counts the hosts that took the run over. */
function afterEntry(state: StepState, entry: Entry, epoch: number): StepState {
  const at = Date.parse(entry.at);
  switch (entry.kind) {
    case 'before':
      return { ...state, saved: entry.body.saved };
    case 'intent':
      return afterIntent(state, entry, epoch);
    case 'waiting': {
      const pollAt = Date.parse(entry.body.pollAt);
      return { ...state, ticket: entry.body.ticket, status: { is: 'waiting', pollAt, failures: 0 } };
    }
    case 'recovering':
      return {
        ...state,
        status: { is: 'recovering', asked: entry.body.asked, nextAt: Date.parse(entry.body.nextAt) },
      };
    case 'retrying':
      return afterRetrying(state, entry);
    case 'succeeded':
      return { ...state, status: settled(at, { as: 'succeeded', ...entry.body }) };
    case 'failed':
      return { ...state, status: settled(at, { as: 'failed', failure: entry.body.failure }) };
    case 'skipped':
      return { ...state, status: settled(at, { as: 'skipped', reason: entry.body.reason }) };
    case 'reopened':
      return afterReopened(state);
    default:
      return state;
  }
}

/** Everything that `nextActions` needs to know of a journal; kept up to date entry by entry. */
export class IncidentState {
  readonly #steps = new Map<string, StepState>();
  #epoch = 0;
  #openedAt: number | undefined;
  #outcome: Outcome | undefined;
  #abortedBecause: string | undefined;
  #gaps = 0;
  #resumedAt = 0;

  /** The state after these entries. Entries of release ledgers are not its business. */
  static of(entries: Iterable<Entry>): IncidentState {
    const state = new IncidentState();
    for (const entry of entries) state.apply(entry);
    return state;
  }

  apply(entry: Entry): void {
    if (entry.kind === 'notice' && entry.body.gap === true) this.#gaps += 1;
    if (entry.ledger === 'run') this.#applyRun(entry);
    else this.#steps.set(entry.ledger, afterEntry(this.step(entry.ledger), entry, this.#epoch));
  }

  #applyRun(entry: Entry): void {
    if (entry.kind === 'opened') this.#openedAt = Date.parse(entry.at);
    if (entry.kind === 'resumed') {
      this.#epoch += 1;
      this.#resumedAt = Date.parse(entry.at);
    }
    if (entry.kind === 'closed') this.#outcome = entry.body.outcome;
    if (entry.kind === 'cancelled') this.#abortedBecause = entry.body.reason;
  }

  /** A poll that changed nothing is not written: only this host knows when it looks again. */
  defer(id: string, pollAt: number): void {
    const state = this.step(id);
    if (state.status.is === 'waiting') this.#steps.set(id, { ...state, status: { ...state.status, pollAt } });
  }

  step(id: string): StepState {
    return this.#steps.get(id) ?? UNTOUCHED;
  }

  /** Milliseconds since the epoch; undefined while the journal is empty. */
  get openedAt(): number | undefined {
    return this.#openedAt;
  }

  /** When a host last took the run over; 0: never. While nobody drove it no step could use its time. */
  get resumedAt(): number {
    return this.#resumedAt;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** Things that steps could not do though they succeeded. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Why a person stopped the run, when one did. */
  get abortedBecause(): string | undefined {
    return this.#abortedBecause;
  }
}

/** How the step ended, when it has. */
export function settlementOf(state: StepState): Settlement | undefined {
  return state.status.is === 'settled' ? state.status.settlement : undefined;
}
