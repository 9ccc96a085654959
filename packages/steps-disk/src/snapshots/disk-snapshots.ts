import {
  definePolledStep,
  finding,
  milliseconds,
  StepFailure,
  type SuspectContext,
  suspect,
} from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import {
  eventually,
  type Instance,
  instance,
  isCode,
  neutralTags,
  type Snapshots,
  snapshots,
  unless,
} from '@cordon/core/steps';
import { describeSnapshots, type Snapshot } from './describe-snapshots.js';
import { type StoragePrice, storageEstimate } from './storage-estimate.js';

/** Says nothing to an intruder who reads the list of snapshots. */
const DESCRIPTION = 'Managed baseline';

type Device = Pick<Instance['volumes'][number], 'volumeId' | 'device'>;

/** Devices of the attached volumes: as `inspect` saw them, else asked now. */
async function devicesOf(ctx: SuspectContext, seen: Instance | undefined): Promise<readonly Device[]> {
  if (seen !== undefined) return seen.volumes;
  const { instanceId } = ctx.incident.suspect;
  const Filters = [{ Name: 'instance-id', Values: [instanceId] }];
  const answer = await ctx.suspectAccount.call(ec2.DescribeInstances, { Filters });
  const mappings = answer.Reservations?.[0]?.Instances?.[0]?.BlockDeviceMappings ?? [];
  return mappings.flatMap(({ DeviceName: device, Ebs }) =>
    device === undefined || Ebs?.VolumeId === undefined ? [] : [{ device, volumeId: Ebs.VolumeId }],
  );
}

function asFact(made: readonly Snapshot[], devices: readonly Device[]): Snapshots {
  const deviceOf = new Map(devices.map(({ volumeId, device }) => [volumeId, device]));
  return made.map((one) => ({
    volumeId: one.volumeId,
    snapshotId: one.snapshotId,
    device: deviceOf.get(one.volumeId) ?? 'unknown',
    sizeGiB: one.sizeGiB,
    encrypted: one.encrypted,
    ...(one.kmsKeyId === undefined ? {} : { kmsKeyId: one.kmsKeyId }),
    startedAt: one.startedAt,
  }));
}

/** EC2 takes one snapshot of a volume every 15 s, and so many at once: both pass. */
const PASSES = ['SnapshotCreationPerVolumeRateExceeded', 'ConcurrentSnapshotLimitExceeded', 'IncorrectState'];

async function call(ctx: SuspectContext) {
  try {
    return await ctx.suspectAccount.call(ec2.CreateSnapshots, {
      InstanceSpecification: { InstanceId: ctx.incident.suspect.instanceId },
      Description: DESCRIPTION,
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: neutralTags(ctx) }],
    });
  } catch (error) {
    if (!isCode(error, ...PASSES)) throw error;
    await ctx.sleep({ seconds: 15 });
    throw StepFailure.retryable(error.code, error.message, { cause: error });
  }
}

async function create(ctx: SuspectContext): Promise<readonly Snapshot[]> {
  const answer = await call(ctx);
  return (answer.Snapshots ?? []).flatMap((one) =>
    one.SnapshotId === undefined || one.VolumeId === undefined
      ? []
      : [
          {
            snapshotId: one.SnapshotId,
            volumeId: one.VolumeId,
            sizeGiB: one.VolumeSize ?? 0,
            encrypted: one.Encrypted ?? false,
            // CreateSnapshots does not tell the key; the volume does.
            kmsKeyId: undefined,
            startedAt: (one.StartTime ?? ctx.now()).toISOString(),
            completedAt: undefined,
            state: 'pending',
            percent: 0,
            message: undefined,
          } as const,
        ],
  );
}

/** EC2 tells whole seconds, by its own clock; it answers nobody whose clock is further off. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** The tag alone proves nothing: an intruder with the role may have written it onto a snapshot of his own. */
function assertOurs(ctx: SuspectContext, found: readonly Snapshot[], devices: readonly Device[]): void {
  const volumes = new Set(devices.map(({ volumeId }) => volumeId));
  const earliest = Date.parse(ctx.incident.openedAt) - CLOCKS_DIFFER_MS;
  const stranger = found.find((one) => !volumes.has(one.volumeId) || Date.parse(one.startedAt) < earliest);
  if (stranger === undefined) return;
  throw StepFailure.permanent(
    'RECOVER_MISMATCH',
    `${stranger.snapshotId} carries our tag but is of ${stranger.volumeId}, started ${stranger.startedAt}`,
  );
}

/** The oldest of each volume; a second one is told, and left to a person. */
function oldest(ctx: SuspectContext, found: readonly Snapshot[]): readonly Snapshot[] {
  const first = new Map<string, Snapshot>();
  for (const one of found.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))) {
    if (first.has(one.volumeId))
      ctx.notice('DUPLICATE', `${one.snapshotId} is a second snapshot of ${one.volumeId}`);
    else first.set(one.volumeId, one);
  }
  return [...first.values()];
}

