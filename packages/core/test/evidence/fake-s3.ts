import { Readable } from 'node:stream';
import type {
  CompleteMultipartUploadCommandInput,
  CopyObjectCommandInput,
  CreateMultipartUploadCommandInput,
  GetObjectCommandInput,
  HeadObjectCommandInput,
  ListObjectsV2CommandInput,
  ListObjectVersionsCommandInput,
  PutObjectCommandInput,
  UploadPartCommandInput,
  UploadPartCopyCommandInput,
} from '@aws-sdk/client-s3';
import type { Account } from '../../src/engine/account.js';
import { StepFailure } from '../../src/engine/failure.js';
import { base64Sha256, FakeBucket, md5, type Version } from './fake-bucket.js';
import { listObjects, listVersions } from './fake-lists.js';

const SMALLEST_PART = 5 * 1024 * 1024;

interface Upload {
  readonly input: CreateMultipartUploadCommandInput;
  readonly parts: Map<number, Buffer>;
}

/** What may happen to a call: an error instead of it, or after it, when its effect is there but its answer is lost. */
export type Trouble =
  | { readonly when: 'before' | 'after'; readonly failure: StepFailure }
  | { readonly when: 'read'; readonly afterBytes: number };

const refused = (code: string) => StepFailure.permanent(code, code);
export const lost = () => StepFailure.ambiguous('TimeoutError', 'the answer was lost');

function bytesOf(body: unknown): Buffer {
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  if (body instanceof Uint8Array) return Buffer.from(body);
  throw new Error('the fake takes texts and bytes');
}

const lockOf = (input: {
  readonly ObjectLockMode?: string | undefined;
  readonly ObjectLockRetainUntilDate?: Date | undefined;
}) =>
  input.ObjectLockMode === undefined || input.ObjectLockRetainUntilDate === undefined
    ? undefined
    : { mode: input.ObjectLockMode, until: input.ObjectLockRetainUntilDate };

/** As much of S3 as journal and evidence meet, with S3's own semantics and refusals, behind an `Account`. */
export class FakeS3 {
  readonly buckets = new Map<string, FakeBucket>();
  readonly uploads = new Map<string, Upload>();
  /** Operations in the order in which they came. */
  readonly calls: string[] = [];
  /** Asked at every call. */
  trouble: (operation: string, key: string) => Trouble | undefined = () => undefined;
  readonly #accountId: string;

  constructor(accountId: string, ...buckets: readonly string[]) {
    this.#accountId = accountId;
    for (const bucket of buckets) this.buckets.set(bucket, new FakeBucket(accountId));
  }

  bucket(name: string | undefined): FakeBucket {
    const bucket = this.buckets.get(name ?? '');
    if (bucket === undefined) throw refused('NoSuchBucket');
    return bucket;
  }

  account(): Account {
    return {
      id: this.#accountId,
      region: 'eu-west-1',
      partition: 'aws',
      principal: async () => `arn:aws:iam::${this.#accountId}:role/CordonForensics`,
      presign: () => Promise.reject(new Error('not here')),
      // The table's handlers have the types of their operations; one signature for all cannot say so.
      call: async (operation, input) => (await this.#call(operation.id, input)) as never,
    };
  }

  async #call(id: string, input: object): Promise<object> {
    await Promise.resolve();
    this.calls.push(id);
    const { Key = '', Bucket, ExpectedBucketOwner } = input as PutObjectCommandInput;
    const trouble = this.trouble(id, Key);
    if (trouble?.when === 'before') throw trouble.failure;
    if (ExpectedBucketOwner !== undefined && this.bucket(Bucket).owner !== ExpectedBucketOwner) {
      throw refused('AccessDenied');
    }
    const handler = this.#handlers[id];
    if (handler === undefined) throw new Error(`the fake does not know ${id}`);
    const answer = handler(input as never, trouble);
    if (trouble?.when === 'after') throw trouble.failure;
    return answer;
  }

