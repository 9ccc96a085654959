import type {
  Artifact,
  Entry,
  EntryBodies,
  Finding,
  LogLine,
  Observation,
  Outcome,
  Progress,
} from '@cordon/core';
import { paced } from './pace.js';
import { afterEntry, type StepView } from './step-view.js';

export interface Notice {
  readonly step: string;
  readonly code: string;
  readonly message: string;
}

const RUN_LEDGER = /^((?:release|retry|sweep)-[0-9]+\/)?run$/;

/** One run of an incident - its own, a release or a retry - as its journal and its events tell it. */
export class RunModel {
  readonly #steps = new Map<string, StepView>();
  readonly observations: Observation[] = [];
  readonly artifacts: (Artifact & { readonly step: string })[] = [];
  readonly notices: Notice[] = [];
  readonly findings: Finding[] = [];
  /** Steps that a person wanted tried again while the incident was open. */
  readonly orders: EntryBodies['order'][] = [];
  #prefix: string | undefined;
  opened: EntryBodies['opened'] | undefined;
  openedAt: number | undefined;
  closedAt: number | undefined;
  outcome: Outcome | undefined;
  abortedBecause: string | undefined;
  entries = 0;
  /** When the last of its entries was written. */
  lastAt = 0;
  /** Last hash of the run's own ledger. */
  head: string | undefined;

  /** `prefix` where it is known; else the first run that opens is the one. */
  constructor(prefix?: string) {
    this.#prefix = prefix;
  }

  /** `''` for the incident's own run, `release-1/`, `retry-2/`. */
  get prefix(): string {
    return this.#prefix ?? '';
  }

  get incidentId(): string | undefined {
    return this.opened?.incidentId;
  }

  /** In the plan's order. */
  get steps(): readonly StepView[] {
    return [...this.#steps.values()];
  }

  step(id: string): StepView | undefined {
    return this.#steps.get(id);
  }

  /** Entries of other runs are not its business; a finding that joined is. */
  apply(entry: Entry): void {
    this.entries += 1;
    if (entry.kind === 'opened') this.#open(entry);
    if (entry.kind === 'finding') this.findings.push(entry.body.finding);
    if (entry.kind === 'order' && this.prefix === '') this.orders.push(entry.body);
    if (entry.ledger === `${this.prefix}run`) this.#applyRun(entry);
    else if (entry.ledger.startsWith(this.prefix)) this.#applyStep(entry);
    this.lastAt = Date.parse(entry.at);
  }

  /** What the journal held when the run was resumed: the youngest run in it is the one that goes on. */
  history(entries: readonly Entry[]): void {
    const youngest = entries.findLast((entry) => entry.kind === 'opened');
    this.#prefix ??= RUN_LEDGER.exec(youngest?.ledger ?? '')?.[1] ?? '';
    for (const entry of entries) this.apply(entry);
  }

  progress(progress: Progress, now: number): void {
    this.#change(progress.step, (step) => {
      const pace = paced(step.pace, progress, now);
      return pace === undefined ? step : { ...step, pace };
    });
  }

  log({ step, message }: LogLine): void {
    this.#change(step, (view) => ({ ...view, remark: message }));
  }

  #open(entry: Entry & { kind: 'opened' }): void {
    this.#prefix ??= RUN_LEDGER.exec(entry.ledger)?.[1] ?? '';
    if (entry.ledger !== `${this.#prefix}run`) return;
    this.opened = entry.body;
    this.openedAt = Date.parse(entry.at);
    for (const { id, phase } of entry.body.plan)
      this.#steps.set(id, { id, phase, status: 'pending', attempt: 0 });
  }

  #applyRun(entry: Entry): void {
    this.head = entry.hash;
    if (entry.kind === 'notice') this.notices.push({ step: 'run', ...entry.body });
    if (entry.kind === 'cancelled') this.abortedBecause = entry.body.reason;
    if (entry.kind !== 'closed') return;
    this.outcome = entry.body.outcome;
    this.closedAt = Date.parse(entry.at);
  }

  #applyStep(entry: Entry): void {
    const id = entry.ledger.slice(this.prefix.length);
    if (!this.#steps.has(id)) return;
    this.#change(id, (step) => afterEntry(step, entry));
    if (entry.kind === 'artifact') this.artifacts.push({ ...entry.body, step: id });
    if (entry.kind === 'observations') this.observations.push(...entry.body.observations);
    if (entry.kind === 'notice') this.notices.push({ step: id, ...entry.body });
  }

  #change(id: string, change: (step: StepView) => StepView): void {
    const step = this.#steps.get(id);
    if (step !== undefined) this.#steps.set(id, change(step));
  }
}

/** The incident's own run and the later ones, from what its journal holds. */
export function runsOf(entries: readonly Entry[]): readonly RunModel[] {
  const prefixes = entries.flatMap((entry) =>
    entry.kind === 'opened' ? (RUN_LEDGER.exec(entry.ledger)?.[1] ?? '') : [],
  );
  const models = [...new Set(['', ...prefixes])].map((prefix) => new RunModel(prefix));
  for (const entry of entries) for (const model of models) model.apply(entry);
  return models;
}
