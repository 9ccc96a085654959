import type { Entry } from '../../../src/engine/entry.js';
import type { Finding } from '../../../src/engine/finding.js';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep, type Step } from '../../../src/engine/step.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';
import { FINDING, type SuspectWorld } from './suspect-world.js';

/** What is contained, and who is told to AWS when it is. */
function containing(principals: string[]) {
  return defineStep({
    id: 'contain',
    title: 'Contains',
    phase: 'contain',
    provides: [],
    async start(ctx) {
      principals.push(await ctx.suspectAccount.principal());
      return ctx.done({});
    },
  });
}

/** Harmless: goes on whatever a guard says. */
const snapshot = defineStep({
  id: 'snapshot',
  title: 'Takes what cannot hurt',
  phase: 'protect',
  harmless: true,
  provides: [],
  start: async (ctx) => ctx.done({}),
});

export interface Judging {
  readonly finding?: Finding;
  /** With what `inspect` sees. */
  readonly inspected?: true;
}

export const YES = { outcome: 'complete', contain: 'succeeded', snapshot: 'succeeded' };
export const NO = { outcome: 'refused', contain: 'skipped', snapshot: 'succeeded' };

/** Runs a pipeline with this guard before its containment. */
export async function judge(guard: Step, world: SuspectWorld, judging: Judging = {}) {
  const { finding = FINDING, inspected } = judging;
  const steps = [...(inspected ? [inspect()] : []), guard, snapshot, containing([])];
  const pipeline = IncidentPipeline.fromSteps(
    't',
    steps.map((step) => ({ step, after: [] })),
  );
  const result = await runIncident(pipeline, finding, world.options);
  if (result.status !== 'closed') throw new Error('joined');
  const statusOf = (id: string) => result.steps.find((step) => step.id === id)?.status;
  return {
    incidentId: result.incidentId,
    verdict: { outcome: result.outcome, contain: statusOf('contain'), snapshot: statusOf('snapshot') },
    facts: result.facts,
  };
}

export async function verdictOf(guard: Step, world: SuspectWorld, judging: Judging = {}) {
  return (await judge(guard, world, judging)).verdict;
}

/** What the guard said, in its own words. */
export async function reasonOf(world: SuspectWorld, incidentId: string): Promise<string> {
  const entries: readonly Entry[] = await (await world.journal.visit(incidentId)).read();
  return entries
    .flatMap((entry) => (entry.kind === 'succeeded' ? [entry.body.verdict?.reason ?? ''] : []))
    .join('\n');
}
