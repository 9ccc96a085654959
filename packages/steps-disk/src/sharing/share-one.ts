import type { BaseContext } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { isCode, neutralTags, type Snapshots } from '@cordon/core/steps';
import type { CopyBound } from '../snapshots/copy-bound.js';
import { copySnapshot, tellBoundMissed } from '../snapshots/copy-snapshot.js';
import { describeSnapshots, type Snapshot } from '../snapshots/describe-snapshots.js';
import type { StoragePrice } from '../snapshots/storage-estimate.js';
import { type KeyStanding, standingOf } from './keys.js';
import type { Progress } from './ticket.js';

type Source = Snapshots[number];

export interface SharingOptions extends StoragePrice, CopyBound {
  /**
   * ARN of a customer key in the suspect's region that both accounts may use. Snapshots under keys that cannot be shared
   * are copied under it first. Without it such a volume is reported as lost.
   */
  readonly transferKeyArn?: string;
}

function lost(reason: string): Progress {
  return { stage: 'lost', reason };
}

async function grant(ctx: BaseContext, snapshotId: string): Promise<void> {
  await ctx.suspectAccount.call(ec2.ModifySnapshotAttribute, {
    SnapshotId: snapshotId,
    Attribute: 'createVolumePermission',
    CreateVolumePermission: { Add: [{ UserId: ctx.securityAccount.id }] },
  });
}

async function share(ctx: BaseContext, snapshotId: string): Promise<Progress> {
  await grant(ctx, snapshotId);
  return { stage: 'shared', readFromSnapshotId: snapshotId };
}

/** The tag that finds the intermediate copy of one snapshot again. */
function copyTags(ctx: BaseContext, source: Source) {
  const [tag] = neutralTags(ctx);
  return [{ Key: tag?.Key ?? '', Value: `${tag?.Value}/${source.snapshotId}` }];
}

async function findCopy(ctx: BaseContext, source: Source): Promise<string | null> {
  const [tag] = copyTags(ctx, source);
  const Filters = [{ Name: `tag:${tag?.Key}`, Values: [tag?.Value ?? ''] }];
  const found = await describeSnapshots(ctx.suspectAccount, { OwnerIds: ['self'], Filters });
  return found.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))[0]?.snapshotId ?? null;
}

/** Copies under the transfer key; EC2 has no client token for it. */
async function reEncrypt(ctx: BaseContext, source: Source, options: SharingOptions): Promise<Progress> {
  const account = ctx.suspectAccount;
  const input = {
    SourceRegion: account.region,
    SourceSnapshotId: source.snapshotId,
    Description: 'Managed baseline',
    Encrypted: true,
    KmsKeyId: options.transferKeyArn ?? '',
    TagSpecifications: [{ ResourceType: 'snapshot' as const, Tags: copyTags(ctx, source) }],
  };
  try {
    const copyId = await ctx.makeOnce(`copy of ${source.snapshotId}`, {
      find: () => findCopy(ctx, source),
      make: () => copySnapshot(ctx, { account, bound: options, input }),
    });
    return copyId === undefined ? { stage: 're-encrypting' } : { stage: 're-encrypting', copyId };
  } catch (error) {
    // Twenty copies at once in a region: the next look tries again.
    if (isCode(error, 'ResourceLimitExceeded')) return { stage: 're-encrypting' };
    throw error;
  }
}

const WHY_NOT: Readonly<Record<Exclude<KeyStanding['is'], 'none' | 'shared'>, string>> = {
  'aws-managed': 'it lies under the default EBS key, which cannot be shared',
  'not-shared': 'its key is not shared with the security account',
  dying: 'its key is disabled or about to be deleted: cancel that first',
};

/** What may bring a key back, by its state; EC2 and KMS are left alone until a person has done it. */
function offerFor(state: string): string {
  return state === 'PendingDeletion' ? 'kms:CancelKeyDeletion, then kms:EnableKey' : 'kms:EnableKey';
}

/** The volume works until it is attached anew: whoever stops or detaches now has lost it. */
function tellDying(ctx: BaseContext, { volumeId, kmsKeyId }: Source, state: string): void {
  ctx.notice('KEY_DYING', `the key of ${volumeId} is ${state}`);
  ctx.observe({
    rule: 'kms.snapshot-key',
    title: 'The key of a volume is not enabled: neither stop the instance nor detach the volume before it is',
    severity: 'critical',
    techniques: ['T1485', 'T1486'],
    entity: `volume:${volumeId}`,
    excerpt: `${kmsKeyId ?? 'unknown key'} is ${state}; offer: ${offerFor(state)}`,
    evidence: [],
  });
}

async function afterCompletion(ctx: BaseContext, source: Source, seen: Snapshot, options: SharingOptions) {
  const standing = await standingOf(ctx, source.kmsKeyId ?? seen.kmsKeyId);
  if (standing.is === 'none' || standing.is === 'shared') return share(ctx, source.snapshotId);
  if (standing.is === 'dying') tellDying(ctx, source, standing.state);
  else if (options.transferKeyArn !== undefined) {
    const [, , , keyRegion] = options.transferKeyArn.split(':');
    const { region } = ctx.suspectAccount;
    if (keyRegion === region) return reEncrypt(ctx, source, options);
    return lost(
      `KEY_NOT_USABLE: ${WHY_NOT[standing.is]}, and the transfer key lies in ${keyRegion}, not in ${region}`,
    );
  }
  return lost(`KEY_NOT_USABLE: ${WHY_NOT[standing.is]}`);
}

/** EC2 may take minutes to show what was made. */
const SHOWN_WITHIN_MS = 5 * 60_000;

function isYoung(ctx: BaseContext, { startedAt }: Source): boolean {
  return ctx.now().getTime() - Date.parse(startedAt) < SHOWN_WITHIN_MS;
}

/** What to do next for one snapshot, given how it and its copy look now. */
export async function advance(
  ctx: BaseContext,
  { source, progress, look }: { readonly source: Source; readonly progress: Progress; readonly look: Look },
  options: SharingOptions,
): Promise<Progress> {
  if (progress.stage === 'shared' || progress.stage === 'lost') return progress;
  if (progress.stage === 'completing') {
    const seen = look(source.snapshotId);
    if (seen === undefined)
      return isYoung(ctx, source) ? progress : lost('SNAPSHOT_GONE: it is not there any more');
    if (seen.state === 'error') return lost(`SNAPSHOT_ERROR: ${seen.message ?? 'EC2 gives no reason'}`);
    return seen.state === 'completed' ? afterCompletion(ctx, source, seen, options) : progress;
  }
  if (progress.copyId === undefined) return reEncrypt(ctx, source, options);
  const copy = look(progress.copyId);
  if (copy?.state === 'error') return lost(`COPY_ERROR: ${copy.message ?? 'EC2 gives no reason'}`);
  if (copy?.state !== 'completed') return progress;
  tellBoundMissed(ctx, copy, options);
  return share(ctx, progress.copyId);
}

/** A snapshot as it was seen in this look; undefined: not shown. */
export type Look = (snapshotId: string) => Snapshot | undefined;
