import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { transferKeyFor } from '../src/security/transfer-key.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Principal: { readonly AWS: unknown };
  readonly Condition?: { readonly StringEquals: Readonly<Record<string, unknown>>; readonly Bool?: object };
}

const SUSPECTS = ['111122223333', '444455556666'];

function statements(): readonly Statement[] {
  const stack = new Stack(new App(), 'Security', { env: { account: '999900001111', region: 'eu-west-1' } });
  transferKeyFor(stack, SUSPECTS);
  const [key] = Object.values(Template.fromStack(stack).findResources('AWS::KMS::Key'));
  return key?.['Properties'].KeyPolicy.Statement;
}

it('lets the responders of the suspect accounts use it through EBS, and nobody else of those accounts', () => {
  const theirs = statements().filter(({ Principal }) => JSON.stringify(Principal).includes('111122223333'));
  expect(theirs.map(({ Action }) => Action)).toEqual([
    ['kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    'kms:CreateGrant',
    'kms:DescribeKey',
  ]);
  for (const { Condition } of theirs) {
    const roles = JSON.stringify(Condition?.StringEquals['aws:PrincipalArn']);
    for (const account of SUSPECTS) expect(roles).toContain(`:iam::${account}:role/CordonResponder`);
  }
  const [uses, grants] = theirs.map(({ Condition }) => Condition);
  for (const condition of [uses, grants])
    expect(condition?.StringEquals['kms:ViaService']).toBe('ec2.eu-west-1.amazonaws.com');
  expect(grants?.Bool).toEqual({ 'kms:GrantIsForAWSResource': 'true' });
});
