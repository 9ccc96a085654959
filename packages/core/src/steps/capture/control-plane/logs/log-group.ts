import type { FilteredLogEvent, FilterLogEventsCommandInput } from '@aws-sdk/client-cloudwatch-logs';
import { logs } from '../../../../aws/operations.js';
import type { SuspectContext } from '../../../../engine/context.js';
import { asFailure } from '../../../calls/failures.js';
import { jsonLines } from '../json-lines.js';
import type { Piece } from '../source.js';
import { boundsOf, hoursBack, type Window } from '../window.js';

/** Which events of a log group. */
export interface LogQuestion {
  /** What a gap calls it, and the artifact, without its ending. */
  readonly name: string;
  readonly group: string;
  /** Of the streams' names. */
  readonly streamPrefix?: string;
  /** In CloudWatch's own language. */
  readonly pattern?: string;
}

export const LOG_GROUP_ACTIONS: readonly string[] = ['logs:FilterLogEvents'];

const MOST_EVENTS = 200_000;

async function* pages(
  ctx: SuspectContext,
  { group, streamPrefix, pattern }: LogQuestion,
  window: Window,
): AsyncIterable<readonly FilteredLogEvent[]> {
  for (const hour of hoursBack(window)) {
    const input: FilterLogEventsCommandInput = {
      logGroupName: group,
      startTime: hour.from.getTime(),
      // CloudWatch counts the last millisecond in: it is the next hour's.
      endTime: hour.to.getTime() - 1,
      ...(streamPrefix === undefined ? {} : { logStreamNamePrefix: streamPrefix }),
      ...(pattern === undefined ? {} : { filterPattern: pattern }),
    };
    let next: string | undefined;
    do {
      const page = await ctx.suspectAccount.call(
        logs.FilterLogEvents,
        next === undefined ? input : { ...input, nextToken: next },
      );
      // A page may be empty and still have a next one.
      yield page.events ?? [];
      next = page.nextToken || undefined;
    } while (next !== undefined);
  }
}

/** The events of the window, the newest hour first, as JSON lines. A group that may not be read is named in a gap. */
export async function* logGroup(
  ctx: SuspectContext,
  question: LogQuestion,
  window: Window,
): AsyncIterable<Piece> {
  const file = `${question.name}.jsonl`;
  try {
    const body = await jsonLines(ctx, {
      name: file,
      pages: pages(ctx, question, window),
      bounds: boundsOf(ctx, MOST_EVENTS),
    });
    yield { file, mediaType: 'application/x-ndjson', body, origin: question.group };
  } catch (error) {
    ctx.gap('NOT_TAKEN', `${file}: log group ${question.group}: ${asFailure(error).code}`);
  }
}

/** `arn:aws:logs:eu-west-1:111122223333:log-group:/dns:*` -> `/dns` */
export function groupOfArn(arn: string): string | undefined {
  return /^arn:[a-z-]+:logs:[a-z0-9-]*:\d*:log-group:([^:]+)/.exec(arn)?.[1];
}

/** `arn:aws:s3:::bucket/prefix/` -> bucket and `prefix/` */
export function bucketOfArn(arn: string): { readonly bucket: string; readonly prefix: string } | undefined {
  const [, bucket, prefix = ''] = /^arn:[a-z-]+:s3:::([^/]+)(?:\/(.*))?$/s.exec(arn) ?? [];
  if (bucket === undefined) return undefined;
  return { bucket, prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/` };
}
