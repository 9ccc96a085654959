import { evidenceBucketPolicy } from '@cordon/adapters-lambda';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  ObjectLockRetention,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { cdkInterface } from './cdk-interface.ts';

export interface EvidenceStoresProps {
  /** How long nobody may delete evidence. */
  readonly retention: Duration;
}

/** Of what is looked up and thrown away: access logs, and uploads on their way. */
const ACCESS_LOGS_KEPT = Duration.days(400);
const STAGED_AT_MOST = Duration.days(7);
const UPLOADS_ABANDONED_AFTER = Duration.days(2);

/** Where evidence and journals lie, what comes in on its way there, and what memory is taken with. */
export class EvidenceStores extends Construct {
  /** Of evidence at rest, of the copies of snapshots, and of what the functions log. */
  readonly key: Key;
  /** Journals and artifacts: locked, versioned, never overwritten. */
  readonly evidence: Bucket;
  /** Hosts upload to it through presigned URLs; what is whole is copied into `evidence`. */
  readonly staging: Bucket;
  /** Modules of LiME, made and signed by `lime-catalog`. */
  readonly catalogue: Bucket;
  readonly #accessLogs: Bucket;

  constructor(scope: Construct, id: string, { retention }: EvidenceStoresProps) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      enableKeyRotation: true,
      description: 'Evidence of incidents',
      alias: 'cordon-evidence',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.#accessLogs = new Bucket(this, 'AccessLogs', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { expiration: ACCESS_LOGS_KEPT, noncurrentVersionExpiration: Duration.days(1), enabled: true },
      ],
    });
    this.evidence = this.#evidence(retention);
    this.staging = this.#bucket('Staging', {
      lifecycleRules: [
        { expiration: STAGED_AT_MOST, abortIncompleteMultipartUploadAfter: UPLOADS_ABANDONED_AFTER },
      ],
    });
    this.catalogue = this.#bucket('Catalogue', { versioned: true });
  }

  #bucket(id: string, more: object): Bucket {
    const props: BucketProps = {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      serverAccessLogsBucket: cdkInterface<IBucket>(this.#accessLogs),
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      removalPolicy: RemovalPolicy.RETAIN,
      ...more,
    };
    return new Bucket(this, id, props);
  }

  #evidence(retention: Duration): Bucket {
    const bucket = this.#bucket('Evidence', {
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention.governance(retention),
    });
    const { Statement } = evidenceBucketPolicy({
      bucket: bucket.bucketName,
      partition: Stack.of(this).partition,
    });
    for (const statement of Statement) bucket.addToResourcePolicy(PolicyStatement.fromJson(statement));
    return bucket;
  }
}
