import type { Event } from '@aws-sdk/client-cloudtrail';
import * as v from 'valibot';

const text = v.optional(v.fallback(v.optional(v.string()), undefined));
const anything = v.optional(v.unknown());

/** What is read of a record; the rest is kept in the artifact. */
const RecordSchema = v.object({
  eventSource: text,
  sourceIPAddress: text,
  errorCode: text,
  userIdentity: v.fallback(v.optional(v.object({ arn: text, invokedBy: text })), undefined),
  requestParameters: anything,
  responseElements: anything,
});

/** One call that CloudTrail tells of. */
export interface TrailRecord {
  /** ISO 8601, UTC. */
  readonly at: string;
  /** `ec2:DescribeInstances` */
  readonly call: string;
  /** `DescribeInstances` */
  readonly name: string;
  /** An address, or the name of the AWS service that called. */
  readonly address: string;
  readonly errorCode: string | undefined;
  /** ARN of who called. */
  readonly principal: string | undefined;
  /** Keys that the answer handed out. */
  readonly keys: readonly string[];
  readonly volumeId: string | undefined;
}

function field(value: unknown, ...path: readonly string[]): string | undefined {
  let inner = value;
  for (const name of path) {
    if (typeof inner !== 'object' || inner === null) return undefined;
    inner = Reflect.get(inner, name);
  }
  return typeof inner === 'string' ? inner : undefined;
}

function parsed(json: string | undefined): v.InferOutput<typeof RecordSchema> | undefined {
  try {
    const result = v.safeParse(RecordSchema, JSON.parse(json ?? ''));
    return result.success ? result.output : undefined;
  } catch {
    return undefined;
  }
}

/** Two ways in which answers hand out keys: `CreateAccessKey`, and `AssumeRole` and its kind. */
function keysIn(answer: unknown): readonly string[] {
  const keys = [field(answer, 'accessKey', 'accessKeyId'), field(answer, 'credentials', 'accessKeyId')];
  return keys.flatMap((key) => key ?? []);
}

/** An event as the tally needs it; undefined where it cannot be read. */
export function trailRecord({ EventName: name, EventTime, CloudTrailEvent }: Event): TrailRecord | undefined {
  const record = parsed(CloudTrailEvent);
  if (record === undefined || name === undefined || EventTime === undefined) return undefined;
  const service = (record.eventSource ?? '').replace(/\.amazonaws\.com(?:\.cn)?$/, '');
  return {
    at: EventTime.toISOString(),
    call: `${service}:${name}`,
    name,
    address: record.userIdentity?.invokedBy ?? record.sourceIPAddress ?? 'unknown',
    errorCode: record.errorCode,
    principal: record.userIdentity?.arn,
    keys: record.errorCode === undefined ? keysIn(record.responseElements) : [],
    volumeId: field(record.requestParameters, 'volumeId'),
  };
}
