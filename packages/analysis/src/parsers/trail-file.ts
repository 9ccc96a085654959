import { asObject, type JsonObject, parseJsonObject, textField } from './json-line.js';

/** One call to AWS, as CloudTrail tells of it. Who calls chooses much of what stands here. */
export interface TrailCall {
  readonly atMs: number;
  /** `iam:CreateAccessKey` */
  readonly call: string;
  /** ARN of who called; of AWS itself, its name. */
  readonly principal: string;
  /** An address, or the name of an AWS service. */
  readonly source: string;
  readonly agent: string;
  readonly error: string | undefined;
  /** It only read, as CloudTrail says. */
  readonly isReading: boolean;
}

/**
 * The calls in one of the files that CloudTrail writes to S3, unpacked; undefined when it is none. What is no call in it
 * is left out.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
 */
export function trailCalls(text: string): readonly TrailCall[] | undefined {
  const records = parseJsonObject(text.trim())?.['Records'];
  if (!Array.isArray(records)) return undefined;
  return records.flatMap((record: unknown) => {
    const object = asObject(record);
    return (object && callOf(object)) ?? [];
  });
}

function callOf(record: JsonObject): TrailCall | undefined {
  const name = textField(record, 'eventName');
  const atMs = Date.parse(textField(record, 'eventTime'));
  if (name === '' || Number.isNaN(atMs)) return undefined;
  const who = asObject(record['userIdentity']) ?? {};
  const service = textField(record, 'eventSource').replace(/\.amazonaws\.com(?:\.cn)?$/, '');
  return {
    atMs,
    call: `${service}:${name}`,
    principal: textField(who, 'arn') || textField(who, 'invokedBy') || textField(who, 'type'),
    source: textField(record, 'sourceIPAddress'),
    agent: textField(record, 'userAgent'),
    error: textField(record, 'errorCode') || undefined,
    isReading: record['readOnly'] === true || record['readOnly'] === 'true',
  };
}
