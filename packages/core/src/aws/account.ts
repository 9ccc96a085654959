import type { Account, CallOptions, Operation, PresignOptions } from '../engine/account.js';
import type { Clock } from '../engine/clock.js';
import { StepFailure } from '../engine/failure.js';
import { type ClientDefaults, type ClientOptions, clientCache, makeCommand } from './client.js';
import type { CredentialProvider } from './credentials.js';
import { toStepFailure, troubleOf } from './errors.js';
import { type Service, serviceOf } from './operation.js';
import { partitionOf } from './partition.js';
import { presignedUrl, SIGNER } from './presign.js';
import { mayRepeat, retrying } from './retry.js';

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

/** A session with one AWS account in one region, over SDK clients that are loaded when they are first needed. */
export function awsAccount(options: AwsAccountOptions): Account {
  const { clock, region, id } = options;
  const seed = options.seed ?? `${id} ${region}`;
  const reach: ClientOptions = {
    region,
    credentials: options.credentials,
    defaults: options.clientDefaults ?? {},
  };
  const clientOf = clientCache(reach);
  const signerOf = clientCache(reach, SIGNER);

  async function send(operation: Operation, input: object, signal: AbortSignal | undefined): Promise<object> {
    throwIfAborted(operation, signal);
    const service = serviceBehind(operation);
    const [client, command] = await Promise.all([
      clientOf(service),
      makeCommand(service, operation.id, input),
    ]);
    return client.send(command, signal === undefined ? {} : { abortSignal: signal });
  }

  async function call(operation: Operation, input: object, callOptions: CallOptions = {}): Promise<object> {
    const { signal } = callOptions;
    const replayable = isReplayable(input);
    try {
      return await retrying(() => send(operation, input, signal), {
        clock,
        seed: `${seed} ${operation.id}`,
        signal,
        again: (error) => replayable && mayRepeat(troubleOf(error), operation.mutating),
      });
    } catch (error) {
      throw toStepFailure(error, operation);
    }
  }

  return {
    id,
    region,
    partition: partitionOf(region),
    principal: options.principal,
    // The operation's phantom type ties input and output to the command that is sent.
    call: call as Account['call'],
    presign: (operation: Operation, input: object, presign: PresignOptions) =>
      presignedUrl({ operation, input, service: serviceBehind(operation), signerOf, clock }, presign),
  };
}
