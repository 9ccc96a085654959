import { Arn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, type IPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { RESPONDER_ROLE } from '../suspect/suspect-stack.ts';

/**
 * Of what goes from a suspect account to the security account: the volume of a memory dump, and copies of snapshots whose
 * own key nobody can share, such as EBS's default. Not the key of evidence: whoever holds a suspect account must not
 * read with it what was taken there before.
 */
export function transferKeyFor(scope: Construct, suspectAccounts: readonly string[]): Key {
  const key = new Key(scope, 'TransferKey', {
    enableKeyRotation: true,
    description: 'Volumes and snapshots on their way from suspect accounts',
    alias: 'cordon-transfer',
    // Snapshots that are kept may lie under it.
    removalPolicy: RemovalPolicy.RETAIN,
  });
  for (const statement of usedByResponders(Stack.of(scope), suspectAccounts))
    key.addToResourcePolicy(statement);
  return key;
}

const THROUGH_EBS = [
  'kms:Decrypt',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/**
 * By the name of their role, as a condition: a key policy whose principal is a role that is not there yet is refused, and
 * the suspect accounts come after this one.
 *
 * Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html
 */
function usedByResponders({ partition, region }: Stack, accounts: readonly string[]) {
  const principals: IPrincipal[] = accounts.map((account) => new AccountPrincipal(account));
  const role = (account: string) =>
    Arn.format({
      partition,
      service: 'iam',
      region: '',
      account,
      resource: 'role',
      resourceName: RESPONDER_ROLE,
    });
  const responder = { 'aws:PrincipalArn': accounts.map(role) };
  const viaEbs = { ...responder, 'kms:ViaService': `ec2.${region}.amazonaws.com` };
  const grants = { 'kms:GrantIsForAWSResource': 'true' };
  const to = (actions: string[], conditions: Record<string, object>) =>
    new PolicyStatement({ principals, actions, resources: ['*'], conditions });
  return [
    to(THROUGH_EBS, { StringEquals: viaEbs }),
    to(['kms:CreateGrant'], { StringEquals: viaEbs, Bool: grants }),
    to(['kms:DescribeKey'], { StringEquals: responder }),
  ];
}
