import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type Case, UNKNOWN } from '../world.ts';
import { NO_BUCKET, put, sha256 } from './bucket-objects.ts';

export const WRITE_CASES: readonly Case[] = [
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
