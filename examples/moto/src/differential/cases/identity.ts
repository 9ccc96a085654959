import {
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { DescribeKeyCommand, GetPublicKeyCommand, SignCommand } from '@aws-sdk/client-kms';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type Case, UNKNOWN } from '../world.ts';

const DENY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
});
const POLICY_ARN = 'arn:aws:iam::aws:policy/NoSuchPolicy';

const IAM: readonly Case[] = [
  {
    name: 'GetRole: one',
    ask: ({ iam, roleName }) => iam.send(new GetRoleCommand({ RoleName: roleName })),
  },
  {
    name: 'GetRole: an unknown one',
    ask: ({ iam }) => iam.send(new GetRoleCommand({ RoleName: 'nobody' })),
  },
  {
    name: 'GetInstanceProfile: one',
    ask: ({ iam, profileName }) =>
      iam.send(new GetInstanceProfileCommand({ InstanceProfileName: profileName })),
  },
  {
    name: 'GetInstanceProfile: an unknown one',
    ask: ({ iam }) => iam.send(new GetInstanceProfileCommand({ InstanceProfileName: 'nobody' })),
  },
  {
    name: 'PutRolePolicy, then GetRolePolicy',
    async ask({ iam, roleName: RoleName }) {
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'deny', PolicyDocument: DENY }));
      return iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'deny' }));
    },
  },
  {
    name: 'PutRolePolicy: an unknown role',
    ask: ({ iam }) =>
      iam.send(new PutRolePolicyCommand({ RoleName: 'nobody', PolicyName: 'deny', PolicyDocument: DENY })),
  },
  {
    name: 'PutRolePolicy: no JSON',
    ask: ({ iam, roleName: RoleName }) =>
      iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'deny', PolicyDocument: 'deny it' })),
  },
  {
    name: 'PutRolePolicy: an unknown effect',
    ask: ({ iam, roleName: RoleName }) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName: 'deny',
          PolicyDocument: DENY.replace('Deny', 'Perhaps'),
        }),
      ),
  },
  {
    name: 'GetRolePolicy: an unknown policy',
    ask: ({ iam, roleName: RoleName }) =>
      iam.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'no-such' })),
  },
  {
    name: 'DeleteRolePolicy: an unknown policy',
    ask: ({ iam, roleName: RoleName }) =>
      iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'no-such' })),
  },
  {
    name: 'DeleteRolePolicy: of an unknown role',
    ask: ({ iam }) => iam.send(new DeleteRolePolicyCommand({ RoleName: 'nobody', PolicyName: 'deny' })),
  },
  {
    name: 'ListRolePolicies: of one role',
    ask: ({ iam, roleName: RoleName }) => iam.send(new ListRolePoliciesCommand({ RoleName })),
  },
  {
    name: 'ListRolePolicies: of an unknown role',
    ask: ({ iam }) => iam.send(new ListRolePoliciesCommand({ RoleName: 'nobody' })),
  },
  {
    name: 'ListAttachedRolePolicies: of an unknown role',
    ask: ({ iam }) => iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'nobody' })),
  },
  {
    name: 'GetPolicy: an unknown one',
    ask: ({ iam }) => iam.send(new GetPolicyCommand({ PolicyArn: POLICY_ARN })),
  },
  {
    name: 'GetPolicyVersion: of an unknown policy',
    ask: ({ iam }) => iam.send(new GetPolicyVersionCommand({ PolicyArn: POLICY_ARN, VersionId: 'v1' })),
  },
];

const STS: readonly Case[] = [
  { name: 'GetCallerIdentity', ask: ({ sts }) => sts.send(new GetCallerIdentityCommand({})) },
  {
    name: 'AssumeRole: an unknown role',
    ask: ({ sts, id }) =>
      sts.send(
        new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${id}:role/nobody`, RoleSessionName: 'incident' }),
      ),
  },
  {
    name: 'AssumeRole: a session name of 65 characters',
    ask: ({ sts, id, roleName }) =>
      sts.send(
        new AssumeRoleCommand({
          RoleArn: `arn:aws:iam::${id}:role/${roleName}`,
          RoleSessionName: 'i'.repeat(65),
        }),
      ),
  },
];

const KMS: readonly Case[] = [
  { name: 'DescribeKey: one', ask: ({ kms, keyId }) => kms.send(new DescribeKeyCommand({ KeyId: keyId })) },
  {
    name: 'DescribeKey: an unknown one',
    ask: ({ kms }) => kms.send(new DescribeKeyCommand({ KeyId: '00000000-1111-4222-8333-444444444444' })),
  },
  {
    name: 'DescribeKey: an unknown alias',
    ask: ({ kms }) => kms.send(new DescribeKeyCommand({ KeyId: 'alias/nobody' })),
  },
  {
    name: "DescribeKey: another account's",
    ask: ({ kms }) =>
      kms.send(
        new DescribeKeyCommand({
          KeyId: `arn:aws:kms:eu-west-1:${UNKNOWN.account}:key/00000000-1111-4222-8333-444444444444`,
        }),
      ),
  },
  {
    name: 'Sign: with a key for encryption',
    ask: ({ kms, keyId }) =>
      kms.send(
        new SignCommand({ KeyId: keyId, Message: Buffer.from('head'), SigningAlgorithm: 'ECDSA_SHA_256' }),
      ),
  },
  {
    name: 'GetPublicKey: of a key for encryption',
    ask: ({ kms, keyId }) => kms.send(new GetPublicKeyCommand({ KeyId: keyId })),
  },
];

export const IDENTITY_CASES: readonly Case[] = [...IAM, ...STS, ...KMS];
