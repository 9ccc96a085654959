import { type BaseContext, type Duration, definePolledStep, milliseconds, StepFailure } from '@cordon/core';
import {
  allThenThrow,
  type EvidenceSnapshots,
  evidenceSnapshots,
  type Instance,
  instance,
  type Snapshots,
  snapshots,
} from '@cordon/core/steps';
import { boundEstimate, boundMinutes } from '../snapshots/copy-bound.js';
import { describeSnapshots } from '../snapshots/describe-snapshots.js';
import { lookAgain, type Underway } from '../snapshots/patience.js';
import { storageEstimate } from '../snapshots/storage-estimate.js';
import { type Part, tellProgress } from '../snapshots/tell-progress.js';
import { advance, type Look, type SharingOptions } from './share-one.js';
import { type SharedVolume, SharingTicket } from './ticket.js';

/** Ids that a look asks for: what the tickets of unfinished volumes name. */
function watched({ progress, sourceSnapshotId }: SharedVolume): readonly string[] {
  if (progress.stage === 'completing') return [sourceSnapshotId];
  return progress.stage === 're-encrypting' && progress.copyId !== undefined ? [progress.copyId] : [];
}

/** Its parts: the snapshot, and the copy under another key where one is made. What is lost is no work any more. */
function partsOf({ progress, sourceSnapshotId }: SharedVolume, sizeGiB: number, look: Look): readonly Part[] {
  const whole = { sizeGiB, percent: 100 };
  switch (progress.stage) {
    case 'lost':
      return [];
    case 'completing':
      return [{ sizeGiB, percent: look(sourceSnapshotId)?.percent ?? 0 }];
    case 're-encrypting':
      return [whole, { sizeGiB, percent: look(progress.copyId ?? '')?.percent ?? 0 }];
    case 'shared':
      return progress.readFromSnapshotId === sourceSnapshotId ? [whole] : [whole, whole];
  }
}

async function lookAt(ctx: BaseContext, volumes: readonly SharedVolume[], sources: Snapshots): Promise<Look> {
  const ids = volumes.flatMap(watched);
  if (ids.length === 0) return () => undefined;
  // By filter, not by id: one that is gone must not hide the others.
  const Filters = [{ Name: 'snapshot-id', Values: ids }];
  const found = await describeSnapshots(ctx.suspectAccount, { OwnerIds: ['self'], Filters });
  const byId = new Map(found.map((one) => [one.snapshotId, one]));
  const look: Look = (id) => byId.get(id);
  const sizeOf = new Map(sources.map(({ snapshotId, sizeGiB }) => [snapshotId, sizeGiB]));
  const parts = volumes.flatMap((one) => partsOf(one, sizeOf.get(one.sourceSnapshotId) ?? 0, look));
  tellProgress(ctx, parts);
  return look;
}

function asFact(sources: Snapshots, volumes: readonly SharedVolume[]): EvidenceSnapshots {
  return sources.flatMap(({ volumeId, device, sizeGiB, snapshotId }) => {
    const progress = volumes.find(({ sourceSnapshotId }) => sourceSnapshotId === snapshotId)?.progress;
    if (progress?.stage !== 'shared') return [];
    const { readFromSnapshotId } = progress;
    return [{ volumeId, device, sizeGiB, sourceSnapshotId: snapshotId, readFromSnapshotId }];
  });
}

/** What is not complete by then is given up, so that the examination has the others; the step ends with or without it. */
const GIVEN_UP_AFTER: Duration = { hours: 44 };

function unlessTooLate(ctx: BaseContext, since: string, volume: SharedVolume): SharedVolume {
  const late = ctx.now().getTime() - Date.parse(since) >= milliseconds(GIVEN_UP_AFTER);
  if (!late || isOver(volume)) return volume;
  const reason = `TOO_SLOW: not complete after ${GIVEN_UP_AFTER.hours} hours`;
  return { ...volume, progress: { stage: 'lost', reason } };
}

/** Of a copy under another key, only its beginning would tell how fast it is: then nothing is told. */
function underwayIn(ticket: SharingTicket, look: Look): readonly Underway[] {
  const open = ticket.volumes.filter((volume) => !isOver(volume));
  if (open.some(({ progress }) => progress.stage !== 'completing')) return [];
  const sinceMs = Date.parse(ticket.since);
  return open.map(({ sourceSnapshotId }) => ({ sinceMs, percent: look(sourceSnapshotId)?.percent ?? 0 }));
}