  readonly #handlers: Readonly<Record<string, (input: never, trouble: Trouble | undefined) => object>> = {
    's3:PutObject': (input: PutObjectCommandInput) => {
      const bytes = bytesOf(input.Body);
      if (input.ChecksumSHA256 !== undefined && input.ChecksumSHA256 !== base64Sha256(bytes)) {
        throw refused('BadDigest');
      }
      const sha256 = input.ChecksumSHA256;
      const checksum = sha256 === undefined ? {} : { checksum: { sha256, type: 'FULL_OBJECT' as const } };
      return this.#write(input, { bytes, etag: md5(bytes), ...checksum });
    },
    's3:HeadObject': (input: HeadObjectCommandInput) => this.#head(input, 'NotFound'),
    's3:GetObject': (input: GetObjectCommandInput, trouble) => {
      const head = this.#head(input, 'NoSuchKey');
      const bytes = this.bucket(input.Bucket).version(input.Key ?? '', input.VersionId)?.bytes ?? Buffer.of();
      const start = Number(/^bytes=(\d+)-/.exec(input.Range ?? '')?.[1] ?? 0);
      const rest = bytes.subarray(start);
      return { ...head, ContentLength: rest.length, Body: Readable.from(sent(rest, trouble)) };
    },
    's3:CopyObject': (input: CopyObjectCommandInput) => {
      const source = this.#source(input);
      const checksum = { sha256: base64Sha256(source.bytes), type: 'FULL_OBJECT' as const };
      if (source.bytes.length > 5 * 1024 ** 3) throw refused('InvalidRequest');
      const written = this.#write(input, { bytes: source.bytes, etag: md5(source.bytes), checksum });
      return { ...written, CopyObjectResult: { ChecksumSHA256: checksum.sha256 } };
    },
    's3:CreateMultipartUpload': (input: CreateMultipartUploadCommandInput) => {
      this.bucket(input.Bucket);
      const UploadId = `upload-${this.uploads.size + 1}`;
      this.uploads.set(UploadId, { input, parts: new Map() });
      return { UploadId };
    },
    's3:UploadPart': (input: UploadPartCommandInput) => {
      const bytes = bytesOf(input.Body);
      if (input.ChecksumSHA256 !== base64Sha256(bytes)) throw refused('BadDigest');
      this.#upload(input.UploadId).parts.set(input.PartNumber ?? 0, bytes);
      return { ETag: md5(bytes) };
    },
    's3:UploadPartCopy': (input: UploadPartCopyCommandInput) => {
      const [, start = '', end = ''] = /^bytes=(\d+)-(\d+)$/.exec(input.CopySourceRange ?? '') ?? [];
      const bytes = this.#source(input).bytes.subarray(Number(start), Number(end) + 1);
      if (bytes.length !== Number(end) - Number(start) + 1) throw refused('InvalidRange');
      this.#upload(input.UploadId).parts.set(input.PartNumber ?? 0, bytes);
      return { CopyPartResult: { ETag: md5(bytes), ChecksumSHA256: base64Sha256(bytes) } };
    },
    's3:CompleteMultipartUpload': (input: CompleteMultipartUploadCommandInput) => this.#complete(input),
    's3:AbortMultipartUpload': (input: { readonly UploadId: string }) => {
      this.#upload(input.UploadId);
      this.uploads.delete(input.UploadId);
      return {};
    },
    's3:ListObjectsV2': (input: ListObjectsV2CommandInput) => listObjects(this.bucket(input.Bucket), input),
    's3:ListObjectVersions': (input: ListObjectVersionsCommandInput) =>
      listVersions(this.bucket(input.Bucket), input),
  };

  #write(
    input: PutObjectCommandInput | CopyObjectCommandInput | CreateMultipartUploadCommandInput,
    object: Pick<Version, 'bytes' | 'etag' | 'checksum'>,
    condition: string | undefined = 'IfNoneMatch' in input ? input.IfNoneMatch : undefined,
  ): { readonly VersionId: string; readonly ETag: string } {
    const bucket = this.bucket(input.Bucket);
    const key = input.Key ?? '';
    if (condition === '*' && bucket.current(key) !== undefined) throw refused('PreconditionFailed');
    const lock = lockOf(input);
    if (lock !== undefined && object.checksum === undefined) throw refused('InvalidRequest');
    const { versionId } = bucket.write({
      key,
      ...object,
      contentType: input.ContentType,
      metadata: input.Metadata,
      lock,
    });
    return { VersionId: versionId, ETag: object.etag };
  }

  #head(input: HeadObjectCommandInput, missing: string) {
    const version = this.bucket(input.Bucket).version(input.Key ?? '', input.VersionId);
    if (version === undefined) throw refused(missing);
    if (version.marker) throw refused('MethodNotAllowed');
    const checksum =
      input.ChecksumMode === 'ENABLED' && version.checksum !== undefined
        ? { ChecksumSHA256: version.checksum.sha256, ChecksumType: version.checksum.type }
        : {};
    const { bytes, etag, at, metadata } = version;
    const versionId = this.bucket(input.Bucket).versioned ? version.versionId : undefined;
    return {
      ContentLength: bytes.length,
      ETag: etag,
      VersionId: versionId,
      LastModified: at,
      Metadata: metadata,
      ...checksum,
    };
  }

  #source(input: {
    readonly CopySource?: string | undefined;
    readonly CopySourceIfMatch?: string | undefined;
  }) {
    const [path = '', query = ''] = (input.CopySource ?? '').split('?');
    const [bucket = '', ...key] = path.split('/').map(decodeURIComponent);
    const versionId = new URLSearchParams(query).get('versionId') ?? undefined;
    const source = this.bucket(bucket).version(key.join('/'), versionId);
    if (source === undefined) throw refused('NoSuchKey');
    if (input.CopySourceIfMatch !== undefined && input.CopySourceIfMatch !== source.etag) {
      throw refused('PreconditionFailed');
    }
    return source;
  }

  #upload(id: string | undefined): Upload {
    const upload = this.uploads.get(id ?? '');
    if (upload === undefined) throw refused('NoSuchUpload');
    return upload;
  }

  #complete(input: CompleteMultipartUploadCommandInput) {
    const { input: created, parts } = this.#upload(input.UploadId);
    const listed = (input.MultipartUpload?.Parts ?? []).map((part) => {
      const bytes = parts.get(part.PartNumber ?? 0);
      const matches =
        bytes !== undefined && part.ETag === md5(bytes) && part.ChecksumSHA256 === base64Sha256(bytes);
      if (!matches) throw refused('InvalidPart');
      return bytes;
    });
    if (listed.slice(0, -1).some(({ length }) => length < SMALLEST_PART)) throw refused('EntityTooSmall');
    const bytes = Buffer.concat(listed);
    if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== bytes.length)
      throw refused('InvalidRequest');
    const digests = listed.map((part) => Buffer.from(base64Sha256(part), 'base64'));
    const sha256 = `${base64Sha256(Buffer.concat(digests))}-${listed.length}`;
    const object = {
      bytes,
      etag: `"composite-${listed.length}"`,
      checksum: { sha256, type: 'COMPOSITE' as const },
    };
    const written = this.#write(created, object, input.IfNoneMatch);
    this.uploads.delete(input.UploadId ?? '');
    return written;
  }
}

/** The body as it arrives, in pieces, perhaps not all of it. */
function* sent(bytes: Buffer, trouble: Trouble | undefined): Generator<Buffer, void> {
  const end = trouble?.when === 'read' ? trouble.afterBytes : bytes.length;
  const step = Math.max(1, Math.ceil(bytes.length / 7));
  for (let at = 0; at < Math.min(end, bytes.length); at += step) {
    yield bytes.subarray(at, Math.min(at + step, end, bytes.length));
  }
  if (trouble?.when === 'read') throw new Error('ECONNRESET');
}
