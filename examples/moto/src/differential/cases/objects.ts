import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { type Case, UNKNOWN, type World } from '../world.ts';

const NO_BUCKET = 'there-is-no-such-bucket-7c1f';
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');

async function put({ s3, bucket }: World, Key: string): Promise<string> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'text' }));
  return Key;
}

async function anUpload({ s3, bucket }: World, Key: string) {
  const made = await s3.send(
    new CreateMultipartUploadCommand({ Bucket: bucket, Key, ChecksumAlgorithm: 'SHA256' }),
  );
  return { Bucket: bucket, Key, UploadId: made.UploadId };
}

type Upload = Awaited<ReturnType<typeof anUpload>>;

/** S3 takes no smaller part, but for the last. */
const SMALLEST_PART = 5 * 1024 * 1024;

async function part({ s3 }: World, upload: Upload, PartNumber: number, sizeBytes = 8) {
  const Body = String(PartNumber).padEnd(sizeBytes, '.');
  const ChecksumSHA256 = sha256(Body);
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber, Body, ChecksumSHA256 }));
  return { ETag, PartNumber, ChecksumSHA256 };
}

const WRITES: readonly Case[] = [
  {
    name: 'PutObject: with its checksum, on the condition that there is none',
    ask: ({ s3, bucket }) =>
      s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: 'new',
          Body: 'text',
          ChecksumSHA256: sha256('text'),
          IfNoneMatch: '*',
        }),
      ),
  },
  {
    name: 'PutObject: on the condition that there is none, where there is one',
    async ask(world) {
      const Key = await put(world, 'taken');
      const { s3, bucket } = world;
      return s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'other', IfNoneMatch: '*' }));
    },
  },
  {
    name: 'PutObject: with the checksum of something else',
    ask: ({ s3, bucket }) =>
      s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: 'bad', Body: 'text', ChecksumSHA256: sha256('else') }),
      ),
  },
  {
    name: 'PutObject: into a bucket that is not there',
    ask: ({ s3 }) => s3.send(new PutObjectCommand({ Bucket: NO_BUCKET, Key: 'a', Body: 'text' })),
  },
  {
    name: 'PutObject: into a bucket that another account is expected to own',
    ask: ({ s3, bucket }) =>
      s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'b', ExpectedBucketOwner: UNKNOWN.account }),
      ),
  },
  {
    name: 'PutObject: locked, in a bucket without Object Lock',
    ask: ({ s3, bucket }) =>
      s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: 'locked',
          Body: 'text',
          ChecksumAlgorithm: 'SHA256',
          ObjectLockMode: 'GOVERNANCE',
          ObjectLockRetainUntilDate: new Date(Date.now() + 3_600_000),
        }),
      ),
  },
  {
    name: 'DeleteObject: a locked version',
    async ask({ s3, lockedBucket: Bucket }) {
      const input = { Bucket, Key: 'evidence', Body: 'text', ChecksumAlgorithm: 'SHA256' } as const;
      const { VersionId } = await s3.send(new PutObjectCommand(input));
      return s3.send(new DeleteObjectCommand({ Bucket, Key: 'evidence', VersionId }));
    },
  },
  {
    name: 'DeleteObject: a locked object, without naming the version',
    async ask({ s3, lockedBucket: Bucket }) {
      const input = { Bucket, Key: 'hidden', Body: 'text', ChecksumAlgorithm: 'SHA256' } as const;
      await s3.send(new PutObjectCommand(input));
      return s3.send(new DeleteObjectCommand({ Bucket, Key: 'hidden' }));
    },
  },
  {
    name: 'DeleteObject: one that is not there',
    ask: ({ s3, bucket }) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'no-such' })),
  },
  {
    name: 'CopyObject: of one that is not there',
    ask: ({ s3, bucket }) =>
      s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'copy', CopySource: `${bucket}/no-such` })),
  },
  {
    name: 'CopyObject: with another checksum',
    async ask(world) {
      const Key = await put(world, 'source');
      const { s3, bucket } = world;
      const CopySource = `${bucket}/${Key}`;
      return s3.send(
        new CopyObjectCommand({ Bucket: bucket, Key: 'copied', CopySource, ChecksumAlgorithm: 'SHA256' }),
      );
    },
  },
];

