import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** An output under the name that the README gives it: the CDK would put the construct's path and a hash around it. */
export function output(scope: Construct, name: string, value: string): void {
  new CfnOutput(scope, name, { value }).overrideLogicalId(name);
}
