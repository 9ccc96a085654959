import type { PipelinePolicies } from '@cordon/adapters-lambda';
import { PREPARED_GROUPS_PREFIX } from '@cordon/core/steps';
import { Arn, type CfnElement, Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { RESPONDER_ROLE } from '../suspect/suspect-stack.ts';
import type { EvidenceStores } from './evidence-stores.ts';
import { packedPolicies } from './packed-policies.ts';
import { allObjectsOf, because, wideStatements } from './reasons.ts';

export interface ResponderRightsProps {
  readonly policies: PipelinePolicies;
  readonly stores: EvidenceStores;
  readonly suspectAccounts: readonly string[];
}

const OBJECTS = 'journals and evidence have names that only the incident gives them';

/** Into this role of the suspect accounts, and nowhere else. */
export function assumeIn(
  scope: Construct,
  resourceName: string,
  accounts: readonly string[],
): PolicyStatement {
  const { partition } = Stack.of(scope);
  return new PolicyStatement({
    actions: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    resources: accounts.map((account) =>
      Arn.format({
        partition,
        service: 'iam',
        region: '',
        account,
        resource: 'role',
        resourceName,
      }),
    ),
  });
}

/** The buckets' own key, for the objects in them. */
function useKey({ key }: EvidenceStores): PolicyStatement {
  return new PolicyStatement({
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [key.keyArn],
  });
}

/** Gives a function what the steps of the pipeline declare for the security account, and the way into the suspects'. */
export function grantResponse(scope: Construct, to: IFunction, props: ResponderRightsProps): void {
  const { policies, stores, suspectAccounts } = props;
  const role = to.role;
  if (role === undefined) throw new Error('a function of this stack has a role');
  const { security, reasons } = policies;
  const made = packedPolicies(scope, `${to.node.id}Response`, security.Statement);
  const way = new ManagedPolicy(scope, `${to.node.id}Way`, {
    statements: [useKey(stores), assumeIn(scope, RESPONDER_ROLE, suspectAccounts)],
  });
  // The policies name the role, not the other way about: the key they name lets the role in.
  for (const policy of [...made, way]) policy.attachToRole(role);
  for (const policy of made)
    because(policy, {
      ...wideStatements(security.Statement, reasons.security),
      ...allObjectsOf(stores.evidence, OBJECTS),
      ...allObjectsOf(stores.staging, OBJECTS),
      ...allObjectsOf(stores.catalogue, OBJECTS),
    });
}

/** Gives a function what reading and writing journals takes. */
export function grantJournal(to: IFunction, stores: EvidenceStores): void {
  const { evidence } = stores;
  to.addToRolePolicy(useKey(stores));
  to.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [evidence.bucketArn] }));
  to.addToRolePolicy(
    new PolicyStatement({
      actions: ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:PutObjectRetention'],
      resources: [evidence.arnForObjects('*')],
    }),
  );
  because(to.role ?? to, allObjectsOf(evidence, OBJECTS));
}

/** Gives a function what writing down prepared quarantine groups takes: isolate's default folder of the catalogue. */
export function grantPreparedGroups(to: IFunction, { key, catalogue }: EvidenceStores): void {
  const resource = catalogue.arnForObjects(`${PREPARED_GROUPS_PREFIX}*`);
  to.addToRolePolicy(
    new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
  );
  to.addToRolePolicy(new PolicyStatement({ actions: ['s3:PutObject'], resources: [resource] }));
  const name = Stack.of(catalogue).getLogicalId(catalogue.node.defaultChild as CfnElement); // its own resource
  because(to.role ?? to, {
    [`IAM5[Resource::<${name}.Arn>/${PREPARED_GROUPS_PREFIX}*]`]: 'one object for each account and region',
  });
}
