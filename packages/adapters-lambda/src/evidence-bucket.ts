export interface EvidenceBucketOptions {
  readonly bucket: string;
  /** Where journal and evidence lie within it, as the stores were told. Default: at its root. */
  readonly prefix?: string;
  /** Default `aws`. */
  readonly partition?: string;
}

/** A statement of a bucket policy: a denial to everybody, whatever else allows it. */
export interface BucketStatement {
  readonly Sid: string;
  readonly Effect: 'Deny';
  readonly Principal: '*';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface BucketPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly BucketStatement[];
}

/** What reads evidence and changes nothing: for a role that the responder and the forensics role cannot assume. */
export interface ReaderPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: 'Allow';
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
  }[];
}

/** Beginning an upload and its parts take no condition; its end does. */
const MAKES_AN_OBJECT = { Bool: { 's3:ObjectCreationOperation': 'true' } };

function arnOf({ bucket, partition = 'aws' }: EvidenceBucketOptions): string {
  return `arn:${partition}:s3:::${bucket}`;
}

function deny(
  Sid: string,
  Action: readonly string[],
  rest: Pick<BucketStatement, 'Resource' | 'Condition'>,
): BucketStatement {
  return { Sid, Effect: 'Deny', Principal: '*', Action, ...rest };
}

/**
 * The policy of the evidence bucket: nobody deletes, lifts a lock, or writes a key a second time, not even the role that
 * writes the evidence. Copies take no condition that every region honours, so they are let into the evidence only,
 * whose versions are on record, and never into journals and leases. The bucket needs versioning and Object Lock.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export function evidenceBucketPolicy(options: EvidenceBucketOptions): BucketPolicy {
  const { prefix = '' } = options;
  const arn = arnOf(options);
  const root = prefix === '' ? arn : `${arn}/${prefix.replace(/^\/+|(?<!\/)\/+$/g, '')}`;
  const all = [`${arn}/*`];
  const once = [`${root}/*/journal/*`, `${root}/leases/*`];
  return {
    Version: '2012-10-17',
    Statement: [
      deny('NothingIsDeleted', ['s3:DeleteObject', 's3:DeleteObjectVersion'], { Resource: all }),
      deny('NoLockIsLifted', ['s3:BypassGovernanceRetention'], { Resource: all }),
      deny('NothingIsOverwritten', ['s3:PutObject'], {
        Resource: all,
        Condition: {
          ...MAKES_AN_OBJECT,
          Null: { 's3:if-none-match': 'true', 's3:x-amz-copy-source': 'true' },
        },
      }),
      deny('NothingIsCopiedIntoJournals', ['s3:PutObject'], {
        Resource: once,
        Condition: { ...MAKES_AN_OBJECT, Null: { 's3:x-amz-copy-source': 'false' } },
      }),
      deny('RulesStay', ['s3:PutLifecycleConfiguration', 's3:PutBucketObjectLockConfiguration'], {
        Resource: [arn],
      }),
    ],
  };
}

/** For people who read the report and check the journal: `cordon verify` needs no more. */
export function evidenceReaderPolicy(options: EvidenceBucketOptions): ReaderPolicy {
  const arn = arnOf(options);
  const allow = (Sid: string, Action: readonly string[], Resource: readonly string[]) =>
    ({ Sid, Effect: 'Allow', Action, Resource }) as const;
  return {
    Version: '2012-10-17',
    Statement: [
      allow('ListEvidence', ['s3:ListBucket', 's3:ListBucketVersions'], [arn]),
      allow('ReadEvidence', ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectRetention'], [`${arn}/*`]),
    ],
  };
}
