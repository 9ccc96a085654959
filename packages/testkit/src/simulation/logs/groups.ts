import type { SimulatedRegion } from '../account.js';
import { slice } from '../slice.js';

/** One event of a stream. */
export interface LogEvent {
  readonly at: Date;
  readonly stream: string;
  readonly message: string;
}

export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  readonly events: LogEvent[];
}

export const logGroupsOf = slice((_region: SimulatedRegion) => new Map<string, LogGroup>());

/** Puts a log group with events into the region's CloudWatch Logs. */
export function addLogGroup(
  region: SimulatedRegion,
  options: { readonly name: string; readonly events?: readonly LogEvent[] },
): LogGroup {
  const { name, events = [] } = options;
  const group: LogGroup = { name, arn: region.arn('logs', `log-group:${name}:*`), events: [...events] };
  logGroupsOf(region).set(name, group);
  return group;
}
