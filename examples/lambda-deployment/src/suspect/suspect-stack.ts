import type { PolicyStatement as Declared, PipelinePolicies } from '@cordon/adapters-lambda';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import {
  ArnPrincipal,
  CompositePrincipal,
  Effect,
  ManagedPolicy,
  PolicyDocument,
  PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { because } from '../security/reasons.ts';

export const RESPONDER_ROLE = 'CordonResponder';

export interface SuspectStackProps extends StackProps {
  /** Of the functions that act here, in the security account. */
  readonly responderArns: readonly string[];
  readonly externalId: string;
  readonly policies: PipelinePolicies;
}

/** A managed policy has 6,144 characters at most, of which JSON's own are counted too. */
const MOST_CHARACTERS = 5_500;

/** Statements in as few policies as they fit in. */
function packed(statements: readonly Declared[]): readonly (readonly Declared[])[] {
  const policies: Declared[][] = [];
  let room = 0;
  for (const statement of statements) {
    const size = JSON.stringify(statement).length;
    if (size > room) {
      policies.push([]);
      room = MOST_CHARACTERS;
    }
    policies.at(-1)?.push(statement);
    room -= size;
  }
  return policies;
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
      managedPolicies: packed(policies.suspect.Statement).map((statements, index) =>
        this.#policy(statements, index),
      ),
    });
    // Sessions carry the incident in a tag, and who said yes.
    role.assumeRolePolicy?.addStatements(
      new PolicyStatement({
        effect: Effect.ALLOW,
        principals: responders,
        actions: ['sts:TagSession', 'sts:SetSourceIdentity'],
      }),
    );
    because(this, {
      'IAM5[Resource::*]':
        'which instance will be the suspect is not known; the engine holds each step to the finding',
      'IAM5[Resource::arn:<AWS::Partition>:s3:::*]':
        'which bucket the logs of load balancers and flows lie in, only the incident says',
      'IAM5[Resource::arn:<AWS::Partition>:s3:::*/AWSLogs/*]':
        'the same, and only what AWS itself has written',
    });
    new CfnOutput(this, 'ResponderArn', { value: role.roleArn });
  }

  #policy(statements: readonly Declared[], index: number): ManagedPolicy {
    return new ManagedPolicy(this, `Policy${index + 1}`, {
      document: new PolicyDocument({ statements: statements.map((one) => PolicyStatement.fromJson(one)) }),
    });
  }
}
