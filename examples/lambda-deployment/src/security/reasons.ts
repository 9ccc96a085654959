import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
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
