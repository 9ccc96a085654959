import { mayBeLate, milliseconds, type Plan, type PlanStep } from '@cordon/core';

/** A step, and what is drawn behind it: each of these begins when it has settled. */
export interface Lane {
  readonly planned: PlanStep;
  /** A predecessor is drawn elsewhere: the handler asks the journal, and may answer `gated`. */
  readonly gated: boolean;
  readonly behind: readonly Lane[];
}

/** Trees of steps, one after the other: the next ones begin when all of those before have ended. */
export type Drawing = readonly (readonly Lane[])[];

const LAST_PHASES = ['report', 'cleanup'] as const;

/** How long the step may well take: what polls is what takes time. */
function weight({ step }: PlanStep): number {
  return milliseconds(step.run.poll === undefined ? step.callTimeout : step.timeout);
}

/** What must have settled before the step starts, among those drawn with it. */
function mustHaveSettled(plan: Plan, planned: PlanStep, among: ReadonlySet<string>): readonly string[] {
  return planned.predecessors.filter((id) => among.has(id) && !mayBeLate(plan, planned, id));
}

class Tree {
  readonly #plan: Plan;
  readonly #steps: readonly PlanStep[];
  readonly #ids: ReadonlySet<string>;
  readonly #parent = new Map<string, string | undefined>();

  constructor(plan: Plan, steps: readonly PlanStep[]) {
    this.#plan = plan;
    this.#steps = steps;
    this.#ids = new Set(steps.map(({ step }) => step.id));
    this.#hang();
  }

  /** Each step hangs under its deepest predecessor: the one that settles last, if all goes as it may. */
  #hang(): void {
    const depth = new Map<string, number>();
    for (const planned of this.#steps) {
      const before = mustHaveSettled(this.#plan, planned, this.#ids);
      const deepest = before.toSorted((a, b) => (depth.get(b) ?? 0) - (depth.get(a) ?? 0)).at(0);
      this.#parent.set(planned.step.id, deepest);
      const at = deepest === undefined ? 0 : (depth.get(deepest) ?? 0);
      depth.set(planned.step.id, at + weight(planned));
    }
  }

  #above(id: string): ReadonlySet<string> {
    const above = new Set<string>();
    for (let at = this.#parent.get(id); at !== undefined; at = this.#parent.get(at)) above.add(at);
    return above;
  }

  lanes(under: string | undefined = undefined): readonly Lane[] {
    return this.#steps
      .filter(({ step }) => this.#parent.get(step.id) === under)
      .map((planned) => {
        const { id } = planned.step;
        const above = this.#above(id);
        const gated = planned.predecessors.some((other) => this.#ids.has(other) && !above.has(other));
        return { planned, gated, behind: this.lanes(id) };
      });
  }
}

/**
 * Where each step is drawn. A plan is not made of series and parallels, and waiting for all of a phase would hold the
 * examination of what is there already back for hours: so every step stands under one of its predecessors, and asks the
 * journal about the others. No order is added that the plan does not have.
 */
export function draw(plan: Plan): Drawing {
  const parts = [
    plan.steps.filter(({ step }) => !LAST_PHASES.some((phase) => phase === step.phase)),
    ...LAST_PHASES.map((phase) => plan.steps.filter(({ step }) => step.phase === phase)),
  ];
  return parts.filter((steps) => steps.length > 0).map((steps) => new Tree(plan, steps).lanes());
}
