import type { Entry, Finding, Outcome, Phase, Progress } from '@cordon/core';

export type ShownStatus = 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped';

export interface ShownStep {
  readonly id: string;
  readonly phase: Phase;
  status: ShownStatus;
  reason?: string;
  progress?: Progress;
}

/** What the message shows, gathered from the journal's entries as they come. */
export class IncidentModel {
  incidentId = '';
  finding: Finding | undefined;
  outcome: Outcome | undefined;
  openedAt = '';
  lastAt = '';
  readonly steps = new Map<string, ShownStep>();
  readonly severities = new Map<string, number>();
  evidence = 0;
  /** Findings that came later and joined. */
  joined = 0;

  apply(entry: Entry): void {
    this.lastAt = entry.at;
    if (entry.kind === 'opened' && entry.ledger === 'run') this.#open(entry.at, entry.body);
    if (entry.kind === 'closed' && entry.ledger === 'run') this.outcome = entry.body.outcome;
    if (entry.kind === 'finding') this.joined += 1;
    if (entry.kind === 'artifact') this.evidence += 1;
    if (entry.kind === 'observations')
      for (const { severity } of entry.body.observations)
        this.severities.set(severity, (this.severities.get(severity) ?? 0) + 1);
    const step = this.steps.get(entry.ledger);
    if (step !== undefined) this.#applyStep(step, entry);
  }

  progress(progress: Progress): void {
    const step = this.steps.get(progress.step);
    if (step !== undefined) step.progress = progress;
  }

  #open(at: string, body: (Entry & { kind: 'opened' })['body']): void {
    this.openedAt = at;
    this.incidentId = body.incidentId;
    this.finding = body.finding;
    for (const { id, phase } of body.plan) this.steps.set(id, { id, phase, status: 'pending' });
  }

  #applyStep(step: ShownStep, entry: Entry): void {
    switch (entry.kind) {
      case 'intent':
        step.status = 'running';
        break;
      case 'succeeded':
        step.status = 'succeeded';
        break;
      case 'failed':
        step.status = 'failed';
        step.reason = `${entry.body.failure.code}: ${entry.body.failure.message}`;
        break;
      case 'reopened':
        step.status = 'pending';
        delete step.reason;
        break;
      case 'skipped':
        step.status = 'skipped';
        step.reason = skipText(entry.body.reason);
        break;
    }
  }
}

type SkipReason = (Entry & { kind: 'skipped' })['body']['reason'];

function skipText(reason: SkipReason): string {
  switch (reason.because) {
    case 'missing':
      return `needs ${reason.facts.join(', ')}`;
    case 'refused':
      return `refused by ${reason.guards.join(', ')}`;
    default:
      return reason.because;
  }
}
