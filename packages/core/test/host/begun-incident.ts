import * as v from 'valibot';
import { defineFact } from '../../src/engine/fact.js';
import { defineGuard } from '../../src/engine/guard.js';
import { type AnyPipeline, IncidentPipeline } from '../../src/engine/pipeline.js';
import { definePolledStep, defineStep } from '../../src/engine/step.js';
import { beginIncident } from '../../src/host/begin-incident.js';
import { stepWorker, type WorkerOptions } from '../../src/host/step-worker.js';
import { engineWorld, FINDING } from './world.js';

const image = defineFact('image', v.string());
const after = (seconds: number) => ({ seconds });

/** A step that is done after `polls` looks, `every` so many seconds. */
export function capture(polls = 3, every = 60) {
  let looked = 0;
  return definePolledStep({
    id: 'capture',
    title: 'Takes a while',
    phase: 'capture',
    provides: [image],
    timeout: { hours: 20 },
    ticket: v.string(),
    start: async (ctx) => ctx.waiting('t', after(every)),
    poll: async (ctx) =>
      ++looked < polls ? ctx.waiting('t', after(every)) : ctx.done({ image: 'an image' }),
  });
}

export const guard = defineGuard({
  id: 'guard.yes',
  title: 'Says yes',
  onFailure: 'refuse',
  check: async (ctx) => ctx.allow('yes'),
});
const isolate = defineStep({
  id: 'isolate',
  title: 'Isolates',
  phase: 'contain',
  provides: [],
  async start(ctx) {
    await ctx.sleep({ seconds: 2 });
    return ctx.done({});
  },
});
const analyse = defineStep({
  id: 'analyse',
  title: 'Looks at it',
  phase: 'examine',
  needs: [image],
  provides: [],
  start: async (ctx) => ctx.done({}),
});
const report = defineStep({
  id: 'report',
  title: 'Reports',
  phase: 'report',
  wants: [image],
  provides: [],
  start: async (ctx) => ctx.done({}),
});

/** Guard, containment, capture, examination and report. */
export const whole = () =>
  IncidentPipeline.create('t').use(guard).use(isolate).use(capture()).use(analyse).use(report);

/** An incident that is begun, and a worker for it. */
export async function begun(pipeline: AnyPipeline, given: Partial<WorkerOptions> = {}) {
  const world = engineWorld();
  const options = { ...world.options, ...given };
  const decision = await beginIncident(pipeline, FINDING, options);
  if (decision.do !== 'start') throw new Error(`not begun: ${JSON.stringify(decision)}`);
  const incident = decision.incidentId;
  const worker = stepWorker(pipeline, options);
  const act = (step: string, until?: Date) =>
    worker.act({ incident, step, ...(until === undefined ? {} : { until }) });
  return { ...world, options, incident, worker, act };
}

export const pass = (world: { clock: { advance(ms: number): Promise<void> } }, seconds: number) =>
  world.clock.advance(seconds * 1000);
