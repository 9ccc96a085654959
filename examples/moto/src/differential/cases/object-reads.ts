import {
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { Case } from '../world.ts';
import { NO_BUCKET, put, sha256 } from './bucket-objects.ts';

export const READ_CASES: readonly Case[] = [
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
