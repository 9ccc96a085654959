import { ec2, s3 } from '../../aws/operations.js';
import type { BaseContext } from '../../engine/context.js';
import { allThenThrow, isCode, unless } from '../calls/failures.js';
import type { Thing, ThingKind } from './thing.js';

/** Still in use: the next round. */
const BUSY = ['VolumeInUse', 'DependencyViolation', 'InvalidSnapshot.InUse', 'IncorrectState'];

const GONE = [
  'InvalidInstanceID.NotFound',
  'InvalidVolume.NotFound',
  'InvalidSnapshot.NotFound',
  'InvalidGroup.NotFound',
  'InvalidPermission.NotFound',
  'InvalidSecurityGroupRuleId.NotFound',
  'InvalidNetworkInterfaceID.NotFound',
  'NoSuchUpload',
];

const REMOVERS: Readonly<Record<ThingKind, (ctx: BaseContext, thing: Thing) => Promise<unknown>>> = {
  instance: (ctx, { id }) => ctx.securityAccount.call(ec2.TerminateInstances, { InstanceIds: [id] }),
  volume: (ctx, { id }) => ctx.securityAccount.call(ec2.DeleteVolume, { VolumeId: id }),
  snapshot: (ctx, { id, role }) => ctx[`${role}Account`].call(ec2.DeleteSnapshot, { SnapshotId: id }),
  'security-group': (ctx, { id, role }) =>
    ctx[`${role}Account`].call(ec2.DeleteSecurityGroup, { GroupId: id }),
  'upload-window': (ctx, { id, of }) =>
    ctx.suspectAccount.call(ec2.RevokeSecurityGroupEgress, { GroupId: of, SecurityGroupRuleIds: [id] }),
  exposure: (ctx, { id, of = '' }) =>
    ctx.suspectAccount.call(ec2.ModifyNetworkInterfaceAttribute, { NetworkInterfaceId: id, Groups: [of] }),
  'multipart-upload': (ctx, { id, of, key }) =>
    ctx.securityAccount.call(s3.AbortMultipartUpload, { Bucket: of, Key: key, UploadId: id }),
  'staged-object': (ctx, { id, of }) => ctx.securityAccount.call(s3.DeleteObject, { Bucket: of, Key: id }),
};

async function removeOne(ctx: BaseContext, thing: Thing): Promise<void> {
  try {
    await unless([...GONE, ...BUSY], () => REMOVERS[thing.kind](ctx, thing));
  } catch (error) {
    // One thing that may not be deleted must not keep the rest; it is named when the rounds are over.
    if (!isCode(error, 'UnauthorizedOperation', 'AccessDenied', 'SnapshotLocked')) throw error;
    ctx.notice('NOT_DELETED', `${thing.kind} ${thing.id}: ${error.code}`);
  }
}

/** An instance that ends needs no second order. */
const isEnding = ({ state }: Thing) => state === 'shutting-down';

/** Deletes what can be deleted now. What is gone already is deleted; what is in use is tried again in the next round. */
export async function removeThings(ctx: BaseContext, things: readonly Thing[]): Promise<void> {
  const instances = things.filter(({ kind }) => kind === 'instance');
  // Volumes and groups cannot go before the instance that holds them.
  const held = (thing: Thing) =>
    instances.length > 0 &&
    thing.role === 'security' &&
    (thing.kind === 'volume' || thing.kind === 'security-group');
  const now = things.filter((thing) => !isEnding(thing) && !held(thing));
  await allThenThrow(now.map((thing) => () => removeOne(ctx, thing)));
}
