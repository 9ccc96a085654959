import type { Clock } from '@cordon/core';
import { forwardCalls } from './forward-calls.js';
import { Link } from './link.js';
import { RemoteClock } from './remote-clock.js';

/** What a process started by `startDriver` is given. */
export interface Driving {
  /** The world's. */
  readonly clock: Clock;
  /** What `startDriver` was told. */
  readonly task: unknown;
}

/**
 * The whole of a process that `startDriver` starts: from here on the SDK clients of this process reach the world of the
 * one that started it. What the work returns, as plain data, is the driver's result.
 *
 * @example
 * await drive(async ({ clock, task }) => runIncident(pipeline, finding, { environment: environmentOf(task, clock) }));
 */
export async function drive(work: (driving: Driving) => Promise<unknown>): Promise<void> {
  const orphaned = () => process.exit(1);
  process.once('disconnect', orphaned);
  const link = new Link();
  const clock = new RemoteClock(link);
  forwardCalls(link, clock);
  await link.finish(await work({ clock, task: await link.task }));
  process.off('disconnect', orphaned);
  process.disconnect();
}
