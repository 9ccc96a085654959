import { mockClient } from 'aws-sdk-client-mock';
import { crashHere } from '../simulated-process.js';
import { findKey } from './access-keys.js';
import { authorize, decide } from './authorize.js';
import { AwsError, NotSimulated, timeoutError } from './errors.js';
import { toServiceException } from './exceptions.js';
import type { Fault } from './faults.js';
import { logCall } from './log-call.js';
import type { AccessKey } from './principal.js';
import { type AuthorizedSubject, isMutating, type SimulatedCall, type SimulatedService } from './service.js';
import { wireCopy } from './wire-copy.js';
import type { SimulatedWorld } from './world.js';

/** What the dispatcher reads of an SDK client's resolved configuration. */
interface ClientLike {
  readonly config: {
    region(): Promise<string>;
    credentials(): Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
  };
}

interface CommandLike {
  readonly input: object;
}

interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

const SPOILED_AFTER: ReadonlySet<Fault | undefined> = new Set([
  'lost-answer',
  'server-error-after',
  'crash-after',
]);

/** Virtual time until the SDK gives up on an answer. */
const TIMEOUT_MS = 5_000;

export interface Request {
  readonly service: SimulatedService;
  readonly operation: string;
  readonly world: SimulatedWorld;
  readonly key: AccessKey;
  readonly call: SimulatedCall;
  readonly mutating: boolean;
}

function checkKey(service: SimulatedService, key: AccessKey, world: SimulatedWorld): void {
  if (key.expiration !== undefined && key.expiration <= world.now()) throw service.errors.expired();
}

async function receive(
  service: SimulatedService,
  client: ClientLike,
  command: CommandLike,
  options: SendOptions | undefined,
): Promise<Request> {
  const operation = command.constructor.name.replace(/Command$/, '');
  const credentials = await client.config.credentials();
  const found = findKey(credentials.accessKeyId);
  if (found === undefined) throw service.errors.unknownKey();
  const { world, key } = found;
  world.discretion.refuseFurther();
  if (key.secretAccessKey !== credentials.secretAccessKey) throw service.errors.badSignature();
  if (key.sessionToken !== credentials.sessionToken) throw service.errors.unknownKey();
  const account = world.account(key.principal.accountId);
  const call: SimulatedCall = {
    world,
    account,
    region: account.region(await client.config.region()),
    principal: key.principal,
    clock: world.clock,
    requestId: world.uuid(),
    input: service.payloads === 'shared' ? command.input : wireCopy(command.input),
    signal: options?.abortSignal,
    requires: (action, resource, context) =>
      authorize(service, call, { action, resource, context: context ?? {} }),
    allows: (action, resource, context) => call.decide(action, resource, context) === 'allowed',
    decide: (action, resource, context) => decide(call, { action, resource, context: context ?? {} }),
  };
  return { service, operation, world, key, call, mutating: isMutating(operation) };
}

async function travel(request: Request): Promise<void> {
  const [least, most] = request.world.latencyMs;
  if (most <= 0) return;
  const delay = request.world.random.fork(`latency-${request.call.requestId}`).integer(least, most);
  await request.world.clock.sleepUntil(new Date(request.world.now().getTime() + delay), request.call.signal);
}

async function noAnswer(request: Request): Promise<never> {
  await request.world.clock.sleepUntil(
    new Date(request.world.now().getTime() + TIMEOUT_MS),
    request.call.signal,
  );
  throw timeoutError();
}

/** The faults that keep the effect from happening. */
async function failBefore(request: Request, fault: Fault | undefined): Promise<void> {
  if (fault instanceof AwsError) throw fault;
  if (fault === 'throttle') throw request.service.errors.throttled();
  if (fault === 'server-error') throw request.service.errors.internal();
  if (fault === 'timeout') await noAnswer(request);
  if (fault === 'crash-before') await crashHere(`killed before ${request.operation}`);
}

/** The faults that spoil an answer whose effect has happened. */
async function failAfter(request: Request, fault: Fault | undefined): Promise<void> {
  if (fault === 'server-error-after') throw request.service.errors.internal();
  if (fault === 'lost-answer') await noAnswer(request);
  if (fault === 'crash-after') await crashHere(`killed after ${request.operation}`);
}

async function effect(request: Request): Promise<object> {
  const { service, operation, call } = request;
  const handler = service.handlers[operation];
  if (handler === undefined) throw new NotSimulated(`${service.id}:${operation}`);
  checkKey(service, request.key, request.world);
  request.world.settle();
  if (service.authorization !== 'own') {
    const one = { resource: service.resource?.(operation, call) ?? '*' };
    const subjects: readonly AuthorizedSubject[] = service.subjects?.(operation, call) ?? [one];
    const actions = service.actions?.[operation] ?? [`${service.id}:${operation}`];
    for (const action of actions)
      for (const subject of subjects) authorize(service, call, { action, context: {}, ...subject });
  }
  service.before?.(operation, call);
  // The table's inputs are each operation's own; the SDK's command has typed this one.
  const output = (await handler(call as SimulatedCall<never>)) ?? {};
  return service.payloads === 'shared' ? output : wireCopy(output);
}

async function attempt(request: Request, fault: Fault | undefined): Promise<object> {
  try {
    await travel(request);
    await failBefore(request, fault);
    request.service.count?.(request.operation, request.call);
    const output = await effect(request);
    logCall(request, { output, lost: SPOILED_AFTER.has(fault) });
    return output;
  } catch (error) {
    logCall(request, { error, lost: false });
    throw error;
  }
}

async function answer(request: Request): Promise<object> {
  const fault = request.world.faults.decide({
    operation: `${request.service.id}:${request.operation}`,
    mutating: request.mutating,
  });
  const output = await attempt(request, fault);
  await failAfter(request, fault);
  return output;
}

/** Answers what the SDK passes to `send`: the command, then its options. */
export type Dispatch = (
  service: SimulatedService,
  client: ClientLike,
  parameters: readonly [CommandLike, SendOptions?],
) => Promise<object>;

const dispatch: Dispatch = async (service, client, [command, options]) => {
  let requestId = 'unknown';
  try {
    options?.abortSignal?.throwIfAborted();
    const request = await receive(service, client, command, options);
    requestId = request.call.requestId;
    const output = await request.world.clock.working(() => answer(request));
    return { ...output, $metadata: { httpStatusCode: 200, requestId, attempts: 1, totalRetryDelay: 0 } };
  } catch (error) {
    throw toServiceException(service, error, requestId);
  }
};

/** Takes over `send` of the service's client class, for the whole process. */
export function interceptClient(service: SimulatedService, answerBy: Dispatch = dispatch): void {
  // The mock's types want one SDK's client; every client class has `send`.
  const stub = mockClient(service.client as Parameters<typeof mockClient>[0]);
  // sinon keeps every call with arguments and answers: a thousand incidents would pile up.
  const forget = () => stub.send.resetHistory();
  stub.send.callsFake(function (this: ClientLike, ...parameters: unknown[]) {
    queueMicrotask(forget);
    // What the SDK passes to `send`: the command, then its options.
    return answerBy(service, this, parameters as [CommandLike, SendOptions?]);
  } as Parameters<typeof stub.send.callsFake>[0]);
}
