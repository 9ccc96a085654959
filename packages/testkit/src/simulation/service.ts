import type { WorldClock } from '../clock-holds.js';
import type { SimulatedAccount, SimulatedRegion } from './account.js';
import type { PolicyDecision, PolicyRequest } from './iam/policy.js';
import type { Principal } from './principal.js';
import type { ServiceErrors } from './service-errors.js';
import type { SimulatedWorld } from './world.js';

/** One call on its way through the simulated AWS. */
export interface SimulatedCall<Input = unknown> {
  readonly world: SimulatedWorld;
  /** The caller's account. */
  readonly account: SimulatedAccount;
  readonly region: SimulatedRegion;
  readonly principal: Principal;
  readonly clock: WorldClock;
  readonly requestId: string;
  readonly input: Input;
  /** The client's `abortSignal`, for handlers that wait. */
  readonly signal: AbortSignal | undefined;
  /**
   * Asks the caller's policies for one more action, beside the operation's own (`iam:PassRole`).
   *
   * @throws AwsError in the service's own shape when it is not allowed
   */
  requires(action: string, resource: string, context?: PolicyRequest['context']): void;
  /** Whether the caller's own policies allow it. */
  allows(action: string, resource: string, context?: PolicyRequest['context']): boolean;
  /** What the caller's own policies say: tells a deny from a mere lack. */
  decide(action: string, resource: string, context?: PolicyRequest['context']): PolicyDecision;
}

/** Answers one operation. What it throws by `awsError` reaches the caller as the service's exception. */
export type Handler<Input, Output> = (call: SimulatedCall<Input>) => Output | Promise<Output>;

/** Any SDK client class. */
export type ClientClass = { readonly prototype: object };

/** One thing that a call touches, as the caller's policies are asked about it. */
export interface AuthorizedSubject {
  /** Unless told, the operation's own. */
  readonly action?: string;
  readonly resource: string;
  /** Condition keys, beside the global ones. */
  readonly context?: PolicyRequest['context'];
}

/** A service as a table of handlers. */
export interface SimulatedService {
  /** IAM's prefix: `ec2`. */
  readonly id: string;
  /** The SDK's client class, whose `send` is taken over. */
  readonly client: ClientClass;
  /** The SDK module: its exception classes are used where one has the error's name. */
  readonly sdk: object;
  readonly handlers: Readonly<Record<string, Handler<never, object | undefined>>>;
  readonly errors: ServiceErrors;
  /** IAM actions where they are not `service:Operation`; an empty list needs no permission. */
  readonly actions?: Readonly<Record<string, readonly string[]>>;
  /** `own`: the handlers authorise by themselves (S3: bucket policies). */
  readonly authorization?: 'identity' | 'own';
  /** The resource that the policies are asked about; `*` unless told. */
  resource?(operation: string, call: SimulatedCall): string;
  /** Where a call touches several things, or has condition keys of its own: all of them must be allowed. */
  subjects?(operation: string, call: SimulatedCall): readonly AuthorizedSubject[];
  /** Runs first of all: throws where the service is called too often. */
  count?(operation: string, call: SimulatedCall): void;
  /** Runs when the call is authorised, before its handler (`DryRun`). */
  before?(operation: string, call: SimulatedCall): void;
  /** `shared`: inputs and outputs hold streams and must not be copied. */
  readonly payloads?: 'copied' | 'shared';
}

// By the command's `input` property: its constructor is overloaded where every field is optional.
type InputOf<Command> = Command extends new (
  // biome-ignore lint/suspicious/noExplicitAny: an SDK command's constructor is its own affair.
  ...parameters: any[]
) => { readonly input: infer Input }
  ? Input
  : never;

type OutputOf<Command> = Command extends new (
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  ...parameters: any[]
) => { resolveMiddleware(...parameters: infer _P): infer Run }
  ? Run extends (...parameters: infer _Q) => Promise<{ output: infer Output }>
    ? Omit<Output, '$metadata'>
    : never
  : never;

type CommandOf<Module, Name extends string> = `${Name}Command` extends keyof Module
  ? Module[`${Name}Command`]
  : never;

/**
 * Handlers of some operations, typed by the SDK module.
 *
 * @example
 * const handlers: Handlers<typeof import('@aws-sdk/client-kms'), 'DescribeKey'> = {
 *   DescribeKey: (call) => ({ KeyMetadata: { KeyId: call.input.KeyId } }),
 * };
 */
export type Handlers<Module, Names extends string> = {
  readonly [Name in Names]: Handler<InputOf<CommandOf<Module, Name>>, OutputOf<CommandOf<Module, Name>>>;
};

const READS = /^(Describe|Get|List|Head|Lookup|Simulate|Search|Filter|Verify$)/;

/** Whether an operation changes something, by its name. */
export function isMutating(operation: string): boolean {
  return !READS.test(operation);
}
