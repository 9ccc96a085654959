import type { SimulatedRegion } from '../account.js';
import { isMutating } from '../service.js';
import { ec2Errors } from '../service-errors.js';
import { slice } from '../slice.js';

interface Size {
  readonly capacity: number;
  readonly perSecond: number;
}

/** For each account, region and operation: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html */
const READING: Size = { capacity: 100, perSecond: 20 };
const READING_ALL: Size = { capacity: 50, perSecond: 10 };
const CHANGING: Size = { capacity: 50, perSecond: 5 };
const STARTING: Size = { capacity: 5, perSecond: 2 };

const STARTS = /^(RunInstances|StartInstances)$/;
const COSTLY =
  /^Describe(Instances|InstanceStatus|NetworkInterfaces|SecurityGroups|Snapshots|SpotInstanceRequests|Volumes)$/;

interface Bucket {
  tokens: number;
  atMs: number;
}

const bucketsOf = slice((_region: SimulatedRegion) => new Map<string, Bucket>());

function sizeOf(operation: string, input: object): Size {
  if (STARTS.test(operation)) return STARTING;
  if (isMutating(operation)) return CHANGING;
  const isBounded = 'Filters' in input || 'MaxResults' in input || 'NextToken' in input;
  return COSTLY.test(operation) && !isBounded ? READING_ALL : READING;
}

/** Takes a token for the call, as EC2 does before it looks at it; throws `RequestLimitExceeded` where none is left. */
export function countRequest(region: SimulatedRegion, operation: string, input: object): void {
  const size = sizeOf(operation, input);
  const nowMs = region.world.now().getTime();
  const buckets = bucketsOf(region);
  const key = `${operation} ${size.capacity}`;
  const bucket = buckets.get(key) ?? { tokens: size.capacity, atMs: nowMs };
  buckets.set(key, bucket);
  const gained = (Math.max(0, nowMs - bucket.atMs) / 1000) * size.perSecond;
  bucket.tokens = Math.min(size.capacity, bucket.tokens + gained);
  bucket.atMs = nowMs;
  if (bucket.tokens < 1) throw ec2Errors.throttled();
  bucket.tokens -= 1;
}