export interface DiskSnapshotsOptions extends StoragePrice {
  /**
   * Days for which nobody in the suspect's account may delete the snapshots without the right to unlock them (governance
   * mode): an intruder with its rights would begin there. Default 7; 0: not locked.
   */
  readonly lockDays?: number;
}

/** Not shown yet; and where a policy asks for our tag, not shown with it. */
const NOT_YET = ['InvalidSnapshot.NotFound', 'UnauthorizedOperation'];

/** Locks what is still pending. Where that is refused the snapshots are there all the same: it is told. */
async function lockAll(ctx: SuspectContext, made: Snapshots, { lockDays = 7 }: DiskSnapshotsOptions) {
  if (lockDays === 0) return;
  const locks = made.map(async ({ snapshotId }) => {
    try {
      await eventually(ctx, { codes: NOT_YET, within: { seconds: 15 } }, () =>
        unless(['SnapshotLocked'], () =>
          ctx.suspectAccount.call(ec2.LockSnapshot, {
            SnapshotId: snapshotId,
            LockMode: 'governance',
            LockDuration: lockDays,
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof StepFailure) || error.code === 'UNDECLARED_ACTION') throw error;
      ctx.notice('SNAPSHOT_NOT_LOCKED', `${snapshotId}: ${error.code}`);
    }
  });
  await Promise.all(locks);
}

/** How long EC2 may take to show what it made. */
const VISIBLE_WITHIN = { minutes: 5 };

/**
 * One call makes all snapshots, but EC2 does not show them all at once: some of them are not yet an answer, until the
 * others would have to be there.
 */
function isAll(ctx: SuspectContext, found: readonly Snapshot[], devices: readonly Device[]): boolean {
  const volumes = new Set(found.map(({ volumeId }) => volumeId));
  if (devices.every(({ volumeId }) => volumes.has(volumeId))) return true;
  const age = ctx.now().getTime() - Math.max(...found.map(({ startedAt }) => Date.parse(startedAt)));
  return age >= milliseconds(VISIBLE_WITHIN);
}

/** What an attempt that died has made; null while EC2 does not show it, or not all of it. */
async function recovered(
  ctx: SuspectContext,
  devices: readonly Device[],
): Promise<readonly Snapshot[] | null> {
  const [tag] = neutralTags(ctx);
  const Filters = [{ Name: `tag:${tag?.Key}`, Values: [tag?.Value ?? ''] }];
  const found = await describeSnapshots(ctx.suspectAccount, { OwnerIds: ['self'], Filters });
  assertOurs(ctx, found, devices);
  const first = oldest(ctx, found);
  return first.length === 0 || !isAll(ctx, first, devices) ? null : first;
}

const ACTIONS = ['ec2:CreateSnapshots', 'ec2:CreateTags', 'ec2:DescribeSnapshots', 'ec2:DescribeInstances'];

/**
 * Snapshots of all attached volumes at one point in time, before anything is touched: the guest does not notice. Ends
 * when EC2 has accepted them; their completion is waited for in examine.
 */
export function diskSnapshots(options: DiskSnapshotsOptions = {}) {
  return definePolledStep({
    id: 'disk.snapshots',
    version: 2,
    title: 'Takes snapshots of all attached volumes at one point in time',
    phase: 'protect',
    harmless: true,
    needs: [finding, suspect],
    wants: [instance],
    provides: [snapshots],
    // Containment does not wait for it; after a crash EC2 may take that long to show what was made.
    timeout: { minutes: 15 },
    visibleWithin: VISIBLE_WITHIN,
    actions: { suspect: [...ACTIONS, ...(options.lockDays === 0 ? [] : ['ec2:LockSnapshot'])] },
    effect: {
      summary: 'None that the guest could see; the snapshots are paid for, and locked for some days.',
      reversible: 'partly',
      manual: ['aws ec2 create-snapshots --instance-specification InstanceId=INSTANCE'],
    },
    ticket: snapshots.schema,
    estimate: (facts) => storageEstimate('snapshots', facts.instance?.volumes ?? [], options),
    async start(ctx, facts) {
      const devices = await devicesOf(ctx, facts.instance);
      if (devices.length === 0)
        throw StepFailure.permanent('NO_VOLUMES', 'no volume is attached: there is no disk to preserve');
      const made = await create(ctx);
      // Locked in `poll`: who died before it takes the snapshots up by looking only.
      return ctx.waiting(asFact(made, devices), { seconds: 0 });
    },
    async poll(ctx, made) {
      await lockAll(ctx, made, options);
      return ctx.done({ snapshots: made });
    },
    async recover(ctx, facts) {
      const devices = await devicesOf(ctx, facts.instance);
      const found = await recovered(ctx, devices);
      return found === null ? null : ctx.waiting(asFact(found, devices), { seconds: 0 });
    },
  });
}
