/** How a failure is to be answered. */
export type FailureKind =
  /** Trying again may help. */
  | 'retryable'
  /** Trying again cannot help. */
  | 'permanent'
  /** The earlier effect is known to be dead: start anew, under a new key. */
  | 'restart'
  /** Nobody knows whether the effect happened (timeout, 5xx, lost connection): recover first. */
  | 'ambiguous';

/**
 * The process that drives the run has no credentials any more, so that nothing can succeed. No step is to be given up for
 * it: after the usual attempts the run ends as it is, open, to be gone on with by somebody who has some.
 */
export const CREDENTIALS_LOST = 'CREDENTIALS_LOST';

/** A failure as data: what the journal keeps. */
export interface FailureRecord {
  readonly kind: FailureKind;
  /** Upper snake case for Cordon's own (`NO_MODULE_FOR_KERNEL`), AWS's own spelling for AWS's. */
  readonly code: string;
  readonly message: string;
  readonly requestId?: string;
  /** The chain of causes, nearest first: `code: message`. */
  readonly causes?: readonly string[];
}

const BRAND = Symbol.for('cordon.StepFailure');

interface FailureOptions {
  readonly cause?: unknown;
  readonly requestId?: string;
}

/** What a step throws to say how it failed and what should happen next. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly [BRAND] = true;
  readonly requestId: string | undefined;

  private constructor(
    readonly kind: FailureKind,
    readonly code: string,
    message: string,
    options: FailureOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.requestId = options.requestId;
  }

  static retryable(code: string, message: string, options?: FailureOptions): StepFailure {
    return new StepFailure('retryable', code, message, options);
  }

  static permanent(code: string, message: string, options?: FailureOptions): StepFailure {
    return new StepFailure('permanent', code, message, options);
  }

  /** The earlier effect is known dead (an instance comes back under its old token): start anew under a new key. */
  static restart(code: string, message: string, options?: FailureOptions): StepFailure {
    return new StepFailure('restart', code, message, options);
  }

  static ambiguous(code: string, message: string, options?: FailureOptions): StepFailure {
    return new StepFailure('ambiguous', code, message, options);
  }

  /** By brand, not by prototype: two copies of this package in one process still understand each other. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

const MAX_CAUSES = 5;

function describeCause(cause: unknown): string {
  if (cause instanceof StepFailure) return `${cause.code}: ${cause.message}`;
  if (cause instanceof Error) return `${cause.name}: ${cause.message}`;
  return String(cause);
}

function causesOf(error: Error): readonly string[] {
  const causes: string[] = [];
  let cause: unknown = error.cause;
  while (cause !== undefined && causes.length < MAX_CAUSES) {
    causes.push(describeCause(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return causes;
}

/** Anything thrown, as data. What is not a `StepFailure` is a retryable `UNEXPECTED`. */
export function toFailureRecord(thrown: unknown): FailureRecord {
  if (!(thrown instanceof StepFailure)) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const causes = causesOf(error);
    return {
      kind: 'retryable',
      code: 'UNEXPECTED',
      message: `${error.name}: ${error.message}`,
      ...(causes.length > 0 ? { causes } : {}),
    };
  }
  const causes = causesOf(thrown);
  return {
    kind: thrown.kind,
    code: thrown.code,
    message: thrown.message,
    ...(thrown.requestId === undefined ? {} : { requestId: thrown.requestId }),
    ...(causes.length > 0 ? { causes } : {}),
  };
}
