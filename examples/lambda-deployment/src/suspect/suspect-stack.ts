import { groupMakerPolicy, type PipelinePolicies } from '@cordon/adapters-lambda';
import { CONFIRM_FINDING_ACTIONS } from '@cordon/core/aws';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import {
  ArnPrincipal,
  CompositePrincipal,
  Effect,
  type IManagedPolicy,
  PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { packedPolicies } from '../security/packed-policies.ts';
import { because, wideStatements } from '../security/reasons.ts';

export const RESPONDER_ROLE = 'CordonResponder';
/** Of the trigger: looks whether a finding is GuardDuty's own and its instance is there. */
export const READER_ROLE = 'CordonReader';

/** Of the function that prepares quarantine groups. */
export const GROUP_MAKER_ROLE = 'CordonGroupMaker';

export interface SuspectStackProps extends StackProps {
  /** Of the functions that act here, in the security account. */
  readonly responderArns: readonly string[];
  /** Of the function that findings come to. */
  readonly triggerArn: string;
  /** Of the function that prepares quarantine groups. */
  readonly preparerArn: string;
  readonly externalId: string;
  /** Where the instances are. */
  readonly region: string;
  readonly policies: PipelinePolicies;
}

/**
 * What every account has whose instances Cordon may contain: a role that only the security account's functions may assume,
 * with the external id, one that reads for the trigger, and one that prepares quarantine groups. Rolled out as a StackSet.
 */
export class SuspectStack extends Stack {
  constructor(scope: Construct, id: string, props: SuspectStackProps) {
    super(scope, id, props);
    const { responderArns, triggerArn, externalId, policies } = props;
    this.#groupMaker(props);
    const responder = trusting(this, 'Responder', {
      roleName: RESPONDER_ROLE,
      description: 'Contains instances and takes evidence of them; assumed by the security account',
      principals: responderArns,
      externalId,
      managedPolicies: [...packedPolicies(this, 'Policy', policies.suspect.Statement)],
    });
    const reader = trusting(this, 'Reader', {
      roleName: READER_ROLE,
      description: 'Looks whether a finding and its instance are there; assumed by the security account',
      principals: [triggerArn],
      externalId,
      managedPolicies: [],
    });
    // What the confirming code declares, and nothing else.
    reader.addToPolicy(new PolicyStatement({ actions: [...CONFIRM_FINDING_ACTIONS], resources: ['*'] }));
    because(reader, { 'IAM5[Resource::*]': 'findings and lists of instances know no resource' });
    because(this, wideStatements(policies.suspect.Statement, policies.reasons.suspect));
    new CfnOutput(this, 'ResponderArn', { value: responder.roleArn });
    new CfnOutput(this, 'ReaderArn', { value: reader.roleArn });
  }

  /** A group in each VPC lets containment begin at once; who makes them can do nothing else. */
  #groupMaker({ preparerArn, externalId, region }: SuspectStackProps): void {
    const maker = trusting(this, 'GroupMaker', {
      roleName: GROUP_MAKER_ROLE,
      description: 'Prepares quarantine groups; assumed by the security account',
      principals: [preparerArn],
      externalId,
      managedPolicies: [],
    });
    const { policy, reasons } = groupMakerPolicy({ region, partition: this.partition });
    for (const statement of policy.Statement) maker.addToPolicy(PolicyStatement.fromJson(statement));
    because(maker, wideStatements(policy.Statement, reasons));
    new CfnOutput(this, 'GroupMakerArn', { value: maker.roleArn });
  }
}

interface Trusting {
  readonly roleName: string;
  readonly description: string;
  /** ARNs of roles in the security account. */
  readonly principals: readonly string[];
  readonly externalId: string;
  readonly managedPolicies: IManagedPolicy[];
}

/** A role that these principals may assume, when they say the external id. */
function trusting(scope: Construct, id: string, { principals, externalId, ...props }: Trusting): Role {
  const arns = principals.map((arn) => new ArnPrincipal(arn));
  const condition = { StringEquals: { 'sts:ExternalId': externalId } };
  const role = new Role(scope, id, {
    ...props,
    assumedBy: new CompositePrincipal(...arns.map((one) => one.withConditions(condition))),
  });
  // Sessions carry the incident in a tag, and who said yes.
  role.assumeRolePolicy?.addStatements(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: arns,
      actions: ['sts:TagSession', 'sts:SetSourceIdentity'],
    }),
  );
  return role;
}
