import type { PolicyCondition } from './policy-document.js';

interface ScopeBase {
  /** The statement's: letters and digits. */
  readonly sid: string;
  /** Of which a statement holds those that some step declares. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** What some actions are allowed on. What no condition narrows says why. */
export type Scope =
  | (ScopeBase & { readonly condition: PolicyCondition; readonly because?: string })
  | (ScopeBase & { readonly condition?: undefined; readonly because: string });

/** What the deployment knows and the pipeline does not. */
export interface PolicyOptions {
  readonly region: string;
  /** Regions in which copies of snapshots are kept, where the pipeline takes them elsewhere. */
  readonly otherRegions?: readonly string[];
  /** Twelve digits: the only account that snapshots are shared with. */
  readonly securityAccount: string;
  /** Buckets of the security account that the steps and the stores use. */
  readonly buckets: readonly string[];
  /** ARN of the role that forensic instances wear; needed where the pipeline starts instances. */
  readonly forensicRoleArn?: string;
  /** Groups that forensic instances wear, where the pipeline was told some. Default: each incident makes its own. */
  readonly forensicSecurityGroupIds?: readonly string[];
  /** Parameters of SSM in the security account that steps read: exemptions, the forensic image. */
  readonly parameters?: readonly string[];
  /** Names of the responder's roles in the suspect accounts: they are denied to change what they may do themselves. */
  readonly responderRoles?: readonly string[];
  /** Default `aws`. */
  readonly partition?: string;
}

export interface ArnOptions {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** ARNs of one account's things in one region. Snapshots, images and documents of AWS belong to no account in theirs. */
export function arns({ partition, region, account }: ArnOptions) {
  const ec2 = (resource: string) => `arn:${partition}:ec2:${region}:${account}:${resource}`;
  return {
    ec2,
    snapshot: (id: string) => `arn:${partition}:ec2:${region}::snapshot/${id}`,
    image: (id: string) => `arn:${partition}:ec2:${region}::image/${id}`,
    shell: `arn:${partition}:ssm:${region}::document/AWS-RunShellScript`,
    of: (service: string, resource: string) => `arn:${partition}:${service}:${region}:${account}:${resource}`,
    iam: (resource: string) => `arn:${partition}:iam::${account}:${resource}`,
  };
}

/**
 * `CreateTags` while making, for none but what may be made: EC2 asks for it when a call brings tags along.
 *
 * Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 */
export function tagsWhileMaking(makers: readonly string[], resources: readonly string[]): Scope {
  return {
    sid: 'TagWhileMaking',
    actions: ['ec2:CreateTags'],
    resources,
    condition: { StringEquals: { 'ec2:CreateAction': makers.map((one) => one.replace('ec2:', '')) } },
  };
}

/** EBS uses keys in the caller's name: these calls need them where a volume is encrypted. */
export const USES_KEYS: ReadonlySet<string> = new Set([
  'ec2:CreateSnapshot',
  'ec2:CreateSnapshots',
  'ec2:CopySnapshot',
  'ec2:CreateVolume',
  'ec2:AttachVolume',
  'ec2:RunInstances',
]);

/** Keys as EBS uses them for the caller, in whichever account they are: their own policies say which. */
export function keyScopes(regions: readonly string[], partition: string): readonly Scope[] {
  const resources = regions.map((region) => `arn:${partition}:kms:${region}:*:key/*`);
  const StringEquals = { 'kms:ViaService': regions.map((region) => `ec2.${region}.amazonaws.com`) };
  return [
    {
      sid: 'KeysThroughEbs',
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources,
      condition: { StringEquals },
    },
    {
      sid: 'GrantsToEbs',
      actions: ['kms:CreateGrant'],
      resources,
      condition: { StringEquals, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  ];
}
