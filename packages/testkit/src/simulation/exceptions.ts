import { STSServiceException } from '@aws-sdk/client-sts';
import { AwsError } from './errors.js';
import type { SimulatedService } from './service.js';
import { slice } from './slice.js';

type ExceptionOptions = ConstructorParameters<typeof STSServiceException>[0];
type ExceptionClass = new (options: ExceptionOptions) => Error;

interface Exceptions {
  /** By the code on the wire: `NoSuchEntity` -> `NoSuchEntityException`. */
  readonly byCode: ReadonlyMap<string, { readonly name: string; readonly Class: ExceptionClass }>;
  readonly base: ExceptionClass;
}

function isExceptionClass(value: unknown): value is ExceptionClass {
  return typeof value === 'function' && value.prototype instanceof Error;
}

/** What the SDK's schema calls a structure that is an error. */
const ERROR_SCHEMA = -3;

/** The code on the wire, as the SDK's own schema of the error tells it. */
function wireCode(schema: unknown, name: string): string {
  if (!Array.isArray(schema) || schema[0] !== ERROR_SCHEMA) return name;
  const traits: { readonly awsQueryError?: readonly [string, number] } = schema[3] ?? {};
  return traits.awsQueryError?.[0] ?? name;
}

const exceptionsOf = slice((service: SimulatedService): Exceptions => {
  const exports: Readonly<Record<string, unknown>> = { ...service.sdk };
  const classes = Object.entries(exports).flatMap(([name, Class]) =>
    isExceptionClass(Class) ? [{ name, Class }] : [],
  );
  return {
    byCode: new Map(classes.map((one) => [wireCode(exports[`${one.name}$`], one.name), one])),
    base: classes.find(({ name }) => name.endsWith('ServiceException'))?.Class ?? STSServiceException,
  };
});

/**
 * What the caller of the SDK sees: the modelled class where there is one, under its own name, else the service's base
 * class under the code on the wire. Errors that are not AWS's (lost connections, aborts, bugs) go through as they are.
 */
export function toServiceException(service: SimulatedService, error: unknown, requestId: string): unknown {
  if (!(error instanceof AwsError)) return error;
  const { byCode, base } = exceptionsOf(service);
  const modelled = byCode.get(error.code);
  const name = modelled?.name ?? error.code;
  const Exception = modelled?.Class ?? base;
  const exception = new Exception({
    name,
    $fault: error.fault,
    $metadata: { httpStatusCode: error.status, requestId, attempts: 1, totalRetryDelay: 0 },
    message: error.message,
  });
  return Object.assign(exception, error.fields, { name, Code: error.code });
}
