import type { Account, CallOptions, Operation, PresignOptions } from '../engine/account.js';
import type { Clock } from '../engine/clock.js';
import { StepFailure } from '../engine/failure.js';
import { partitionOf } from '../findings/partition.js';
import {
  type ClientDefaults,
  type ClientOptions,
  clientCache,
  makeCommand,
  type SdkClient,
} from './client.js';
import type { CredentialProvider } from './credentials.js';
import { type Trouble, toStepFailure, troubleOf } from './errors.js';
import { type Service, serviceOf } from './operation.js';
import { presignedUrl, SIGNER } from './presign.js';
import { RequestLimits } from './request-limits.js';
import { mayRepeatCall, retrying } from './retry.js';
import type { TokenBucket } from './token-bucket.js';

export interface AwsAccountOptions {
  /** Twelve digits. */
  readonly id: string;
  readonly region: string;
  readonly clock: Clock;
  readonly credentials: CredentialProvider;
  /** ARN of the principal behind the credentials. */
  readonly principal: () => Promise<string>;
  readonly clientDefaults?: ClientDefaults;
  /** Seeds the backoff. Default: the account and region. */
  readonly seed?: string;
  /** Shared by all sessions of a process, for AWS counts by account. Default: this session's own. */
  readonly limits?: RequestLimits;
}

function serviceBehind(operation: Operation): Service {
  const service = serviceOf(operation);
  if (service === undefined) {
    throw StepFailure.permanent('UNKNOWN_OPERATION', `${operation.id} was not made by defineOperations`);
  }
  return service;
}

/** A stream can be sent once only. */
function isReplayable(input: object): boolean {
  const body: unknown = Reflect.get(input, 'Body');
  return body === undefined || typeof body === 'string' || body instanceof Uint8Array;
}

function throwIfAborted(operation: Operation, signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw StepFailure.retryable('ABORTED', `${operation.id} was not sent`, { cause: signal.reason });
}

/** Waits for its turn among the calls of this process; one that is given up meanwhile has not been sent. */
async function waitForTurn(
  bucket: TokenBucket | undefined,
  operation: Operation,
  { signal, whenThrottled }: CallOptions,
): Promise<void> {
  if (whenThrottled === 'fail') {
    if (bucket?.tryTake() !== false) return;
    throw StepFailure.retryable('RequestLimitExceeded', `${operation.id} was not sent: others are before it`);
  }
  await bucket?.take(signal).catch((error: unknown) => {
    throwIfAborted(operation, signal);
    throw error;
  });
}

interface Session {
  readonly clock: Clock;
  readonly seed: string;
  readonly clientOf: (service: Service, region: string | undefined) => Promise<SdkClient>;
  readonly bucketOf: (operation: Operation, input: object, region?: string) => TokenBucket | undefined;
}

async function send(
  { clock, clientOf, bucketOf }: Session,
  [operation, input]: readonly [Operation, object],
  options: CallOptions,
): Promise<object> {
  const { signal, region } = options;
  throwIfAborted(operation, signal);
  const service = serviceBehind(operation);
  const bucket = bucketOf(operation, input, region);
  await waitForTurn(bucket, operation, options);
  const work = async () => {
    const client = await clientOf(service, region);
    const command = await makeCommand(service, operation.id, input);
    return client.send(command, signal === undefined ? {} : { abortSignal: signal });
  };
  try {
    return await (clock.working === undefined ? work() : clock.working(work));
  } catch (error) {
    // Others call, too: all of ours wait, and not only this one.
    if (troubleOf(error) === 'throttled') bucket?.empty();
    throw error;
  }
}

async function callAws(
  session: Session,
  [operation, input]: readonly [Operation, object],
  options: CallOptions,
): Promise<object> {
  const { signal, whenThrottled } = options;
  const triesAgain = (trouble: Trouble) => trouble !== 'throttled' || whenThrottled !== 'fail';
  const replayable = isReplayable(input);
  const mayRepeat = mayRepeatCall(operation.mutating);
  try {
    return await retrying(() => send(session, [operation, input], options), {
      clock: session.clock,
      seed: `${session.seed} ${operation.id}`,
      signal,
      // A StepFailure comes from a call within this one (`sts:AssumeRole`), which had retries of its own.
      again: (error) =>
        replayable &&
        !(error instanceof StepFailure) &&
        triesAgain(troubleOf(error)) &&
        mayRepeat(troubleOf(error)),
    });
  } catch (error) {
    throw toStepFailure(error, operation);
  }
}

/** Clients by region and service: nearly all calls are in the session's own. */
function clientsByRegion(reach: ClientOptions): Session['clientOf'] {
  const caches = new Map<string, ReturnType<typeof clientCache>>();
  return (service, region = reach.region) => {
    const clients = caches.get(region) ?? clientCache({ ...reach, region });
    caches.set(region, clients);
    return clients(service);
  };
}

/** A session with one AWS account in one region, over SDK clients that are loaded when they are first needed. */
export function awsAccount(options: AwsAccountOptions): Account {
  const { clock, region, id, principal, credentials, clientDefaults: defaults = {} } = options;
  const { limits = new RequestLimits(clock) } = options;
  const reach: ClientOptions = { region, credentials, defaults };
  const session: Session = {
    clock,
    seed: options.seed ?? `${id} ${region}`,
    clientOf: clientsByRegion(reach),
    bucketOf: (operation, input, at = region) => limits.of({ account: id, region: at }, operation, input),
  };
  const signerOf = clientCache(reach, SIGNER);
  const callerOf = (service: Service) => session.clientOf(service, region);
  const call = (operation: Operation, input: object, callOptions: CallOptions = {}) =>
    callAws(session, [operation, input], callOptions);
  return {
    id,
    region,
    partition: partitionOf(region),
    principal,
    // The operation's phantom type ties input and output to the command that is sent.
    call: call as Account['call'],
    presign: (operation: Operation, input: object, presign: PresignOptions) =>
      presignedUrl(
        { operation, input, service: serviceBehind(operation), signerOf, callerOf, clock },
        presign,
      ),
  };
}
