import * as v from 'valibot';
import type { CallRecord } from './account.js';
import type { Engagement } from './engagement.js';
import type { EntryDraft } from './entry.js';
import { StepFailure } from './failure.js';
import { type Observation, ObservationSchema } from './observation.js';

/** What a step says to the journal: changes at once; what it read and saw with its next entry. */
export class Recorder {
  readonly #engagement: Engagement;
  readonly #step: string;
  /** The attempt that the next entries belong to. */
  attempt = 0;
  #reads: CallRecord[] = [];
  #observations: Observation[] = [];
  #notices: EntryDraft[] = [];

  constructor(engagement: Engagement, step: string) {
    this.#engagement = engagement;
    this.#step = step;
  }

  read(call: CallRecord): void {
    this.#reads.push(call);
  }

  /**
   * One that is none would be on record for good, and the whole incident's report would fail over it.
   *
   * @throws StepFailure `OBSERVATION_INVALID`
   */
  observe(observations: readonly Observation[]): void {
    for (const observation of observations) {
      const { issues: [issue] = [] } = v.safeParse(ObservationSchema, observation);
      if (issue !== undefined)
        throw StepFailure.permanent(
          'OBSERVATION_INVALID',
          `an observation of step '${this.#step}' is not one: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`,
        );
    }
    this.#observations.push(...observations);
  }

  notice(code: string, message: string): void {
    this.#notices.push({ kind: 'notice', attempt: this.attempt, body: { code, message } });
  }

  gap(code: string, message: string): void {
    this.#notices.push({ kind: 'notice', attempt: this.attempt, body: { code, message, gap: true } });
  }

  /** Writes `draft`, and before it what has been gathered. */
  async write(draft: EntryDraft): Promise<void> {
    const gathered: EntryDraft[] = this.#notices;
    if (this.#observations.length > 0)
      gathered.push({
        kind: 'observations',
        attempt: this.attempt,
        body: { observations: this.#observations },
      });
    const reads = this.#reads;
    this.#reads = [];
    this.#observations = [];
    this.#notices = [];
    const last = { ...draft, attempt: this.attempt, ...(reads.length > 0 ? { reads } : {}) };
    await this.#engagement.record(this.#step, [...gathered, last]);
  }

  /** A changing call, or an artifact: on record before the step goes on; what was gathered waits for `write`. */
  async writeAlone(draft: EntryDraft): Promise<void> {
    await this.#engagement.record(this.#step, [{ ...draft, attempt: this.attempt }]);
  }
}
