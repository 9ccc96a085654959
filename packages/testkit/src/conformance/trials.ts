import type { Step } from '@cordon/core';
import type { Lapse } from '../simulation/discretion.js';
import type { ConformanceOptions } from './options.js';
import type { ProbedCall, ProbedEnding } from './probe.js';
import { type Ended, runTrial, type TrialPlan } from './trial.js';

/** The incidents that one step is run in, and what it did in all of them. */
export class Trials {
  readonly calls: ProbedCall[] = [];
  readonly endings: ProbedEnding[] = [];
  readonly lapses: Lapse[] = [];
  #runs = 0;

  constructor(
    readonly step: Step,
    readonly options: ConformanceOptions,
  ) {}

  get runs(): number {
    return this.#runs;
  }

  async run(plan: TrialPlan = {}): Promise<Ended> {
    const ended = await runTrial(this.step, this.options, plan);
    this.#runs += 1;
    this.calls.push(...ended.trial.probe.calls);
    this.endings.push(...ended.trial.probe.endings);
    this.lapses.push(...ended.lapses);
    return ended;
  }
}
