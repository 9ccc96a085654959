import type { EventEmitter } from 'eventemitter3';
import type { Account } from './account.js';
import type { Plan, PlanStep } from './compile.js';
import type { Entry, EntryDraft, Journal } from './entry.js';
import type { AccountRole, Environment } from './environment.js';
import type { IncidentEvents } from './events.js';
import type { Finding } from './finding.js';
import { IncidentState } from './incident-state.js';
import type { JsonValue } from './json.js';
import { Recorder } from './recorder.js';
import { approverOf, confirmedFinding } from './verdicts.js';

export interface EngagementOptions {
  readonly plan: Plan;
  readonly finding: Finding;
  readonly journal: Journal;
  readonly environment: Environment;
  readonly events: EventEmitter<IncidentEvents>;
  /** Aborted when the host stops: calls under way end, nothing is settled by it. */
  readonly signal: AbortSignal;
  /** The run that this one follows: a release, a retry. */
  readonly earlier?: EarlierRun;
  /**
   * How listeners hear of entries that others write meanwhile: visitors' are news; those of workers beside this one were
   * told by whoever wrote them. Default `entry`.
   */
  readonly others?: 'entry' | 'history';
}

/** The incident's own run, as a later one sees it. */
export interface EarlierRun {
  readonly plan: Plan;
  readonly state: IncidentState;
  /** Before every ledger name, and every evidence path, of the later run: `release-1/`, `retry-2/`. */
  readonly prefix: string;
  /** Who answers for the later run. */
  readonly approver: string;
}

/** One incident as a host works on it: its plan, its journal, its state, the world outside. */
export class Engagement {
  readonly plan: Plan;
  readonly journal: Journal;
  readonly environment: Environment;
  readonly events: EventEmitter<IncidentEvents>;
  readonly signal: AbortSignal;
  readonly earlier: EarlierRun | undefined;
  readonly #finding: Finding;
  readonly #others: 'entry' | 'history';
  readonly #planned: ReadonlyMap<string, PlanStep>;
  readonly #accounts = new Map<string, Account>();
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #recorders = new Map<string, Recorder>();
  #state: IncidentState;
  #fault: { readonly error: unknown } | undefined;

  constructor(options: EngagementOptions) {
    this.plan = options.plan;
    this.#finding = options.finding;
    this.journal = options.journal;
    this.environment = options.environment;
    this.events = options.events;
    this.signal = options.signal;
    this.earlier = options.earlier;
    this.#others = options.others ?? 'entry';
    this.#planned = new Map(options.plan.steps.map((planned) => [planned.step.id, planned]));
    this.#state = this.#stateOfJournal();
  }

  /** A release has a state of its own: that of the ledgers with its prefix, as if they had none. */
  #stateOfJournal(): IncidentState {
    const own = this.journal.entries.filter((entry) => entry.ledger.startsWith(this.prefix));
    return IncidentState.of(own.map((entry) => this.#withoutPrefix(entry)));
  }

  #withoutPrefix(entry: Entry): Entry {
    return this.prefix === '' ? entry : { ...entry, ledger: entry.ledger.slice(this.prefix.length) };
  }

  /** `''` in the incident's own run. */
  get prefix(): string {
    return this.earlier?.prefix ?? '';
  }

  get id(): string {
    return this.journal.incidentId;
  }

  get state(): IncidentState {
    return this.#state;
  }

  /** The clock's time, but never before the journal's last entry: clocks of hosts differ. */
  now(): Date {
    const now = this.environment.clock.now();
    const last = this.journal.entries.at(-1)?.at;
    return last === undefined || Date.parse(last) <= now.getTime() ? now : new Date(last);
  }

  /** What the step's `before` saved, in this run or the one it follows: the state to go back to is saved once. */
  saved(step: string): JsonValue | undefined {
    return this.state.step(step).saved ?? this.earlier?.state.step(step).saved;
  }

  planned(step: string): PlanStep {
    const planned = this.#planned.get(step);
    if (planned === undefined) throw new Error(`no step '${step}' in pipeline '${this.plan.pipeline}'`);
    return planned;
  }

  /** What was sent, or, once a guard has asked the detector, what the detector has. */
  get finding(): Finding {
    const { earlier } = this;
    const before = earlier === undefined ? undefined : confirmedFinding(earlier.plan, earlier.state);
    return confirmedFinding(this.plan, this.state) ?? before ?? this.#finding;
  }

  /** A session of its own for who acts on a person's word: AWS is told whose. */
  account(role: AccountRole): Account {
    const approver = this.earlier?.approver ?? approverOf(this.plan, this.state);
    const key = JSON.stringify([role, approver]);
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    const incident = { id: this.id, suspect: this.#finding.suspect };
    const made = this.environment.account(role, {
      ...incident,
      ...(approver === undefined ? {} : { approver }),
    });
    this.#accounts.set(key, made);
    return made;
  }

  /** One per step, so that what a poll read but had no entry for travels with the next one. */
  recorder(step: string): Recorder {
    const known = this.#recorders.get(step);
    if (known !== undefined) return known;
    const made = new Recorder(this, step);
    this.#recorders.set(step, made);
    return made;
  }

  /** Throws what kept the journal from being written: the engine's own trouble, never a step's failure. */
  throwIfBroken(): void {
    if (this.#fault !== undefined) throw this.#fault.error;
  }

  /** Writes entries to a step's ledger, or to `run`; in order, also when a step does several things at once. */
  async record(ledger: string, drafts: readonly EntryDraft[]): Promise<void> {
    if (drafts.length === 0) return;
    const before = this.#queues.get(ledger) ?? Promise.resolve();
    const written = before.then(() => this.#append(ledger, drafts));
    const done = written.catch((error: unknown) => {
      this.#fault ??= { error };
    });
    this.#queues.set(ledger, done);
    await written;
  }

  async #append(ledger: string, drafts: readonly EntryDraft[]): Promise<void> {
    const predecessors = this.#planned.get(ledger)?.predecessors ?? [];
    // A release follows the closing entry of the incident's own run.
    const first = this.prefix === '' ? [] : ['run'];
    const after = ledger === 'run' ? first : ['run', ...predecessors].map((id) => this.prefix + id);
    const entries = await this.journal.append(this.prefix + ledger, drafts, after);
    for (const entry of entries) {
      this.#state.apply(this.#withoutPrefix(entry));
      this.#tell(() => this.events.emit('entry', entry));
    }
  }

  /** Tells listeners what a run that is resumed has behind it. */
  tellHistory(): void {
    this.#tell(() => this.events.emit('history', this.journal.entries));
  }

  #tell(emit: () => void): void {
    try {
      emit();
    } catch (error) {
      // A listener is told, it does not take part.
      process.emitWarning(`a listener of incident ${this.id} failed: ${String(error)}`);
    }
  }

  /** Reads again what others wrote, after a lost race. */
  async refresh(): Promise<void> {
    await this.takeNews();
    this.#fault = undefined;
  }

  /** Takes over, and tells listeners, what others have written meanwhile. */
  async takeNews(): Promise<void> {
    const known = new Set(this.journal.entries);
    await this.journal.refresh();
    this.#state = this.#stateOfJournal();
    const news = this.journal.entries.filter((entry) => !known.has(entry));
    if (this.#others === 'history') this.#tell(() => this.events.emit('history', news));
    else for (const entry of news) this.#tell(() => this.events.emit('entry', entry));
  }
}
