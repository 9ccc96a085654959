import { CREDENTIALS_LOST, type FailureKind, StepFailure } from '../engine/failure.js';

/** What an SDK error carries; every field may be absent, since anything can be thrown. */
interface SdkError {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  /** Whose fault it was: in every error that AWS has put into words. */
  readonly $fault?: unknown;
  readonly $metadata?: {
    readonly httpStatusCode?: unknown;
    readonly requestId?: unknown;
    /** Our clock is wrong by minutes, and the client has just learned from the answer by how much. */
    readonly clockSkewCorrected?: unknown;
  };
}

/** How a failed call is to be answered inside `call`. */
export type Trouble =
  /** AWS refused it unread: always safe to send again. */
  | 'throttled'
  /** It never left: the host could not be reached. */
  | 'unreached'
  /** It was sent, and nobody knows what became of it. */
  | 'lost'
  /** AWS refused it unread, for our clock is wrong; the client signs by AWS's clock from now on. */
  | 'misdated'
  /** AWS said no, and meant it; trying later may help. */
  | 'busy'
  /** AWS said no. */
  | 'refused';

const THROTTLING = new Set([
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
  'TooManyRequestsException',
]);

/** Node's names for a connection that was never made. */
const UNREACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Node's and the SDK's names for a connection that broke, or an answer that did not come. */
const LOST = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'TimeoutError', 'RequestTimeout', 'ABORTED']);

/** AWS's own troubles, by name: S3 sends some of them with status 200. */
const INTERNAL = new Set(['InternalError', 'InternalFailure', 'InternalServerError', 'ServiceUnavailable']);

/** How services say that a signature is too old or of the future; the SDK's own list. Each of them has other causes, too. */
const MISDATED = new Set([
  'AccessDeniedException',
  'AuthFailure',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/** Definite refusals that EC2 sends with status 500 or 503: nothing was made, capacity may come. */
const NO_CAPACITY = /^Insufficient\w*Capacity/;

/** What was signed with has run out; STS, EC2 and the others each have a name for it. */
const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);

/** The SDK's chain found nothing: nobody has logged in, or not lately. */
const NO_PROVIDER = new Set(['CredentialsProviderError', 'TokenProviderError']);

const UNREADABLE = 'UNREADABLE_ANSWER';

const MAX_MESSAGE = 1000;

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** There was an answer, and the SDK could not read it: a proxy's page, a body that was cut short. */
function isUnreadable({ $fault, $metadata }: SdkError): boolean {
  return $fault === undefined && typeof $metadata?.httpStatusCode === 'number';
}

/** AWS's own name for the error; Node's for what the network did; `ABORTED` for what our signal ended. */
function errorCode(thrown: unknown): string {
  if (thrown instanceof StepFailure) return thrown.code;
  const error = (thrown ?? {}) as SdkError; // any value may be thrown; every field is checked
  const name = text(error.name);
  const network = text(error.code);
  if (network !== undefined && (UNREACHED.has(network) || LOST.has(network))) return network;
  if (name === 'AbortError') return 'ABORTED';
  if (isUnreadable(error)) return UNREADABLE;
  return name === undefined || name === 'Error' ? (network ?? 'UNKNOWN_AWS_ERROR') : name;
}

/** Whether a call failed because there were too many of its kind. */
export function isThrottled(error: unknown): error is StepFailure {
  return error instanceof StepFailure && THROTTLING.has(error.code);
}

export function troubleOf(thrown: unknown): Trouble {
  const code = errorCode(thrown);
  const { httpStatusCode: status, clockSkewCorrected } = ((thrown ?? {}) as SdkError).$metadata ?? {}; // as above
  if (clockSkewCorrected === true && MISDATED.has(code)) return 'misdated';
  if (THROTTLING.has(code) || status === 429) return 'throttled';
  if (UNREACHED.has(code)) return 'unreached';
  if (NO_CAPACITY.test(code)) return 'busy';
  if (LOST.has(code) || INTERNAL.has(code)) return 'lost';
  // It may have been done: nobody can say.
  if (code === UNREADABLE && typeof status === 'number' && status < 400) return 'lost';
  if (typeof status === 'number' && status >= 500) return 'lost';
  return 'refused';
}

function kindOf(trouble: Trouble, mutating: boolean): FailureKind {
  if (trouble === 'refused' || trouble === 'misdated') return 'permanent';
  return trouble === 'lost' && mutating ? 'ambiguous' : 'retryable';
}

/** What was called, for the message and for whether its effect may have happened. */
interface Called {
  readonly id: string;
  readonly mutating: boolean;
}

/**
 * The one place where what the SDK throws becomes a `StepFailure`: the code is AWS's own; a changing call whose answer
 * was lost is `ambiguous`; throttling and unreachable endpoints are `retryable`; what AWS refused is `permanent`. Without
 * credentials that are good nothing was refused to anybody: `CREDENTIALS_LOST`.
 */
export function toStepFailure(thrown: unknown, called: Called): StepFailure {
  if (thrown instanceof StepFailure) return thrown as StepFailure; // by brand
  const error = (thrown ?? {}) as SdkError; // any value may be thrown; every field is checked
  const code = errorCode(thrown);
  const requestId = text(error.$metadata?.requestId);
  const message = `${called.id}: ${(text(error.message) ?? code).slice(0, MAX_MESSAGE)}`;
  const options = { cause: thrown, ...(requestId === undefined ? {} : { requestId }) };
  if (EXPIRED.has(code) || NO_PROVIDER.has(code))
    return StepFailure.retryable(CREDENTIALS_LOST, `${message} (${code})`, options);
  return StepFailure[kindOf(troubleOf(thrown), called.mutating)](code, message, options);
}
