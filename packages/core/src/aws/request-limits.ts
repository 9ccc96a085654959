import type { Operation } from '../engine/account.js';
import type { Clock } from '../engine/clock.js';
import { type BucketSize, TokenBucket } from './token-bucket.js';

/**
 * Of each EC2 operation, for each account and region, as far as known in 2026-11:
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
const READING: BucketSize = { capacity: 100, perSecond: 20 };
const READING_ALL: BucketSize = { capacity: 50, perSecond: 10 };
const CHANGING: BucketSize = { capacity: 50, perSecond: 5 };

/** Operations that AWS counts in another way. */
const OWN: Readonly<Record<string, BucketSize>> = {
  'ec2:RunInstances': { capacity: 5, perSecond: 2 },
  'ec2:StartInstances': { capacity: 5, perSecond: 2 },
  // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
  'cloudtrail:LookupEvents': { capacity: 2, perSecond: 2 },
};

/** Without a filter and without pages, they are taken from a smaller bucket. */
const COSTLY_TO_LIST = new Set([
  'ec2:DescribeInstances',
  'ec2:DescribeInstanceStatus',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSnapshots',
  'ec2:DescribeSpotInstanceRequests',
  'ec2:DescribeVolumes',
]);

/**
 * What we take of it. The rest is for the account's own people, whose calls the same buckets serve: production must not
 * be throttled because of an incident, and an answer takes its time on the way.
 */
const SHARE = 0.8;

interface Counted {
  readonly name: string;
  readonly size: BucketSize;
}

function listsAll(id: string, input: object): boolean {
  if (!COSTLY_TO_LIST.has(id)) return false;
  return ['Filters', 'MaxResults', 'NextToken'].every((field) => Reflect.get(input, field) === undefined);
}

/** The bucket that a call is taken from; undefined: AWS tells no size, and refuses by its own measure. */
function bucketOf({ id, mutating }: Operation, input: object): Counted | undefined {
  const own = OWN[id];
  if (own !== undefined) return { name: id, size: own };
  if (!id.startsWith('ec2:')) return undefined;
  if (listsAll(id, input)) return { name: `${id} of all`, size: READING_ALL };
  return { name: id, size: mutating ? CHANGING : READING };
}

function share({ capacity, perSecond }: BucketSize): BucketSize {
  return { capacity: Math.max(1, Math.floor(capacity * SHARE)), perSecond: perSecond * SHARE };
}

/** One account's calls in one region. */
interface Place {
  readonly account: string;
  readonly region: string;
}

/**
 * Keeps the calls of one process below what AWS throttles, for each account, region and operation. Two hundred incidents
 * wait in the order in which they came, instead of being refused together and coming back together.
 */
export class RequestLimits {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The bucket to take a token of before the call is sent. */
  of({ account, region }: Place, operation: Operation, input: object): TokenBucket | undefined {
    const counted = bucketOf(operation, input);
    if (counted === undefined) return undefined;
    const key = `${account} ${region} ${counted.name}`;
    const bucket = this.#buckets.get(key) ?? new TokenBucket(share(counted.size), this.#clock);
    this.#buckets.set(key, bucket);
    return bucket;
  }
}
