import { EventEmitter } from 'eventemitter3';
import { compileOrThrow, type Plan } from '../engine/compile.js';
import type { StepSummary } from '../engine/context.js';
import type { Engagement } from '../engine/engagement.js';
import type { JournalProvider, Outcome } from '../engine/entry.js';
import type { Environment } from '../engine/environment.js';
import type { IncidentEvents } from '../engine/events.js';
import { knownFacts } from '../engine/fact-values.js';
import type { Finding } from '../engine/finding.js';
import { stepSummaries } from '../engine/incident-view.js';
import type { JsonValue } from '../engine/json.js';
import type { AnyPipeline } from '../engine/pipeline.js';
import type { Anchor } from './anchors.js';
import { closeIncident } from './close.js';
import { drive } from './drive.js';
import { openIncident } from './open.js';

/** What a run needs beside pipeline and finding. */
export interface RunOptions {
  readonly journal: JournalProvider;
  readonly environment: Environment;
  /** Where the journal's heads are published outside of it, at contain, seal and close. */
  readonly anchors?: readonly Anchor[];
  /** Goes on with this incident, or names a new one. Default: made from finding and time. */
  readonly incidentId?: string;
}

/** How a run ended. */
export type IncidentResult =
  | {
      readonly status: 'closed';
      readonly incidentId: string;
      readonly outcome: Outcome;
      readonly steps: readonly StepSummary[];
      readonly facts: { readonly [name: string]: JsonValue };
      /** Last hash of every ledger. */
      readonly heads: { readonly [ledger: string]: string };
    }
  /** Another run has this suspect: the finding was added to its journal, and nothing was started. */
  | { readonly status: 'joined'; readonly incidentId: string };

/** A run under way. */
export interface IncidentRun {
  readonly events: EventEmitter<IncidentEvents>;
  /** Rejects when the engine could not go on: the incident stays open and resumes when it is run again. */
  readonly finished: Promise<IncidentResult>;
  /** A person gives up: what has not settled is cancelled or skipped, the report is still written. */
  abort(reason: string): void;
  /** The process has to go: nothing is settled, the incident stays open and resumes when it is run again. */
  stop(): void;
}

/** The host of one run: keeps what `abort` and `stop` need. */
class NodeRun implements IncidentRun {
  readonly events = new EventEmitter<IncidentEvents>();
  readonly finished: Promise<IncidentResult>;
  readonly #stopping = new AbortController();
  #engagement: Engagement | undefined;
  #abortReason: string | undefined;

  constructor(plan: Plan, finding: Finding, options: RunOptions) {
    this.finished = this.#run(plan, finding, options);
  }

  abort(reason: string): void {
    this.#abortReason ??= reason;
    void this.#recordAbort();
  }

  stop(): void {
    this.#stopping.abort(new Error('the host was stopped: run the incident again to go on'));
  }

  async #recordAbort(): Promise<void> {
    if (this.#engagement === undefined || this.#abortReason === undefined) return;
    if (this.#engagement.state.abortedBecause !== undefined) return;
    // A journal that cannot be written ends the run by itself.
    await this.#engagement
      .record('run', [{ kind: 'cancelled', body: { reason: this.#abortReason } }])
      .catch(() => undefined);
  }

  async #run(plan: Plan, finding: Finding, options: RunOptions): Promise<IncidentResult> {
    // `start` returns before anything happens, so that listeners miss nothing.
    await Promise.resolve();
    const { events } = this;
    const opened = await openIncident({ plan, finding, events, signal: this.#stopping.signal, options });
    if (opened.status === 'joined') return opened;
    const { engagement } = opened;
    this.#engagement = engagement;
    try {
      await this.#recordAbort();
      const outcome = engagement.state.outcome ?? (await drive(engagement, options.anchors));
      await closeIncident(engagement, outcome, options);
      return {
        status: 'closed',
        incidentId: engagement.id,
        outcome,
        steps: stepSummaries(engagement),
        facts: Object.fromEntries(knownFacts(engagement)),
        heads: engagement.journal.heads(),
      };
    } finally {
      await engagement.journal.close();
    }
  }
}

/**
 * Starts a run, or goes on with the one that the journal holds for this suspect.
 *
 * @throws PipelineError when the pipeline does not hold together; `finished` rejects with a StepFailure `FINDING_INVALID`
 *   where the finding is none
 */
export function startIncident(pipeline: AnyPipeline, finding: Finding, options: RunOptions): IncidentRun {
  return new NodeRun(compileOrThrow(pipeline), finding, options);
}

/**
 * Runs a pipeline on a finding until every step has settled.
 *
 * @example
 * const result = await runIncident(pipeline, finding, { journal: fileJournal({ directory: './journal' }), environment });
 */
export function runIncident(
  pipeline: AnyPipeline,
  finding: Finding,
  options: RunOptions,
): Promise<IncidentResult> {
  return startIncident(pipeline, finding, options).finished;
}
