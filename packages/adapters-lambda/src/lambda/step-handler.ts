import {
  type AnyPipeline,
  type StepWorker,
  stepWorker,
  type WorkDone,
  type WorkerOptions,
  type WorkOrder,
} from '@cordon/core';
import * as v from 'valibot';
import { type LambdaContext, memoryOf } from './lambda-context.js';

const common = { incident: v.string(), spacing: v.exactOptional(v.number()) };

/** What `toStateMachine` puts into the payload of its Tasks. */
const OrderSchema = v.variant('do', [
  v.object({
    ...common,
    do: v.literal('act'),
    step: v.string(),
    /** The state has no Wait: what is not settled is told as an error, which is retried. */
    once: v.optional(v.boolean()),
    patience: v.exactOptional(v.object({ seconds: v.number() })),
  }),
  v.object({
    ...common,
    do: v.literal('lost'),
    step: v.string(),
    cause: v.exactOptional(v.string()),
  }),
  v.object({ ...common, do: v.literal('finish') }),
]);

export interface StepHandlerOptions extends WorkerOptions {
  /** Called after each invocation, for metrics and traces; what it throws is told as a warning. */
  readonly told?: (done: WorkDone) => void;
}

export type StepHandler = (event: unknown, context: LambdaContext) => Promise<WorkDone>;

/** To write what came of it, and to answer. */
const MARGIN_MS = 5_000;

/** The step has to be tried or recovered again; Step Functions does, after a pause. */
export class NotSettled extends Error {
  override readonly name = 'NotSettled';

  constructor({ step, status }: WorkDone) {
    super(`step '${step}' is ${status}`);
  }
}

type Order = v.InferOutput<typeof OrderSchema>;

type Given = Pick<WorkOrder, 'until' | 'memoryBytes'>;

function obey(worker: StepWorker, order: Order, given: Given): Promise<WorkDone> {
  switch (order.do) {
    case 'act':
      return worker.act({ ...order, ...given });
    case 'lost':
      return worker.hostLost(order);
    case 'finish':
      return worker.finish(order);
  }
}

function tell(listener: () => void): void {
  try {
    listener();
  } catch (error) {
    process.emitWarning(`a listener of the step handler failed: ${String(error)}`);
  }
}

/**
 * The Lambda function behind a state machine of `toStateMachine`: one invocation does what is due for one step, once, in
 * the time that it has left, and answers with ids, seconds and a hash.
 *
 * @example
 * export const handler = stepHandler(pipeline, { journal, environment });
 */
export function stepHandler(pipeline: AnyPipeline, options: StepHandlerOptions): StepHandler {
  const { told = () => {}, ...given } = options;
  const worker = stepWorker(pipeline, given);
  const { clock } = options.environment;
  return async (event, context) => {
    const order = v.parse(OrderSchema, event);
    const left = Math.max(0, context.getRemainingTimeInMillis() - MARGIN_MS);
    const until = new Date(clock.now().getTime() + left);
    const done = await obey(worker, order, { until, ...memoryOf(context) });
    tell(() => told(done));
    const unsettled = done.status === 'waiting' || done.status === 'gated';
    if (order.do === 'act' && order.once === true && unsettled) throw new NotSettled(done);
    return done;
  };
}
