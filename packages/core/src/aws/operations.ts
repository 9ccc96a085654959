import { defineOperations } from './operation.js';

export const ec2 = defineOperations(
  { id: 'ec2', client: 'EC2Client', load: () => import('./clients/ec2.js') },
  [
    'DescribeInstances',
    'DescribeInstanceAttribute',
    'DescribeInstanceStatus',
    'DescribeNetworkInterfaces',
    'DescribeSecurityGroups',
    'DescribeSecurityGroupRules',
    'DescribeVolumes',
    'DescribeSnapshots',
    'DescribeSnapshotAttribute',
    'DescribeImages',
    'DescribeAddresses',
    'DescribeVpcEndpoints',
    'DescribeRouteTables',
    'DescribeSubnets',
    'DescribeVpcs',
    'DescribeInstanceTypes',
    'DescribeIamInstanceProfileAssociations',
    'DescribeTags',
    'DescribeLaunchTemplateVersions',
    'DescribeManagedPrefixLists',
    'DescribeSpotInstanceRequests',
    'DescribeFlowLogs',
    'DescribeAvailabilityZones',
    'DescribeNatGateways',
    'DescribeNetworkAcls',
    'GetConsoleOutput',
    'GetConsoleScreenshot',
    'GetEbsDefaultKmsKeyId',
    'CreateSecurityGroup',
    'AuthorizeSecurityGroupIngress',
    'AuthorizeSecurityGroupEgress',
    'RevokeSecurityGroupIngress',
    'RevokeSecurityGroupEgress',
    'DeleteSecurityGroup',
    'CreateNetworkAcl',
    'ReplaceNetworkAclAssociation',
    'DeleteNetworkAcl',
    'ModifyNetworkInterfaceAttribute',
    'ModifyInstanceAttribute',
    'ModifyInstanceMetadataOptions',
    'CreateSnapshots',
    'CreateSnapshot',
    'CopySnapshot',
    'DeleteSnapshot',
    'ModifySnapshotAttribute',
    'LockSnapshot',
    'CreateVolume',
    'DeleteVolume',
    'AttachVolume',
    'DetachVolume',
    'RunInstances',
    'TerminateInstances',
    'StartInstances',
    'StopInstances',
    'CreateTags',
    'DeleteTags',
    'AssociateIamInstanceProfile',
    'DisassociateIamInstanceProfile',
    'ReplaceIamInstanceProfileAssociation',
    'AssociateAddress',
    'DisassociateAddress',
  ],
);

export const ssm = defineOperations(
  { id: 'ssm', client: 'SSMClient', load: () => import('./clients/ssm.js') },
  [
    'DescribeInstanceInformation',
    'SendCommand',
    'GetCommandInvocation',
    'ListCommands',
    'ListCommandInvocations',
    'CancelCommand',
    'DescribeSessions',
    'TerminateSession',
    'ListAssociations',
    'DescribeInstanceAssociationsStatus',
    'GetParameter',
    'GetParameters',
  ],
);

export const sts = defineOperations(
  { id: 'sts', client: 'STSClient', load: () => import('./clients/sts.js') },
  ['GetCallerIdentity', 'AssumeRole'],
  // A session more or less changes nothing in the account: a lost answer is simply asked for again.
  { AssumeRole: { actions: ['sts:AssumeRole', 'sts:TagSession'], mutating: false } },
);

export const iam = defineOperations(
  { id: 'iam', client: 'IAMClient', load: () => import('./clients/iam.js') },
  [
    'GetInstanceProfile',
    'GetRole',
    'GetRolePolicy',
    'ListRolePolicies',
    'ListAttachedRolePolicies',
    'PutRolePolicy',
    'DeleteRolePolicy',
    'AttachRolePolicy',
    'DetachRolePolicy',
    'SimulatePrincipalPolicy',
    'GetPolicy',
    'GetPolicyVersion',
    'ListPolicyVersions',
    'CreatePolicy',
    'CreatePolicyVersion',
    'DeletePolicy',
    'DeletePolicyVersion',
  ],
);

