import type { PolicyStatement } from '@cordon/adapters-lambda';
import { type CfnElement, Stack, Token, Validations } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';

/** Says why a construct is allowed what a rule of cdk-nag asks about. Every rule that is not kept has its reason here. */
export function because(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons))
    Validations.of(construct).acknowledge({ id: `AwsSolutions-${id}`, reason });
}

function nameOf(bucket: Bucket): string {
  // A Bucket's own resource is an element with a name in the template.
  return Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnElement);
}

/** The findings about all objects of a bucket, as cdk-nag writes them, with one reason. */
export function allObjectsOf(bucket: Bucket, reason: string): Readonly<Record<string, string>> {
  const name = nameOf(bucket);
  return {
    [`IAM5[Resource::arn:<AWS::Partition>:s3:::<${name}>/*]`]: reason,
    [`IAM5[Resource::<${name}.Arn>/*]`]: reason,
  };
}

/**
 * The findings about what the generated policies leave wide, each with the policy's own reason; where a condition narrows
 * the resource, that is the reason.
 */
export function wideStatements(
  statements: readonly PolicyStatement[],
  reasons: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const wide = statements.flatMap(({ Sid, Resource, Condition }) => {
    const narrowed = Condition === undefined ? [] : [`only where ${Object.keys(Condition).join(', ')} holds`];
    const reason = [Sid, ...[reasons[Sid] ?? []].flat(), ...narrowed].join(': ');
    return Resource.filter((arn) => arn.includes('*'))
      .map((arn) => arn.replace(/^arn:[^:]*:/, 'arn:<AWS::Partition>:'))
      .filter((arn) => !Token.isUnresolved(arn))
      .map((arn) => [`IAM5[Resource::${arn}]`, reason] as const);
  });
  return Object.fromEntries(wide);
}
