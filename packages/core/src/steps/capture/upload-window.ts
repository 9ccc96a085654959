import { ec2 } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import type { Duration } from '../../engine/duration.js';
import { StepFailure } from '../../engine/failure.js';
import { unless } from '../calls/failures.js';
import { findOwnGroup } from '../contain/own-group.js';
import { type GroupRule, permissionOf } from '../contain/rules.js';
import type { Containment } from '../containment-facts.js';
import { interfacesOf } from '../inspect/interfaces.js';

/** What a step that opens a window declares for the suspect account. */
export const UPLOAD_WINDOW_ACTIONS: readonly string[] = [
  'ec2:DescribeManagedPrefixLists',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:AuthorizeSecurityGroupEgress',
  'ec2:RevokeSecurityGroupEgress',
];

export interface UploadWindowOptions {
  /** Undefined where containment was not verified: then the quarantine group is looked for by its name. */
  readonly containment: Containment | undefined;
  /** How long the upload is thought to take; stands in the journal's `exposed` entry. */
  readonly lasting?: Duration;
}

const HTTPS = 443;

/**
 * The rule of this step's window. EC2 keeps one rule per protocol, ports and peer, so that two windows with the same
 * ports would be one, and the first step to close it would cut the other one's upload. Nothing listens above 443 at S3:
 * the upper port only makes the rules differ.
 */
function windowRule(key: string, prefixListId: string): GroupRule {
  const slot = Number.parseInt(key.slice(0, 3), 16);
  return {
    direction: 'egress',
    protocol: 'tcp',
    fromPort: HTTPS,
    toPort: HTTPS + 1 + slot,
    peer: prefixListId,
  };
}

/** Whether one of these steps has opened it; the intruder's own way out to S3 looks otherwise, or must guess a key. */
export function isWindowOf(rule: GroupRule, keys: readonly string[]): boolean {
  return keys.some((key) => {
    const own = windowRule(key, rule.peer);
    return own.protocol === rule.protocol && own.fromPort === rule.fromPort && own.toPort === rule.toPort;
  });
}

/** S3's addresses in the region, as AWS keeps them. */
async function s3PrefixList(ctx: SuspectContext): Promise<string> {
  const { region, partition } = ctx.suspectAccount;
  const name = `${partition === 'aws-cn' ? 'cn.com' : 'com'}.amazonaws.${region}.s3`;
  const answer = await ctx.suspectAccount.call(ec2.DescribeManagedPrefixLists, {
    Filters: [{ Name: 'prefix-list-name', Values: [name] }],
  });
  const id = answer.PrefixLists?.[0]?.PrefixListId;
  if (id === undefined)
    throw StepFailure.permanent('NO_S3_PREFIX_LIST', `${region} has no prefix list ${name}`);
  return id;
}

async function quarantineGroups(ctx: SuspectContext, contained: Containment | undefined) {
  if (contained !== undefined)
    return contained.quarantineGroups.flatMap(({ groupId, prepared }) =>
      prepared === true ? [] : [groupId],
    );
  const found = await interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  const vpcs = [...new Set(found.flatMap(({ VpcId: id }) => id ?? []))];
  const groups = vpcs.map((vpcId) => findOwnGroup(ctx, { vpcId, purpose: 'quarantine' }));
  return (await Promise.all(groups)).flatMap((id) => id ?? []);
}

/**
 * Lets the quarantined suspect reach S3, so that it can upload through presigned URLs. It is also a way to carry data
 * off, so it stands open only while an upload runs: close it when the upload has ended, and in `cancel`. `seal` closes
 * what is left.
 *
 * Safe to call again. Where nothing is quarantined there is nothing to open.
 *
 * @throws StepFailure `QUARANTINE_IS_SHARED` when the suspect wears a group that was prepared for its whole VPC
 */
export async function openUploadWindow(ctx: SuspectContext, options: UploadWindowOptions): Promise<void> {
  const { containment, lasting = { minutes: 30 } } = options;
  const shared = containment?.quarantineGroups.find(({ prepared }) => prepared === true);
  if (shared !== undefined)
    throw StepFailure.permanent(
      'QUARANTINE_IS_SHARED',
      `${shared.groupId} lay ready for all of ${shared.vpcId}: a way to S3 in it would be everybody's`,
    );
  const [prefixListId, groups] = await Promise.all([s3PrefixList(ctx), quarantineGroups(ctx, containment)]);
  for (const groupId of groups) {
    await ctx.exposed(`${groupId} lets HTTPS out to S3`, lasting);
    await unless(['InvalidPermission.Duplicate'], () =>
      ctx.suspectAccount.call(ec2.AuthorizeSecurityGroupEgress, {
        GroupId: groupId,
        IpPermissions: [permissionOf(windowRule(ctx.key, prefixListId))],
      }),
    );
  }
}

/** Closes this step's window; other steps' stay open. Safe to call again. */
export async function closeUploadWindow(
  ctx: SuspectContext,
  { containment }: UploadWindowOptions,
): Promise<void> {
  const [prefixListId, groups] = await Promise.all([s3PrefixList(ctx), quarantineGroups(ctx, containment)]);
  for (const groupId of groups)
    await unless(['InvalidPermission.NotFound', 'InvalidGroup.NotFound'], () =>
      ctx.suspectAccount.call(ec2.RevokeSecurityGroupEgress, {
        GroupId: groupId,
        IpPermissions: [permissionOf(windowRule(ctx.key, prefixListId))],
      }),
    );
}
