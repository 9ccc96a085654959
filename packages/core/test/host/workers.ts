import type { Clock } from '../../src/engine/clock.js';
import type { AnyPipeline } from '../../src/engine/pipeline.js';
import type { StepWorker, WorkDone } from '../../src/host/step-worker.js';

export interface Crew {
  readonly incident: string;
  readonly clock: Clock;
  readonly worker: StepWorker;
  /** Called after every invocation. */
  readonly look?: (done: WorkDone) => void;
}

const later = (clock: Clock, seconds: number) =>
  clock.sleepUntil(new Date(clock.now().getTime() + seconds * 1000));

async function untilOver(crew: Crew, work: () => Promise<WorkDone>): Promise<WorkDone> {
  for (;;) {
    const done = await work();
    crew.look?.(done);
    if (done.status === 'settled' || done.status === 'closed') return done;
    await later(crew.clock, Math.max(done.seconds, 0.001));
  }
}

/** What a state machine does: one lane per step, all at once, then the end. */
export async function workThrough(pipeline: AnyPipeline, crew: Crew): Promise<WorkDone> {
  const { incident, worker } = crew;
  const lanes = pipeline.steps.map(({ step }) =>
    untilOver(crew, () => worker.act({ incident, step: step.id })),
  );
  await Promise.all(lanes);
  return untilOver(crew, () => worker.finish({ incident }));
}
