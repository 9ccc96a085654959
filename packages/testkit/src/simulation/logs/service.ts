import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { awsError, NotSimulated } from '../errors.js';
import type { Handlers, SimulatedCall, SimulatedService } from '../service.js';
import { jsonErrors } from '../service-errors.js';
import { type LogEvent, logGroupsOf } from './groups.js';

function invalid(message: string) {
  return awsError('InvalidParameterException', message);
}

function groupNamed(call: SimulatedCall<sdk.FilterLogEventsCommandInput>) {
  const { logGroupName: name } = call.input;
  const group = logGroupsOf(call.region).get(name ?? '');
  if (group === undefined)
    throw awsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

function fieldOf(message: string, path: string): unknown {
  try {
    let inner: unknown = JSON.parse(message);
    for (const name of path.split('.')) inner = Reflect.get(Object(inner), name);
    return inner;
  } catch {
    return undefined;
  }
}

/** The one form of CloudWatch's pattern language that Cordon uses: a field of a JSON message that equals a text. */
function matcher(pattern: string | undefined): (event: LogEvent) => boolean {
  if (pattern === undefined || pattern === '') return () => true;
  const [, path = '', value] = /^\{ \$\.([\w.]+) = "([^"]*)" \}$/.exec(pattern) ?? [];
  if (path === '') throw new NotSimulated(`the filter pattern ${pattern}`);
  return ({ message }) => fieldOf(message, path) === value;
}

function offsetOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const offset = Number(Buffer.from(token, 'base64url').toString());
  if (Number.isInteger(offset) && offset > 0) return offset;
  throw invalid('The specified nextToken is invalid.');
}

const handlers: Handlers<typeof sdk, 'FilterLogEvents'> = {
  FilterLogEvents: (call) => {
    const { logStreamNamePrefix: prefix, logStreamNames, startTime = 0, endTime, limit } = call.input;
    if (prefix !== undefined && logStreamNames !== undefined)
      throw invalid('logStreamNamePrefix and logStreamNames are mutually exclusive');
    const until = endTime ?? Number.POSITIVE_INFINITY;
    const matches = matcher(call.input.filterPattern);
    // A page is so much that was looked at, not so much that was found: it may be empty and have a next one.
    const searched = groupNamed(call)
      .events.filter(({ at }) => at.getTime() >= startTime && at.getTime() <= until)
      .filter(({ stream }) => stream.startsWith(prefix ?? '') && (logStreamNames?.includes(stream) ?? true))
      .sort((a, b) => a.at.getTime() - b.at.getTime());
    const from = offsetOf(call.input.nextToken);
    const to = from + Math.min(limit ?? 10_000, call.world.pageSize * 10);
    const events = searched
      .slice(from, to)
      .filter(matches)
      .map(({ at, stream, message }, index) => ({
        logStreamName: stream,
        timestamp: at.getTime(),
        message,
        ingestionTime: at.getTime() + 5_000,
        eventId: String(at.getTime() * 1_000 + from + index),
      }));
    const next = to < searched.length ? { nextToken: Buffer.from(String(to)).toString('base64url') } : {};
    return { events, searchedLogStreams: [], ...next };
  },
};

export const logsService: SimulatedService = {
  id: 'logs',
  client: sdk.CloudWatchLogsClient,
  sdk,
  errors: jsonErrors,
  handlers,
  resource(_operation, { region, input }) {
    // Looked at before it is used.
    const { logGroupName: name } = input as { readonly logGroupName?: string };
    return name === undefined ? '*' : region.arn('logs', `log-group:${name}`);
  },
};