const READS: readonly Case[] = [
  {
    name: 'GetObject: one that is not there',
    ask: ({ s3, bucket }) => s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'no-such' })),
  },
  {
    name: 'GetObject: from a bucket that is not there',
    ask: ({ s3 }) => s3.send(new GetObjectCommand({ Bucket: NO_BUCKET, Key: 'a' })),
  },
  {
    name: 'GetObject: a range behind its end',
    async ask(world) {
      const Key = await put(world, 'short');
      return world.s3.send(new GetObjectCommand({ Bucket: world.bucket, Key, Range: 'bytes=100-' }));
    },
  },
  {
    name: 'GetObject: one that was deleted, where versions are kept',
    async ask({ s3, lockedBucket: Bucket }) {
      const input = { Bucket, Key: 'deleted', Body: 'text', ChecksumAlgorithm: 'SHA256' } as const;
      await s3.send(new PutObjectCommand(input));
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'deleted' }));
      return s3.send(new GetObjectCommand({ Bucket, Key: 'deleted' }));
    },
  },
  {
    name: 'GetObject: one that was replaced meanwhile',
    async ask(world) {
      const Key = await put(world, 'etag');
      return world.s3.send(new GetObjectCommand({ Bucket: world.bucket, Key, IfMatch: '"other"' }));
    },
  },
  {
    name: 'HeadObject: one, with its checksum',
    async ask({ s3, bucket: Bucket }) {
      const input = { Bucket, Key: 'head', Body: 'text', ChecksumSHA256: sha256('text') };
      await s3.send(new PutObjectCommand(input));
      return s3.send(new HeadObjectCommand({ Bucket, Key: 'head', ChecksumMode: 'ENABLED' }));
    },
  },
  {
    name: 'HeadObject: one that is not there',
    ask: ({ s3, bucket }) => s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'no-such' })),
  },
  {
    name: 'HeadObject: a locked one',
    async ask({ s3, lockedBucket: Bucket }) {
      const input = { Bucket, Key: 'head', Body: 'text', ChecksumAlgorithm: 'SHA256' } as const;
      await s3.send(new PutObjectCommand(input));
      return s3.send(new HeadObjectCommand({ Bucket, Key: 'head' }));
    },
  },
  {
    name: 'ListObjectsV2: by prefix and delimiter',
    async ask(world) {
      await put(world, 'folder/inner/one');
      await put(world, 'folder/two');
      const { s3, bucket } = world;
      return s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'folder/', Delimiter: '/' }));
    },
  },
  {
    name: 'ListObjectsV2: of a bucket that is not there',
    ask: ({ s3 }) => s3.send(new ListObjectsV2Command({ Bucket: NO_BUCKET })),
  },
  {
    name: 'ListObjectVersions: by prefix',
    async ask({ s3, lockedBucket: Bucket }) {
      const input = { Bucket, Key: 'versions', Body: 'text', ChecksumAlgorithm: 'SHA256' } as const;
      await s3.send(new PutObjectCommand(input));
      await s3.send(new DeleteObjectCommand({ Bucket, Key: 'versions' }));
      return s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'versions' }));
    },
  },
  {
    name: 'GetBucketLocation: of one',
    ask: ({ s3, bucket }) => s3.send(new GetBucketLocationCommand({ Bucket: bucket })),
  },
  {
    name: 'GetObjectLockConfiguration: of a locked bucket',
    ask: ({ s3, lockedBucket }) => s3.send(new GetObjectLockConfigurationCommand({ Bucket: lockedBucket })),
  },
  {
    name: 'GetObjectLockConfiguration: of a bucket without',
    ask: ({ s3, bucket }) => s3.send(new GetObjectLockConfigurationCommand({ Bucket: bucket })),
  },
];

const UPLOADS: readonly Case[] = [
  { name: 'CreateMultipartUpload: a new one', ask: (world) => anUpload(world, 'upload') },
  {
    name: 'UploadPart: a part',
    ask: async (world) => part(world, await anUpload(world, 'one-part'), 1),
  },
  {
    name: 'UploadPart: of an unknown upload',
    ask: ({ s3, bucket }) =>
      s3.send(
        new UploadPartCommand({ Bucket: bucket, Key: 'a', UploadId: 'none', PartNumber: 1, Body: 'text' }),
      ),
  },
  {
    name: 'UploadPart: number 10,001',
    async ask(world) {
      return part(world, await anUpload(world, 'too-many'), 10_001);
    },
  },
  {
    name: 'CompleteMultipartUpload: of one part',
    async ask(world) {
      const upload = await anUpload(world, 'complete');
      const Parts = [await part(world, upload, 1)];
      return world.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    },
  },
  {
    name: 'CompleteMultipartUpload: on the condition that there is none, where there is one',
    async ask(world) {
      const upload = await anUpload(world, await put(world, 'taken-by-one'));
      const Parts = [await part(world, upload, 1)];
      const input = { ...upload, MultipartUpload: { Parts }, IfNoneMatch: '*' };
      return world.s3.send(new CompleteMultipartUploadCommand(input));
    },
  },
  {
    name: 'CompleteMultipartUpload: twice',
    async ask(world) {
      const upload = await anUpload(world, 'twice');
      const input = { ...upload, MultipartUpload: { Parts: [await part(world, upload, 1)] } };
      await world.s3.send(new CompleteMultipartUploadCommand(input));
      return world.s3.send(new CompleteMultipartUploadCommand(input));
    },
  },
  {
    name: 'CompleteMultipartUpload: of parts that are too small',
    async ask(world) {
      const upload = await anUpload(world, 'small');
      const Parts = [await part(world, upload, 1), await part(world, upload, 2)];
      return world.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    },
  },
  {
    name: 'CompleteMultipartUpload: in the wrong order',
    async ask(world) {
      const upload = await anUpload(world, 'disorder');
      const Parts = [
        await part(world, upload, 2, SMALLEST_PART),
        await part(world, upload, 1, SMALLEST_PART),
      ];
      return world.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    },
  },
  {
    name: 'CompleteMultipartUpload: of a part that was never sent',
    async ask(world) {
      const upload = await anUpload(world, 'never');
      const sent = await part(world, upload, 1);
      const Parts = [{ ...sent, PartNumber: 7 }];
      return world.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    },
  },
  {
    name: 'AbortMultipartUpload: of an unknown upload',
    ask: ({ s3, bucket }) =>
      s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: 'a', UploadId: 'none' })),
  },
  {
    name: 'ListParts: of an upload',
    async ask(world) {
      const upload = await anUpload(world, 'parts');
      await part(world, upload, 1);
      return world.s3.send(new ListPartsCommand(upload));
    },
  },
  {
    name: 'ListParts: of an unknown upload',
    ask: ({ s3, bucket }) => s3.send(new ListPartsCommand({ Bucket: bucket, Key: 'a', UploadId: 'none' })),
  },
  {
    name: 'ListMultipartUploads: by prefix',
    async ask(world) {
      await anUpload(world, 'listed');
      return world.s3.send(new ListMultipartUploadsCommand({ Bucket: world.bucket, Prefix: 'listed' }));
    },
  },
];

export const OBJECT_CASES: readonly Case[] = [...WRITES, ...READS, ...UPLOADS];
