import { type Caller, demand } from './access.js';
import type { ObjectVersion, SimulatedBucket } from './bucket.js';
import type { ByteRange } from './byte-store.js';
import { s3Error } from './errors.js';
import { findVersion } from './versions.js';

export interface GetRequest {
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly range?: string | undefined;
  readonly ifMatch?: string | undefined;
}

export interface Gotten {
  readonly version: ObjectVersion;
  readonly range: ByteRange | undefined;
  readonly lengthBytes: number;
}

/** `bytes=0-99`, `bytes=100-`, `bytes=-10`; what is no such range is not looked at, as in HTTP. */
function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (found === null || (found[1] === '' && found[2] === '')) return undefined;
  const [, first = '', last = ''] = found;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (start > end || start >= sizeBytes) throw s3Error.invalidRange();
  return { start, end };
}

/** Without the right to list, what is not there is denied: nobody may find out. */
function hideAbsence(caller: Caller, bucket: SimulatedBucket, error: unknown): never {
  demand(caller, bucket, { action: 's3:ListBucket' });
  throw error;
}

export function getObject(caller: Caller, bucket: SimulatedBucket, request: GetRequest): Gotten {
  const { key, versionId } = request;
  demand(caller, bucket, { action: versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion', key });
  const version = lookUp(caller, bucket, request);
  if (
    request.ifMatch !== undefined &&
    request.ifMatch.replaceAll('"', '') !== version.etag.replaceAll('"', '')
  ) {
    throw s3Error.preconditionFailed('If-Match');
  }
  const range = parseRange(request.range, version.bytes.sizeBytes);
  return {
    version,
    range,
    lengthBytes: range === undefined ? version.bytes.sizeBytes : range.end - range.start + 1,
  };
}

function lookUp(caller: Caller, bucket: SimulatedBucket, { key, versionId }: GetRequest): ObjectVersion {
  try {
    return findVersion(bucket, key, versionId);
  } catch (error) {
    return hideAbsence(caller, bucket, error);
  }
}
