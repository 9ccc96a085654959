import type { Request } from './dispatcher.js';
import { AwsError } from './errors.js';

const RESOURCE = /\barn:aws:[A-Za-z0-9-]+:[a-z0-9-]*:\d{0,12}:[^\s"\\,]+|\b[a-z]{1,12}-0?[0-9a-f]{8,17}\b/g;
const MOST_RESOURCES = 50;
const MOST_SCANNED = 20_000;

/** Streams and byte arrays are not kept: only what is JSON. */
function plain(input: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(input).filter(([, value]) => {
      if (typeof value !== 'object' || value === null) return true;
      return (
        Array.isArray(value) || value instanceof Date || Object.getPrototypeOf(value) === Object.prototype
      );
    }),
  );
}

function resourcesIn(...parts: readonly (object | undefined)[]): readonly string[] {
  const text = JSON.stringify(parts.map((part) => (part === undefined ? {} : plain(part)))).slice(
    0,
    MOST_SCANNED,
  );
  return [...new Set(text.match(RESOURCE) ?? [])].slice(0, MOST_RESOURCES);
}

interface CallEnd {
  readonly output?: object;
  readonly error?: unknown;
  readonly lost: boolean;
}

function outcomeOf(end: CallEnd): string {
  if (end.error === undefined) return 'ok';
  if (end.error instanceof AwsError) return end.error.code;
  return end.error instanceof Error ? end.error.name : 'Error';
}

/** Puts a call into the world's log, where tests look and CloudTrail reads. */
export function logCall(request: Request, end: CallEnd): void {
  const { call, key, mutating } = request;
  const { principal } = key;
  request.world.calls.add({
    at: request.world.now(),
    operation: `${request.service.id}:${request.operation}`,
    mutating,
    account: principal.accountId,
    region: call.region.name,
    principal: principal.arn,
    accessKeyId: key.accessKeyId,
    requestId: call.requestId,
    input: plain(call.input as object),
    outcome: outcomeOf(end),
    lost: end.lost,
    resources: mutating ? resourcesIn(call.input as object, end.output) : resourcesIn(call.input as object),
    ...(principal.sourceIdentity === undefined ? {} : { sourceIdentity: principal.sourceIdentity }),
    ...(principal.sessionName === undefined ? {} : { sessionName: principal.sessionName }),
  });
}
