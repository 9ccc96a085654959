import type { PolicyDocument } from '../simulation/iam/policy.js';

const allow = (...actions: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

/** What AmazonSSMManagedInstanceCore grants, as far as the agent needs it. */
export const SSM_CORE_POLICY = allow(
  'ssm:UpdateInstanceInformation',
  'ssm:GetDocument',
  'ssm:DescribeDocument',
  'ssm:ListAssociations',
  'ssm:ListInstanceAssociations',
  'ssm:UpdateInstanceAssociationStatus',
  'ssm:PutInventory',
  'ssmmessages:*',
  'ec2messages:*',
);

/** What the shop needs, and the intruder has. */
export const SHOP_POLICY = allow(
  's3:GetObject',
  's3:ListBucket',
  'secretsmanager:GetSecretValue',
  'ssm:StartSession',
);

/** The responder's role in the suspect account. */
export const RESPONDER_POLICY = allow(
  'autoscaling:*',
  'cloudtrail:LookupEvents',
  'ec2:*',
  'elasticloadbalancing:*',
  'globalaccelerator:ListAccelerators',
  'globalaccelerator:ListEndpointGroups',
  'globalaccelerator:ListListeners',
  'guardduty:GetFindings',
  'guardduty:ListDetectors',
  'guardduty:ListFindings',
  'iam:*',
  'kms:*',
  'logs:FilterLogEvents',
  'route53:ListHostedZones',
  'route53:ListResourceRecordSets',
  'route53resolver:GetResolverQueryLogConfig',
  'route53resolver:ListResolverQueryLogConfigAssociations',
  's3:GetObject',
  's3:ListBucket',
  'servicediscovery:ListInstances',
  'servicediscovery:ListServices',
  'ssm:*',
  'sts:GetCallerIdentity',
);

/** The forensics role in the security account. */
export const FORENSICS_POLICY = allow(
  'ec2:*',
  'iam:GetInstanceProfile',
  'iam:PassRole',
  'kms:*',
  's3:*',
  'ssm:*',
);

/** A role that another account may assume, with its external id where there is one. */
export function trustOf(account: string, externalId?: string): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        ...(externalId === undefined
          ? {}
          : { Condition: { StringEquals: { 'sts:ExternalId': externalId } } }),
      },
    ],
  };
}
