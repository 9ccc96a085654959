import type { Artifact, BaseContext, Observation } from '@cordon/core';
import type { AnalysisResult } from '../engine/analyze.js';
import { SEVERITY_RANK } from '../engine/severity.js';

/** Observations of one analysis that go into the journal; the artifact has all of them. */
const MAX_OBSERVED = 500;

export interface Analysed {
  readonly artifact: Artifact;
  readonly observations: number;
  readonly events: number;
}

/** Counts what goes by, and keeps for the journal what matters most. */
export class Tally {
  #observations = 0;
  #events = 0;
  readonly #kept: Observation[] = [];

  constructor(private readonly ctx: BaseContext) {}

  take(result: AnalysisResult): void {
    if (result.kind === 'event') this.#events += 1;
    if (result.kind === 'notice') this.ctx.notice(result.notice.code, result.notice.message);
    if (result.kind !== 'observation') return;
    this.#observations += 1;
    this.#kept.push(result.observation);
    if (this.#kept.length >= 4 * MAX_OBSERVED) this.#cut();
  }

  /** `artifact` holds what went by. */
  finish(artifact: Artifact): Analysed {
    this.#cut();
    this.ctx.observe(...this.#kept);
    const over = this.#observations - this.#kept.length;
    if (over > 0)
      this.ctx.notice('OBSERVATIONS_CUT', `${over} of lesser severity stand in the artifact alone`);
    return { artifact, observations: this.#observations, events: this.#events };
  }

  /** The worst stay, in the order in which they came: what decides is often seen last. */
  #cut(): void {
    const worst = [...this.#kept]
      .sort((a, b) => SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity])
      .slice(0, MAX_OBSERVED);
    const stay = new Set(worst);
    this.#kept.splice(0, this.#kept.length, ...this.#kept.filter((observation) => stay.has(observation)));
  }
}
