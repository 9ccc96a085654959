import type { PipelinePolicies } from '@cordon/adapters-lambda';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { ArnPrincipal, CompositePrincipal, Effect, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { packedPolicies } from '../security/packed-policies.ts';
import { because, wideStatements } from '../security/reasons.ts';

export const RESPONDER_ROLE = 'CordonResponder';

export interface SuspectStackProps extends StackProps {
  /** Of the functions that act here, in the security account. */
  readonly responderArns: readonly string[];
  readonly externalId: string;
  readonly policies: PipelinePolicies;
}

/**
 * What every account has whose instances Cordon may contain: one role, which only the security account's function may
 * assume, with the external id. Rolled out as a StackSet.
 */
export class SuspectStack extends Stack {
  constructor(scope: Construct, id: string, props: SuspectStackProps) {
    super(scope, id, props);
    const { responderArns, externalId, policies } = props;
    const responders = responderArns.map((arn) => new ArnPrincipal(arn));
    const condition = { StringEquals: { 'sts:ExternalId': externalId } };
    const role = new Role(this, 'Responder', {
      roleName: RESPONDER_ROLE,
      description: 'Contains instances and takes evidence of them; assumed by the security account',
      assumedBy: new CompositePrincipal(...responders.map((one) => one.withConditions(condition))),
      managedPolicies: [...packedPolicies(this, 'Policy', policies.suspect.Statement)],
    });
    // Sessions carry the incident in a tag, and who said yes.
    role.assumeRolePolicy?.addStatements(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: responders,
        actions: ['sts:TagSession', 'sts:SetSourceIdentity'],
      }),
    );
    because(this, wideStatements(policies.suspect.Statement, policies.reasons.suspect));
    new CfnOutput(this, 'ResponderArn', { value: role.roleArn });
  }
}
