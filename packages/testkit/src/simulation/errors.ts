/** What AWS answers when it refuses, before the dispatcher gives it the shape of the service. */
export class AwsError extends Error {
  override readonly name: string;

  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly fault: 'client' | 'server',
    /** Further fields of a modelled exception. */
    readonly fields: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = code;
  }
}

export interface AwsErrorOptions {
  /** HTTP status; 400 unless told. */
  readonly status?: number;
  readonly fault?: 'client' | 'server';
  readonly fields?: Readonly<Record<string, unknown>>;
}

/**
 * An error as AWS answers it. Thrown by a handler it reaches the caller as the service's own exception class, with
 * `name`, `$fault` and `$metadata.requestId`.
 */
export function awsError(code: string, message: string, options: AwsErrorOptions = {}): AwsError {
  const status = options.status ?? 400;
  const fault = options.fault ?? (status >= 500 ? 'server' : 'client');
  return new AwsError(code, message, status, fault, options.fields);
}

/** A connection that brought no answer: the SDK's own error, without any response. */
export function timeoutError(message = 'Connection timed out after 5000 ms'): Error {
  return Object.assign(new Error(message), {
    name: 'TimeoutError',
    $metadata: { attempts: 1, totalRetryDelay: 0 },
  });
}

/** The simulation does not know this: loud, so that no test passes on an answer that AWS would not give. */
export class NotSimulated extends Error {
  override readonly name = 'NotSimulated';

  constructor(what: string) {
    super(`${what} is not simulated by @cordon/testkit`);
  }
}
