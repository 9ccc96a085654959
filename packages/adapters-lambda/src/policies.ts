import { type AnyPipeline, plan } from '@cordon/core';

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/** What the deployment knows and the pipeline does not. */
export interface PolicyOptions {
  readonly region: string;
  /** Regions in which copies of snapshots are kept, where the pipeline takes them elsewhere. */
  readonly otherRegions?: readonly string[];
  /** Buckets of the security account that the steps and the stores use. */
  readonly buckets: readonly string[];
  /** ARN of the role that forensic instances wear; needed where the pipeline starts instances. */
  readonly forensicRoleArn?: string;
  /** Default `aws`. */
  readonly partition?: string;
}

/** The two roles that a pipeline acts in. */
export interface PipelinePolicies {
  /** Of the responder in each suspect account. */
  readonly suspect: PolicyDocument;
  readonly security: PolicyDocument;
}

/** What journal and evidence in S3 call for themselves, besides what the steps declare. */
const STORE_ACTIONS = [
  's3:AbortMultipartUpload',
  's3:GetObject',
  's3:GetObjectAttributes',
  's3:GetObjectRetention',
  's3:GetObjectVersion',
  's3:ListBucket',
  's3:ListBucketVersions',
  's3:ListMultipartUploadParts',
  's3:PutObject',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
];

/** EBS uses keys in the caller's name: these calls need them where a volume is encrypted. */
const USES_KEYS: ReadonlySet<string> = new Set([
  'ec2:CreateSnapshots',
  'ec2:CopySnapshot',
  'ec2:CreateVolume',
  'ec2:AttachVolume',
  'ec2:RunInstances',
]);
const KEY_ACTIONS = [
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

const READS = /:(?:Describe|Get|List|Head|Lookup|Simulate|Filter)/;

function statement(
  Sid: string,
  Action: readonly string[],
  Resource: readonly string[],
): readonly PolicyStatement[] {
  return Action.length === 0 ? [] : [{ Sid, Effect: 'Allow', Action: Action.toSorted(), Resource }];
}

function keyStatements(actions: readonly string[], regions: readonly string[]): readonly PolicyStatement[] {
  if (!actions.some((action) => USES_KEYS.has(action))) return [];
  const [own] = statement('KeysThroughEbs', KEY_ACTIONS, ['*']);
  const Condition = {
    StringEquals: { 'kms:ViaService': regions.map((region) => `ec2.${region}.amazonaws.com`) },
  };
  return own === undefined ? [] : [{ ...own, Condition }];
}

function roleStatements(actions: readonly string[], options: PolicyOptions): readonly PolicyStatement[] {
  const { forensicRoleArn } = options;
  if (forensicRoleArn === undefined || !actions.includes('ec2:RunInstances')) return [];
  const [own] = statement('DressForensicInstances', ['iam:PassRole'], [forensicRoleArn]);
  return own === undefined
    ? []
    : [{ ...own, Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } } }];
}

/**
 * Reads are for any resource, since EC2, SSM and IAM lists know no narrower ones; so are changes, since which instance will
 * be the suspect is not known beforehand: the engine holds each step to what it declares, and to the finding.
 */
function elsewhere(actions: readonly string[]): readonly PolicyStatement[] {
  const other = actions.filter((action) => !action.startsWith('s3:'));
  return [
    ...statement(
      'Read',
      other.filter((action) => READS.test(action)),
      ['*'],
    ),
    ...statement(
      'Change',
      other.filter((action) => !READS.test(action)),
      ['*'],
    ),
  ];
}

/** Logs of load balancers, flows and DNS lie in buckets that only the incident names, under a folder that AWS names. */
function logStatements(actions: readonly string[], partition: string): readonly PolicyStatement[] {
  const has = (action: string) => (actions.includes(action) ? [action] : []);
  return [
    ...statement('ListLogs', has('s3:ListBucket'), [`arn:${partition}:s3:::*`]),
    ...statement('ReadLogs', has('s3:GetObject'), [`arn:${partition}:s3:::*/AWSLogs/*`]),
  ];
}

function bucketArns({ buckets, partition = 'aws' }: PolicyOptions): readonly string[] {
  return buckets.flatMap((name) => [`arn:${partition}:s3:::${name}`, `arn:${partition}:s3:::${name}/*`]);
}

function document(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/**
 * The least that the two roles of a pipeline need, from what its steps declare: no action that no step calls, S3 only for
 * the named buckets and for logs that AWS writes, keys only through EBS, one role to pass. Put the suspect's into the responder role of every suspect
 * account.
 *
 * @throws PipelineError when the pipeline does not hold together
 */
export function policies(pipeline: AnyPipeline, options: PolicyOptions): PipelinePolicies {
  const steps = plan(pipeline);
  const declared = (role: 'suspect' | 'security') => [
    ...new Set(steps.flatMap(({ actions }) => actions[role] ?? [])),
  ];
  const suspect = declared('suspect');
  const security = declared('security');
  const objects = new Set([...security.filter((action) => action.startsWith('s3:')), ...STORE_ACTIONS]);
  return {
    suspect: document([
      ...elsewhere(suspect),
      ...logStatements(suspect, options.partition ?? 'aws'),
      ...keyStatements(suspect, [options.region]),
    ]),
    security: document([
      ...elsewhere(security),
      ...statement('EvidenceAndStaging', [...objects], bucketArns(options)),
      ...keyStatements(security, [options.region, ...(options.otherRegions ?? [])]),
      ...roleStatements(security, options),
    ]),
  };
}
