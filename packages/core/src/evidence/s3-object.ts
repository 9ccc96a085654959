import { s3 } from '../aws/operations.js';
import { hasCode } from '../aws/staged-object.js';
import type { Account } from '../engine/account.js';
import { StepFailure } from '../engine/failure.js';

/** One object, or one version of it. */
export interface ObjectAddress {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
  readonly ExpectedBucketOwner?: string;
}

/** What S3 tells of a stored object. */
export interface StoredObject {
  readonly sizeBytes: number;
  readonly etag: string;
  readonly versionId: string | undefined;
  readonly storedAt: Date | undefined;
  /** SHA-256 of the whole object, 64 hex digits, where S3 has computed one. */
  readonly sha256: string | undefined;
  /** SHA-256 over the SHA-256 of the parts, base64, where it was stored in parts. */
  readonly compositeSha256: string | undefined;
}

const BASE64_SHA256 = /^([A-Za-z0-9+/]{43}=)(-[0-9]+)?$/;

export function hexOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

/** The ETag of what was put together from parts ends in their number. */
const OF_PARTS = /-[0-9]+"?$/;

interface ChecksumHeaders {
  readonly ChecksumSHA256?: string | undefined;
  readonly ChecksumType?: string | undefined;
  readonly ETag?: string | undefined;
}

/**
 * S3 marks a composite by the number of parts behind it, or by its type, or by both. Who tells neither is judged by the
 * ETag: of an object of parts there is no other SHA-256.
 */
function checksums({
  ChecksumSHA256 = '',
  ChecksumType: type,
  ETag = '',
}: ChecksumHeaders): Pick<StoredObject, 'sha256' | 'compositeSha256'> {
  const [, digest, parts] = BASE64_SHA256.exec(ChecksumSHA256) ?? [];
  if (digest === undefined) return { sha256: undefined, compositeSha256: undefined };
  const unmarked = type === undefined && OF_PARTS.test(ETag);
  if (parts !== undefined || type === 'COMPOSITE' || unmarked)
    return { sha256: undefined, compositeSha256: digest };
  return { sha256: hexOf(digest), compositeSha256: undefined };
}

/** undefined when there is no such object. */
export async function headObject(
  account: Account,
  address: ObjectAddress,
): Promise<StoredObject | undefined> {
  try {
    const head = await account.call(s3.HeadObject, { ...address, ChecksumMode: 'ENABLED' });
    return {
      sizeBytes: head.ContentLength ?? 0,
      etag: head.ETag ?? '',
      versionId: head.VersionId === 'null' ? undefined : head.VersionId,
      storedAt: head.LastModified,
      ...checksums(head),
    };
  } catch (error) {
    if (hasCode(error, 'NotFound', 'NoSuchKey', 'NoSuchVersion')) return undefined;
    throw error;
  }
}

function isByteStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

async function openAt(account: Account, address: ObjectAddress, offset: number) {
  const range = offset === 0 ? {} : { Range: `bytes=${offset}-` };
  const { Body, ETag, ContentLength } = await account.call(s3.GetObject, { ...address, ...range });
  if (!isByteStream(Body)) throw StepFailure.retryable('EVIDENCE_UNREADABLE', `${address.Key} has no body`);
  return { stream: Body, etag: ETag, left: ContentLength };
}

const BREAKS_WITHOUT_PROGRESS = 5;

/** The object's bytes. A connection that breaks is taken up where it broke. */
export async function* readObject(account: Account, address: ObjectAddress): AsyncIterable<Uint8Array> {
  let offset = 0;
  let etag: string | undefined;
  for (let breaks = 0; ; ) {
    const part = await openAt(account, address, offset);
    if (etag !== undefined && part.etag !== etag) {
      throw StepFailure.permanent('EVIDENCE_CHANGED', `${address.Key} was replaced while it was read`);
    }
    etag = part.etag;
    const end = part.left === undefined ? undefined : offset + part.left;
    try {
      for await (const chunk of part.stream) {
        offset += chunk.length;
        breaks = 0;
        yield chunk;
      }
      if (end === undefined || offset >= end) return;
    } catch (error) {
      // All bytes are here, and something is wrong with them: the SDK compares them with S3's checksum.
      if (end !== undefined && offset >= end) throw error;
      if (breaks === BREAKS_WITHOUT_PROGRESS) throw error;
    }
    breaks += 1;
    if (breaks > BREAKS_WITHOUT_PROGRESS) {
      throw StepFailure.retryable('EVIDENCE_UNREADABLE', `${address.Key} ends after ${offset} bytes`);
    }
  }
}
