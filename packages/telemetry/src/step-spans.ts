import { createHash } from 'node:crypto';
import type { Duration, WatchedRun } from '@cordon/core';
import { milliseconds } from '@cordon/core';
import { type Incident, type Milestone, onMilestone } from './milestones.js';

type Api = typeof import('@opentelemetry/api');

export interface StepSpansOptions {
  /** Name of the tracer. Default `@cordon/telemetry`. */
  readonly tracer?: string;
}

export interface StepSpans {
  /** Listens to a run. Call it before the run begins: right after `startIncident`. */
  attach(run: WatchedRun): void;
  /** Waits until every span has been given to your provider, which has a flush of its own. */
  flush(within: Duration): Promise<void>;
}

/** @internal Undefined where OpenTelemetry is not installed. */
export type LoadApi = () => Promise<Api | undefined>;

const loadApi: LoadApi = async () => {
  try {
    return await import('@opentelemetry/api');
  } catch (error) {
    if (Reflect.get(Object(error), 'code') === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
};

const SAMPLED = 1;

function hex(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/**
 * One trace per incident, whichever processes work on it: its id is made from the incident's. It begins with the time in
 * seconds, as X-Ray wants it.
 */
function traceOf({ id, openedAt }: Incident) {
  const epoch = Math.floor(openedAt / 1000)
    .toString(16)
    .padStart(8, '0');
  return {
    traceId: `${epoch}${hex(`trace ${id}`, 24)}`,
    spanId: hex(`span ${id}`, 16),
    traceFlags: SAMPLED,
    isRemote: true,
  };
}

/** Gives a span that is over to the provider, or nothing for what is no span. */
function record(api: Api, tracer: string, milestone: Milestone): void {
  const { incident } = milestone;
  const context = api.trace.setSpanContext(api.ROOT_CONTEXT, traceOf(incident));
  const attributes = { 'cordon.incident': incident.id, 'cordon.pipeline': incident.pipeline };
  const begin = (name: string, startTime: number, more: Record<string, string | number>) =>
    api.trace
      .getTracer(tracer)
      .startSpan(name, { startTime, attributes: { ...attributes, ...more } }, context);
  if (milestone.is === 'settled') {
    const { step, phase, as, startedAt, endedAt, attempts, code } = milestone;
    const span = begin(step, startedAt, {
      'cordon.phase': phase,
      'cordon.settled': as,
      'cordon.attempts': attempts,
    });
    if (code !== undefined) span.setStatus({ code: api.SpanStatusCode.ERROR, message: code });
    span.end(endedAt);
  }
  if (milestone.is === 'closed') {
    const { outcome, at } = milestone;
    const span = begin('incident', incident.openedAt, { 'cordon.outcome': outcome });
    if (outcome === 'failed') span.setStatus({ code: api.SpanStatusCode.ERROR, message: 'not contained' });
    span.end(at);
  }
}

/** @internal `stepSpans`, with what loads the API */
export function spansBy(load: LoadApi, options: StepSpansOptions): StepSpans {
  const { tracer = '@cordon/telemetry' } = options;
  let given: Promise<void> = Promise.resolve();
  let api: Promise<Api | undefined> | undefined;
  const give = async (milestone: Milestone) => {
    api ??= load();
    const loaded = await api;
    if (loaded !== undefined) record(loaded, tracer, milestone);
  };
  return {
    attach(run) {
      onMilestone(run, (milestone) => {
        given = given
          .then(() => give(milestone))
          .catch((error: unknown) => {
            process.emitWarning(`a span of incident ${milestone.incident.id} is lost: ${String(error)}`);
          });
      });
    },
    async flush(within) {
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, milliseconds(within)).unref();
      });
      await Promise.race([given, late]);
    },
  };
}

/**
 * A span for every step and one for the incident, by OpenTelemetry, where your process has it: `@opentelemetry/api` is
 * loaded when the first step has settled, and without it nothing happens. Spans are given to the provider that you have
 * registered when they are over, with the journal's times.
 *
 * @example
 * const spans = stepSpans();
 * const run = startIncident(pipeline, finding, { journal, environment });
 * spans.attach(run);
 */
export function stepSpans(options: StepSpansOptions = {}): StepSpans {
  return spansBy(loadApi, options);
}