const isOver = ({ progress }: SharedVolume) => progress.stage === 'shared' || progress.stage === 'lost';

async function next(
  ctx: BaseContext,
  ticket: SharingTicket,
  {
    sources,
    options,
    look,
  }: { readonly sources: Snapshots; readonly options: SharingOptions; readonly look: Look },
): Promise<SharingTicket> {
  const advanced = ticket.volumes.map(({ sourceSnapshotId, progress }) => async () => {
    const source = sources.find(({ snapshotId }) => snapshotId === sourceSnapshotId);
    if (source === undefined)
      throw StepFailure.permanent('TICKET_INVALID', `no snapshot ${sourceSnapshotId}`);
    const advanced = await advance(ctx, { source, progress, look }, options);
    return unlessTooLate(ctx, ticket.since, { sourceSnapshotId, progress: advanced });
  });
  return { ...ticket, volumes: await allThenThrow(advanced) };
}

/** What could not be shared is named; when nothing could, the step fails. */
function tellLost(ctx: BaseContext, volumes: readonly SharedVolume[]): void {
  const reasons = volumes.flatMap(({ sourceSnapshotId, progress }) =>
    progress.stage === 'lost' ? [`${sourceSnapshotId}: ${progress.reason}`] : [],
  );
  if (reasons.length === volumes.length)
    throw StepFailure.permanent('NO_SNAPSHOT_USABLE', reasons.join('; '));
  for (const reason of reasons) ctx.gap('VOLUME_NOT_SHARED', reason);
}

/** Whether a key can be shared is only found out then: all encrypted volumes, at most. Sharing itself is free. */
function intermediateCopies(seen: Instance | undefined, options: SharingOptions) {
  if (options.transferKeyArn === undefined) return [];
  const encrypted = (seen?.volumes ?? []).filter((volume) => volume.encrypted);
  return [
    ...storageEstimate('copies under the transfer key, until cleanup', encrypted, options),
    ...boundEstimate('copies under the transfer key, each', encrypted, options),
  ];
}

const ACTIONS = {
  suspect: [
    'ec2:DescribeSnapshots',
    'ec2:ModifySnapshotAttribute',
    'ec2:CopySnapshot',
    'ec2:CreateTags',
    'kms:DescribeKey',
  ],
  security: ['kms:DescribeKey'],
};

/**
 * Waits for the snapshots, minutes or many hours, and lets the security account use them: for speed, the examination
 * reads what is shared. Snapshots under keys that cannot be shared are copied under another key first.
 */
export function shareSnapshots(options: SharingOptions = {}) {
  boundMinutes(options);
  return definePolledStep({
    id: 'disk.share',
    title: 'Waits for the snapshots and shares them with the security account',
    phase: 'examine',
    needs: [snapshots],
    wants: [instance],
    provides: [evidenceSnapshots],
    timeout: { hours: 46 },
    visibleWithin: { minutes: 5 },
    actions: ACTIONS,
    ticket: SharingTicket,
    estimate: ({ instance: seen }) => intermediateCopies(seen, options),
    async start(ctx, facts) {
      const volumes = facts.snapshots.map(({ snapshotId }) => ({
        sourceSnapshotId: snapshotId,
        progress: { stage: 'completing' as const },
      }));
      return ctx.waiting({ since: ctx.now().toISOString(), volumes }, { seconds: 30 });
    },
    async poll(ctx, ticket, facts) {
      const look = await lookAt(ctx, ticket.volumes, facts.snapshots);
      const now = await next(ctx, ticket, { sources: facts.snapshots, options, look });
      if (!now.volumes.every(isOver)) {
        const times = { sinceMs: Date.parse(ticket.since), nowMs: ctx.now().getTime() };
        return ctx.waiting(now, lookAgain({ ...times, underway: underwayIn(now, look) }));
      }
      tellLost(ctx, now.volumes);
      return ctx.done({ evidenceSnapshots: asFact(facts.snapshots, now.volumes) });
    },
  });
}
