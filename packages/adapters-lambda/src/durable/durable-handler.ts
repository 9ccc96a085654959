import {
  type DurableContext,
  type DurableLambdaHandler,
  withDurableExecution,
} from '@aws/durable-execution-sdk-js';
import {
  type AnyPipeline,
  compileOrThrow,
  entriesIn,
  type StepWorker,
  stepWorker,
  type WorkDone,
  type WorkerOptions,
} from '@cordon/core';
import * as v from 'valibot';
import { memoryOf } from '../lambda/lambda-context.js';
import { type Answer, bounded } from './answer.js';
import { againAfter, ask } from './ask.js';
import { type Lane, lanesOf } from './lanes.js';

/** As for every worker: journal, environment, anchors. */
export type DurableHandlerOptions = WorkerOptions;

/** What the execution ends with: a witness of the journal that lies outside of it. */
export interface DurableResult {
  readonly incident: string;
  readonly status: 'closed';
  /** Last hash of the run's ledger. */
  readonly head: string;
  /** Last hash of each step's ledger. */
  readonly heads: Readonly<Record<string, string>>;
}

/** The incident could not be driven to its end, and stays open; the execution fails, and its alarm rings. */
export class IncidentNotClosed extends Error {
  override readonly name = 'IncidentNotClosed';
  readonly code = 'INCIDENT_NOT_CLOSED';
}

/** The incident's journal was begun by `beginIncident`, in the function that the finding came to. */
const EventSchema = v.object({ incident: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{7,47}$/)) });

/** A guard's yes is there within seconds, or later than any of these. */
const DEFAULT_PATIENCE = { seconds: 10 };
/** To write what came of it, and to be checkpointed. */
const MARGIN_MS = 10_000;

/** All that the lanes of one invocation share. */
interface Drive {
  readonly incident: string;
  readonly worker: StepWorker;
  /** When the invocation ends, by the world's clock. */
  readonly until: () => Date;
  readonly memory: { readonly memoryBytes?: number };
}

/** Asks until the step is settled; whoever was to work on it failing each time settles it as `HOST_LOST`. */
async function driveStep(context: DurableContext, drive: Drive, step: string): Promise<Answer<WorkDone>> {
  const { incident, worker, until, memory } = drive;
  const done = await ask(context, step, {
    ask: () => worker.act({ incident, step, until: until(), ...memory }),
    again: againAfter,
  });
  if ('answer' in done) return done;
  const { code: cause } = done.trouble;
  return ask(context, `${step} lost`, { ask: () => worker.hostLost({ incident, step, cause }) });
}

/** One child context per step, in the plan's order, each waiting inside for the lanes before it. */
function startLanes(
  context: DurableContext,
  drive: Drive,
  lanes: readonly Lane[],
): ReadonlyMap<string, Promise<Answer<WorkDone>>> {
  const running = new Map<string, Promise<Answer<WorkDone>>>();
  for (const { step, after } of lanes) {
    const lane = context.runInChildContext(step, async (child) => {
      await Promise.all(after.map((id) => running.get(id)));
      return driveStep(child, drive, step);
    });
    // A durable promise runs when somebody listens: now, and not when the others have ended.
    running.set(step, Promise.resolve(lane));
  }
  return running;
}

function answerOf<T>(incident: string, answer: Answer<T>): T {
  if ('answer' in answer) return answer.answer;
  const { code, message } = answer.trouble;
  throw new IncidentNotClosed(`${incident} stays open: ${code}: ${message}`);
}

async function driveIncident(
  context: DurableContext,
  drive: Drive,
  readLanes: () => Promise<readonly Lane[]>,
): Promise<DurableResult> {
  const { incident, worker } = drive;
  const lanes = answerOf(incident, await ask(context, 'plan', { ask: readLanes }));
  const ends = await Promise.all(startLanes(context, drive, lanes).values());
  const done = ends.map((end) => answerOf(incident, end));
  const end = await ask(context, 'close', {
    ask: () => worker.finish({ incident }),
    again: againAfter,
  });
  const { head } = answerOf(incident, end);
  const heads = Object.fromEntries(done.map(({ step, head: of }) => [step, of]));
  return bounded('the result', { incident, status: 'closed', head, heads });
}

/**
 * A handler for Lambda durable functions that drives one incident to its end: `{ "incident": "inc-..." }` in, a
 * `DurableResult` out. The journal is the truth: it is read and written within operations only, and an operation that runs
 * twice finds what it did. Between operations nothing runs, and nothing is paid for.
 *
 * @throws PipelineError when the pipeline does not hold together
 * @example
 * export const handler = durableHandler(pipeline, { journal, environment });
 */
export function durableHandler(pipeline: AnyPipeline, options: DurableHandlerOptions): DurableLambdaHandler {
  const plan = compileOrThrow(pipeline);
  const worker = stepWorker(pipeline, { patience: DEFAULT_PATIENCE, ...options });
  const { clock } = options.environment;
  const entriesOf = entriesIn(options.journal);
  return withDurableExecution(async (event: unknown, context: DurableContext): Promise<DurableResult> => {
    const { incident } = v.parse(EventSchema, event);
    const endsAt = clock.now().getTime() + context.lambdaContext.getRemainingTimeInMillis() - MARGIN_MS;
    const until = () => new Date(endsAt);
    const memory = memoryOf(context.lambdaContext);
    return driveIncident(context, { incident, worker, until, memory }, async () =>
      lanesOf(plan, await entriesOf(incident)),
    );
  });
}
