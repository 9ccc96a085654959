import { type Entry, type Finding, type Outcome, openQuestions, type Suspect } from '@cordon/core';

/** What there is to be told of an incident. */
export type NoticeEvent =
  | 'opened'
  /** A later finding about the same suspect. */
  | 'finding-joined'
  /** A step waits for a person's yes. */
  | 'approval-asked'
  /** Every step of containment has succeeded. */
  | 'contained'
  /** An interface stands open on purpose, for seconds. */
  | 'exposed'
  | 'step-failed'
  | 'closed';

/** The message, as JSON. Fields are only ever added while `version` is 1. */
export interface IncidentNotice {
  readonly version: 1;
  readonly event: NoticeEvent;
  readonly incidentId: string;
  /** ISO 8601, UTC: when it is on record. */
  readonly at: string;
  readonly suspect: Suspect;
  readonly finding: Pick<Finding, 'source' | 'id' | 'type' | 'severity' | 'band'>;
  readonly step?: string;
  /** Code of the failure; what was said about it stands in the journal. */
  readonly failure?: string;
  readonly outcome?: Outcome;
  /** Of the journal, when it was closed: whoever keeps this message can tell whether it was rewritten. */
  readonly head?: string;
  /** One sentence for people. */
  readonly text: string;
}

type Told = Pick<IncidentNotice, 'event' | 'text'> & Partial<IncidentNotice>;

const OUTCOME: Readonly<Record<Outcome, string>> = {
  complete: 'is closed: contained, preserved and examined',
  incomplete: 'is closed: contained, but something failed or was skipped',
  failed: 'is closed and NOT VERIFIED AS CONTAINED: act by hand now',
  refused: 'was refused by a guard: the suspect was left alone',
};

/** Of texts that a detector, or an intruder, has made. */
const MOST_TEXT = 200;

type Opened = Pick<(Entry & { kind: 'opened' })['body'], 'incidentId' | 'finding' | 'plan'>;

/** Turns the entries of one incident into notices. */
export class NoticeWriter {
  readonly #contain = new Map<string, boolean>();
  #opened: Opened | undefined;

  get incidentId(): string | undefined {
    return this.#opened?.incidentId;
  }

  /** The steps, as they were opened. */
  get plan(): Opened['plan'] {
    return this.#opened?.plan ?? [];
  }

  /** What is to be told of this entry; undefined for what only the journal needs. */
  write(entry: Entry): IncidentNotice | undefined {
    if (entry.kind === 'opened' && entry.ledger === 'run') this.#open(entry.body);
    const told = this.#told(entry);
    if (told === undefined || this.#opened === undefined) return undefined;
    const { incidentId, finding } = this.#opened;
    const { source, id, type, severity, band, suspect } = finding;
    return {
      version: 1,
      incidentId,
      at: entry.at,
      suspect,
      finding: { source, id: id.slice(0, MOST_TEXT), type: type.slice(0, MOST_TEXT), severity, band },
      ...told,
      text: `Incident ${incidentId} on ${suspect.instanceId} (${suspect.account}, ${suspect.region}) ${told.text}.`,
    };
  }

  #open({ incidentId, finding, plan }: Opened): void {
    this.#opened = { incidentId, finding, plan };
    for (const { id, phase } of plan) if (phase === 'contain') this.#contain.set(id, false);
  }

  #told(entry: Entry): Told | undefined {
    const { ledger: step } = entry;
    switch (entry.kind) {
      case 'opened':
        return step === 'run' ? { event: 'opened', text: 'was opened' } : undefined;
      case 'finding':
        return { event: 'finding-joined', text: 'has been joined by another finding' };
      case 'waiting':
        return openQuestions([entry]).length === 0
          ? undefined
          : { event: 'approval-asked', step, text: `waits for a person's answer to ${step}` };
      case 'exposed':
        return { event: 'exposed', step, text: 'has an interface open on purpose, for seconds' };
      case 'succeeded':
        return this.#contained(step);
      case 'failed': {
        const { code } = entry.body.failure;
        return { event: 'step-failed', step, failure: code, text: `goes on without ${step}: ${code}` };
      }
      case 'closed':
        return step === 'run' ? this.#closed(entry) : undefined;
      default:
        return undefined;
    }
  }

  /** Told once, when the last of them has succeeded. */
  #contained(step: string): Told | undefined {
    if (this.#contain.get(step) !== false) return undefined;
    this.#contain.set(step, true);
    const all = [...this.#contain.values()].every(Boolean);
    return all ? { event: 'contained', text: 'is contained' } : undefined;
  }

  #closed({ body, hash }: Entry & { kind: 'closed' }): Told {
    const { outcome } = body;
    return { event: 'closed', outcome, head: hash, text: OUTCOME[outcome] };
  }
}
