import type { Clock } from '@cordon/core';
import type { Route } from './http-server.ts';
import type { Incidents } from './incidents.ts';
import type { QueueSource } from './queue-source.ts';

export interface HealthOptions {
  readonly incidents: Incidents;
  readonly queue: QueueSource | undefined;
  readonly startedAt: Date;
  readonly clock: Clock;
}

/** A long poll takes twenty seconds; with the longest pause between two, a queue that is well has answered by then. */
const QUEUE_SILENT_MS = 180_000;

/**
 * `GET /health`: 200 while findings are taken, 503 while the process stops or the queue does not answer. A process that
 * is full is well: findings wait in the queue.
 */
export function health(options: HealthOptions): Route {
  const { incidents, queue, startedAt, clock } = options;
  return () => {
    const { taken: running, limit: most, free } = incidents.slots;
    const heard = queue === undefined ? undefined : (queue.lastAnswer ?? startedAt);
    const silentMs = heard === undefined || free === 0 ? 0 : clock.now().getTime() - heard.getTime();
    const stopping = incidents.stopping.aborted;
    const status = stopping ? 'stopping' : silentMs > QUEUE_SILENT_MS ? 'queue silent' : 'ok';
    const body = {
      status,
      running,
      most,
      ...(heard === undefined ? {} : { queueHeardAt: heard.toISOString() }),
    };
    return { status: status === 'ok' ? 200 : 503, body };
  };
}
