import { STSServiceException } from '@aws-sdk/client-sts';
import { AwsError } from './errors.js';
import type { SimulatedService } from './service.js';

type ExceptionOptions = ConstructorParameters<typeof STSServiceException>[0];
type ExceptionClass = new (options: ExceptionOptions) => Error;

function isExceptionClass(value: unknown): value is ExceptionClass {
  return typeof value === 'function' && value.prototype instanceof Error;
}

/** `InvalidInstanceId` where the SDK models it, else the service's base class, as the SDK does. */
function exceptionClass(service: SimulatedService, code: string): ExceptionClass {
  const exports: Readonly<Record<string, unknown>> = { ...service.sdk };
  const modelled = exports[code];
  if (isExceptionClass(modelled)) return modelled;
  const base = Object.entries(exports).find(([name]) => name.endsWith('ServiceException'))?.[1];
  return isExceptionClass(base) ? base : STSServiceException;
}

/** What the caller of the SDK sees. Errors that are not AWS's (lost connections, aborts, bugs) go through as they are. */
export function toServiceException(service: SimulatedService, error: unknown, requestId: string): unknown {
  if (!(error instanceof AwsError)) return error;
  const Exception = exceptionClass(service, error.code);
  const exception = new Exception({
    name: error.code,
    $fault: error.fault,
    $metadata: { httpStatusCode: error.status, requestId, attempts: 1, totalRetryDelay: 0 },
    message: error.message,
  });
  // A modelled class sets a name of its own, which is the same word.
  return Object.assign(exception, error.fields, { name: error.code, Code: error.code });
}
