import { NotSimulated } from '../simulation/errors.js';
import type { Caller } from './access.js';
import { findBucket, type SimulatedBucket } from './bucket.js';
import type { Checksum } from './checksums.js';
import { s3Error } from './errors.js';
import { getObject } from './get.js';
import { uploadPart } from './multipart.js';
import { type Lock, putObject } from './put.js';
import type { WireRequest } from './signature.js';
import { headerOrQuery, type Target, wireChecksum, wireMetadata } from './wire.js';

export interface WireCall {
  readonly caller: Caller;
  readonly request: WireRequest;
  readonly target: Target;
  readonly body: AsyncIterable<Uint8Array>;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array>;
}

const OTHER_SUBRESOURCES = [
  'acl',
  'tagging',
  'uploads',
  'retention',
  'legal-hold',
  'delete',
  'versions',
  'list-type',
];

/** The few calls that make sense as presigned URLs: put an object, put one part, get an object. */
export async function answerWire(call: WireCall): Promise<WireAnswer> {
  const { request, target, caller } = call;
  const bucket = findBucket(caller.world, target.bucket);
  if (bucket.region !== caller.region) throw s3Error.otherRegion(bucket.region);
  const owner = headerOrQuery(request, target, 'x-amz-expected-bucket-owner');
  if (owner !== undefined && owner !== bucket.account) throw s3Error.accessDenied();
  const other = OTHER_SUBRESOURCES.find((name) => target.query.has(name));
  if (other !== undefined || target.key === '')
    throw new NotSimulated(`${request.method} ?${other ?? ''} over a presigned URL`);
  if (request.method === 'PUT')
    return target.query.has('uploadId') ? putPart(call, bucket) : put(call, bucket);
  if (request.method === 'GET' || request.method === 'HEAD') return get(call, bucket);
  throw new NotSimulated(`${request.method} over a presigned URL`);
}

function checksumHeaders(checksum: Checksum | undefined): Readonly<Record<string, string>> {
  if (checksum === undefined) return {};
  return { [`x-amz-checksum-${checksum.algorithm.toLowerCase()}`]: checksum.value };
}

/** The sender's word about the bytes. A trailer checksum (aws-chunked) is not simulated: curl sends none. */
function vouched({ request, target, body }: WireCall) {
  if ((request.headers['content-encoding'] ?? '').includes('aws-chunked'))
    throw new NotSimulated('aws-chunked uploads');
  return { body, checksum: wireChecksum(request, target), contentMd5: request.headers['content-md5'] };
}

function lockOf({ request, target }: WireCall): Lock {
  const mode = headerOrQuery(request, target, 'x-amz-object-lock-mode');
  const until = headerOrQuery(request, target, 'x-amz-object-lock-retain-until-date');
  const valid = (mode === 'GOVERNANCE' || mode === 'COMPLIANCE') && until !== undefined;
  return {
    retention: valid ? { mode, until: new Date(until) } : undefined,
    legalHold: headerOrQuery(request, target, 'x-amz-object-lock-legal-hold') === 'ON',
  };
}

async function put(call: WireCall, bucket: SimulatedBucket): Promise<WireAnswer> {
  const { caller, request, target } = call;
  const version = await putObject(caller, bucket, {
    ...vouched(call),
    ...lockOf(call),
    key: target.key,
    attributes: { contentType: request.headers['content-type'], metadata: wireMetadata(request, target) },
    ifNoneMatch: request.headers['if-none-match'],
  });
  return {
    status: 200,
    headers: {
      etag: version.etag,
      ...versionHeader(bucket, version.versionId),
      ...checksumHeaders(version.checksum),
    },
  };
}

const versionHeader = (bucket: SimulatedBucket, versionId: string): Readonly<Record<string, string>> =>
  bucket.versioned ? { 'x-amz-version-id': versionId } : {};

async function putPart(call: WireCall, bucket: SimulatedBucket): Promise<WireAnswer> {
  const { caller, target } = call;
  const part = await uploadPart(caller, bucket, {
    ...vouched(call),
    key: target.key,
    uploadId: target.query.get('uploadId') ?? undefined,
    partNumber: Number(target.query.get('partNumber')),
  });
  return { status: 200, headers: { etag: `"${part.bytes.md5}"`, ...checksumHeaders(part.checksum) } };
}

function get({ caller, request, target }: WireCall, bucket: SimulatedBucket): WireAnswer {
  const { version, range, lengthBytes } = getObject(caller, bucket, {
    key: target.key,
    versionId: target.query.get('versionId') ?? undefined,
    range: request.headers['range'],
    ifMatch: request.headers['if-match'],
  });
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      etag: version.etag,
      'content-length': String(lengthBytes),
      'content-type': version.attributes.contentType ?? 'application/octet-stream',
      'last-modified': version.at.toUTCString(),
      ...(range === undefined
        ? {}
        : { 'content-range': `bytes ${range.start}-${range.end}/${version.bytes.sizeBytes}` }),
      ...versionHeader(bucket, version.versionId),
    },
    body: version.bytes.read(range),
  };
}
