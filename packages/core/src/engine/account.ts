import type { SentScript } from './acquired-with.js';

/**
 * One AWS operation, as a value that costs nothing to import: the SDK's client and command are loaded when it is
 * first called. `@cordon/core/aws` has the ones Cordon uses; `defineOperations` there makes more.
 */
export interface Operation<Input extends object = object, Output extends object = object> {
  /** The SDK's service and command: `ec2:DescribeInstances`. */
  readonly id: string;
  /** The IAM actions that AWS checks: mostly the id, but `s3:HeadObject` needs `s3:GetObject`. */
  readonly actions: readonly string[];
  /** Whether it changes something in the account. */
  readonly mutating: boolean;
  /** Phantom: ties the types to the value. */
  readonly types?: { readonly input: Input; readonly output: Output };
}

/** A session with one AWS account in one region. Everything that goes through it is recorded. */
export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly region: string;
  readonly partition: string;
  /** ARN of the principal that calls. */
  principal(): Promise<string>;
  /**
   * Calls AWS. Transient errors are retried inside.
   *
   * @throws StepFailure with AWS's own code; `UNDECLARED_ACTION` when the step does not declare it.
   */
  call<Input extends object, Output extends object>(
    operation: Operation<Input, Output>,
    input: NoInfer<Input>,
    options?: CallOptions,
  ): Promise<Output>;
  /** A URL that lets its bearer do this one call until it expires. Nothing is sent to AWS. */
  presign<Input extends object, Output extends object>(
    operation: Operation<Input, Output>,
    input: NoInfer<Input>,
    options: PresignOptions,
  ): Promise<string>;
}

export interface CallOptions {
  /** Another region than the session's own: what IAM does is on record in one region alone. */
  readonly region?: string;
  /** Ends the call, and any wait before a retry. A changing call that was on its way is then `ambiguous`. */
  readonly signal?: AbortSignal;
  /** Where AWS throttles it, it fails at once and is not tried for half a minute: the caller comes back by itself. */
  readonly whenThrottled?: 'fail';
  /** Of a call that sends a script: which one, for the record. */
  readonly sent?: SentScript;
}

export interface PresignOptions {
  readonly expiresInSeconds: number;
  /** Headers that must be sent as they are signed. */
  readonly signedHeaders?: readonly string[];
}

/** One call as the journal keeps it. Never secrets, never bodies. */
export interface CallRecord {
  readonly at: string;
  /** `ec2:CreateSnapshots` */
  readonly operation: string;
  readonly mutating: boolean;
  readonly account: string;
  readonly region: string;
  readonly principal: string;
  readonly requestId?: string;
  /** Ids and ARNs that the input or the answer names. */
  readonly resources: readonly string[];
  /** `ok`, or AWS's error code. */
  readonly outcome: string;
  /** Of a call that sent a script to a host. Absent in older journals. */
  readonly sent?: SentScript;
}
