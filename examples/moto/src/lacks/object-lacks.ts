import { randomUUID } from 'node:crypto';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { REGION } from '../accounts.ts';
import type { Lack } from './lack.ts';

const COPY: Lack = {
  operation: 's3:CopyObject',
  lacks: 'copies into a bucket with a default retention: it asks them for the checksum header of PutObject',
  instead: 'what a host has uploaded is adopted into a bucket without Object Lock',
  async isLacking({ security: { s3 } }) {
    const Bucket = `locked-${randomUUID()}`;
    const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
    await s3.send(
      new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true, CreateBucketConfiguration }),
    );
    const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } as const;
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
    await s3.send(new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'text', ChecksumAlgorithm: 'SHA256' }));
    const copy = { Bucket, Key: 'b', CopySource: `${Bucket}/a`, ChecksumAlgorithm: 'SHA256' } as const;
    return s3.send(new CopyObjectCommand(copy)).then(
      () => false,
      (error: Error) => error.name === 'MissingUploadObjectWithObjectLockHeaders',
    );
  },
};

export const OBJECT_LACKS: readonly Lack[] = [COPY];
