import { createHash } from 'node:crypto';
import type { NetworkAcl } from '@aws-sdk/client-ec2';
import * as v from 'valibot';
import { ec2 } from '../../aws/operations.js';
import type { BaseContext } from '../../engine/context.js';
import { StepFailure } from '../../engine/failure.js';
import { eventually } from '../calls/eventually.js';
import { listAll } from '../calls/list-all.js';
import { NEUTRAL_TAG, neutralName } from '../calls/names.js';
import { setAgain } from '../calls/set-again.js';
import { interfacesOf } from '../inspect/interfaces.js';

export const SUBNET_ACL_ACTIONS = [
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeNetworkAcls',
  'ec2:CreateNetworkAcl',
  'ec2:CreateTags',
  'ec2:ReplaceNetworkAclAssociation',
  'ec2:DeleteNetworkAcl',
];

const SavedSubnet = v.object({ subnetId: v.string(), vpcId: v.string(), aclId: v.string() });
export type SavedSubnet = v.InferOutput<typeof SavedSubnet>;

/** Which network ACL each of the suspect's subnets had. */
export const SavedSubnetsSchema = v.object({ subnets: v.array(SavedSubnet) });
export type SavedSubnets = v.InferOutput<typeof SavedSubnetsSchema>;

/** How a subnet is tied to its ACL at this moment. */
export interface Tie {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly aclId: string;
  readonly associationId: string;
}

/** The tag of this incident's own ACLs; dull, since the intruder reads it. */
export function aclTag(incidentId: string): string {
  return neutralName(incidentId, 'network acl');
}

export async function tiesOf(ctx: BaseContext, subnetIds: readonly string[]): Promise<readonly Tie[]> {
  if (subnetIds.length === 0) return [];
  const acls = await listAll(ctx.suspectAccount, ec2.DescribeNetworkAcls, {
    input: { Filters: [{ Name: 'association.subnet-id', Values: [...subnetIds] }] },
    items: (page) => page.NetworkAcls,
  });
  return acls.flatMap(({ VpcId: vpcId = '', NetworkAclId: aclId = '', Associations = [] }) =>
    Associations.flatMap(({ SubnetId: subnetId = '', NetworkAclAssociationId: associationId = '' }) =>
      subnetIds.includes(subnetId) ? [{ subnetId, vpcId, aclId, associationId }] : [],
    ),
  );
}

/** The suspect's subnets and their ACLs, for `release`; an ACL of ours is no state to go back to. */
export async function saveSubnets(ctx: BaseContext): Promise<SavedSubnets> {
  const found = await interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  const ids = [...new Set(found.flatMap(({ SubnetId: id }) => id ?? []))];
  const own = new Set((await ownAcls(ctx)).map(({ NetworkAclId: id }) => id));
  const ties = (await tiesOf(ctx, ids)).filter(({ aclId }) => !own.has(aclId));
  return { subnets: ties.map(({ subnetId, vpcId, aclId }) => ({ subnetId, vpcId, aclId })) };
}

/** By owner and tag: CreateNetworkAcl has a token, so that there is one for each VPC. */
export async function ownAcls(ctx: BaseContext): Promise<readonly NetworkAcl[]> {
  const found = await listAll(ctx.suspectAccount, ec2.DescribeNetworkAcls, {
    input: { Filters: [{ Name: `tag:${NEUTRAL_TAG}`, Values: [aclTag(ctx.incident.id)] }] },
    items: (page) => page.NetworkAcls,
  });
  return found.filter(({ OwnerId: owner }) => owner === ctx.suspectAccount.id);
}

/** A new ACL without a rule of its own lets nothing through, in either direction. */
export async function ensureEmptyAcl(ctx: BaseContext, vpcId: string): Promise<string> {
  const made = await setAgain(ctx, () =>
    ctx.suspectAccount.call(ec2.CreateNetworkAcl, {
      VpcId: vpcId,
      ClientToken: createHash('sha256').update(`${ctx.key}\n${vpcId}`).digest('hex'),
      TagSpecifications: [
        {
          ResourceType: 'network-acl',
          Tags: [{ Key: NEUTRAL_TAG, Value: aclTag(ctx.incident.id) }],
        },
      ],
    }),
  );
  const id = made.NetworkAcl?.NetworkAclId;
  if (id === undefined) throw StepFailure.ambiguous('NO_ACL_ID', 'ec2:CreateNetworkAcl gave no id');
  return id;
}

const NOT_YET = ['InvalidNetworkAclID.NotFound', 'InvalidAssociationID.NotFound', 'NOT_TIED'];

/** Ties the subnet to that ACL. Its association has a new id each time, so it is looked up anew. */
export async function tie(ctx: BaseContext, subnetId: string, aclId: string): Promise<void> {
  await eventually(ctx, { codes: NOT_YET, within: { seconds: 30 } }, async () => {
    const [now] = await tiesOf(ctx, [subnetId]);
    if (now === undefined) throw StepFailure.retryable('NOT_TIED', `EC2 shows no network ACL of ${subnetId}`);
    if (now.aclId === aclId) return;
    await ctx.suspectAccount.call(ec2.ReplaceNetworkAclAssociation, {
      AssociationId: now.associationId,
      NetworkAclId: aclId,
    });
  });
}