export const s3 = defineOperations(
  { id: 's3', client: 'S3Client', load: () => import('./clients/s3.js') },
  [
    'PutObject',
    'GetObject',
    'HeadObject',
    'DeleteObject',
    'CopyObject',
    'ListObjectsV2',
    'ListObjectVersions',
    'CreateMultipartUpload',
    'UploadPart',
    'UploadPartCopy',
    'CompleteMultipartUpload',
    'AbortMultipartUpload',
    'ListParts',
    'ListMultipartUploads',
    'GetBucketLocation',
    'GetObjectLockConfiguration',
  ],
  {
    HeadObject: { actions: ['s3:GetObject'] },
    CopyObject: { actions: ['s3:GetObject', 's3:PutObject'] },
    ListObjectsV2: { actions: ['s3:ListBucket'] },
    ListObjectVersions: { actions: ['s3:ListBucketVersions'] },
    CreateMultipartUpload: { actions: ['s3:PutObject'] },
    UploadPart: { actions: ['s3:PutObject'] },
    UploadPartCopy: { actions: ['s3:GetObject', 's3:PutObject'] },
    CompleteMultipartUpload: { actions: ['s3:PutObject'] },
    ListParts: { actions: ['s3:ListMultipartUploadParts'] },
    ListMultipartUploads: { actions: ['s3:ListBucketMultipartUploads'] },
    GetObjectLockConfiguration: { actions: ['s3:GetBucketObjectLockConfiguration'] },
  },
);

export const autoscaling = defineOperations(
  { id: 'autoscaling', client: 'AutoScalingClient', load: () => import('./clients/autoscaling.js') },
  [
    'DescribeAutoScalingInstances',
    'DescribeAutoScalingGroups',
    'DescribeInstanceRefreshes',
    'DescribeLifecycleHooks',
    'DescribeWarmPool',
    'DetachInstances',
    'EnterStandby',
    'ExitStandby',
    'SuspendProcesses',
    'ResumeProcesses',
  ],
);

export const elasticloadbalancing = defineOperations(
  {
    id: 'elasticloadbalancing',
    client: 'ElasticLoadBalancingV2Client',
    load: () => import('./clients/elasticloadbalancing.js'),
  },
  [
    'DescribeLoadBalancerAttributes',
    'DescribeTargetGroups',
    'DescribeTargetHealth',
    'DeregisterTargets',
    'RegisterTargets',
  ],
);

export const kms = defineOperations(
  { id: 'kms', client: 'KMSClient', load: () => import('./clients/kms.js') },
  ['DescribeKey', 'Sign', 'Verify', 'GetPublicKey', 'CreateGrant'],
);

export const guardduty = defineOperations(
  { id: 'guardduty', client: 'GuardDutyClient', load: () => import('./clients/guardduty.js') },
  ['GetFindings', 'ListDetectors', 'ListFindings'],
);

export const cloudtrail = defineOperations(
  { id: 'cloudtrail', client: 'CloudTrailClient', load: () => import('./clients/cloudtrail.js') },
  ['LookupEvents'],
);

export const logs = defineOperations(
  { id: 'logs', client: 'CloudWatchLogsClient', load: () => import('./clients/logs.js') },
  ['FilterLogEvents'],
);

export const route53resolver = defineOperations(
  {
    id: 'route53resolver',
    client: 'Route53ResolverClient',
    load: () => import('./clients/route53resolver.js'),
  },
  ['ListResolverQueryLogConfigAssociations', 'GetResolverQueryLogConfig'],
);

export const route53 = defineOperations(
  { id: 'route53', client: 'Route53Client', load: () => import('./clients/route53.js') },
  ['ListHostedZones', 'ListResourceRecordSets'],
);

export const globalaccelerator = defineOperations(
  {
    id: 'globalaccelerator',
    client: 'GlobalAcceleratorClient',
    load: () => import('./clients/globalaccelerator.js'),
  },
  ['ListAccelerators', 'ListListeners', 'ListEndpointGroups'],
);

export const servicediscovery = defineOperations(
  {
    id: 'servicediscovery',
    client: 'ServiceDiscoveryClient',
    load: () => import('./clients/servicediscovery.js'),
  },
  ['ListServices', 'ListInstances'],
);
