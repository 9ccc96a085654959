import { type Account, type BaseContext, definePolledStep, StepFailure } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import {
  type CustodySnapshots,
  custodySnapshots,
  type EvidenceSnapshots,
  evidenceSnapshots,
  instance,
  isCode,
  type Snapshots,
  snapshots,
  unless,
} from '@cordon/core/steps';
import * as v from 'valibot';
import { boundEstimate, boundMinutes, type CopyBound } from '../snapshots/copy-bound.js';
import { tellBoundMissed } from '../snapshots/copy-snapshot.js';
import { describeSnapshots, type Snapshot } from '../snapshots/describe-snapshots.js';
import { lookAgain } from '../snapshots/patience.js';
import { type StoragePrice, storageEstimate } from '../snapshots/storage-estimate.js';
import { tellProgress } from '../snapshots/tell-progress.js';
import { atHome, carriageEstimate, checkKeyIsAtHome, type Home } from './home.js';
import { type Known, lineages } from './lineage.js';
import { makeCopy } from './make-copy.js';

export interface CustodyOptions extends StoragePrice, CopyBound, Home {
  /** ARN of the security account's own key, in the copies' region. */
  readonly kmsKeyArn: string;
  /** Days for which nobody may delete the copies. Default 365; 0: not locked. */
  readonly lockDays?: number;
}

type Source = EvidenceSnapshots[number];

const Copy = v.object({
  volumeId: v.string(),
  copyId: v.optional(v.string()),
  /** When EC2 accepted it: it may have waited for its turn for hours. */
  begunAt: v.optional(v.string()),
  state: v.picklist(['wanted', 'copying', 'done', 'failed']),
  reason: v.optional(v.string()),
});
type Copy = v.InferOutput<typeof Copy>;
const Ticket = v.object({ since: v.string(), copies: v.array(Copy) });

async function begin(
  ctx: BaseContext,
  copy: Copy,
  source: Source,
  options: Pick<Seen, 'since'> & CustodyOptions,
): Promise<Copy> {
  try {
    const copyId = await makeCopy(ctx, source, options);
    return copyId === undefined
      ? copy
      : { ...copy, copyId, begunAt: ctx.now().toISOString(), state: 'copying' };
  } catch (error) {
    // Twenty copies at once in a region: this one waits for its turn.
    if (isCode(error, 'ResourceLimitExceeded')) return copy;
    // Shared a moment ago: EC2 takes its time to show it to another account.
    if (isCode(error, 'InvalidSnapshot.NotFound') && isFresh(ctx, options.since)) return copy;
    throw error;
  }
}

async function lock(home: Account, snapshotId: string, days: number): Promise<void> {
  if (days === 0) return;
  await unless(['SnapshotLocked'], () =>
    home.call(ec2.LockSnapshot, {
      SnapshotId: snapshotId,
      LockMode: 'governance',
      LockDuration: days,
    }),
  );
}

/** By then EC2 shows a copy that it has accepted. */
const SHOWN_WITHIN_MS = 10 * 60_000;

function isFresh(ctx: BaseContext, since: string): boolean {
  return ctx.now().getTime() - Date.parse(since) <= SHOWN_WITHIN_MS;
}

interface Seen {
  readonly seen: Snapshot | undefined;
  readonly source: Source;
  /** When the copies were begun. */
  readonly since: string;
}

function failed(copy: Copy, reason: string): Copy {
  return { ...copy, state: 'failed', reason };
}

/** How one copy goes on, given how it looks now. KMS refuses only here: as a copy that ends in error. */
async function advance(ctx: BaseContext, copy: Copy, look: Seen & CustodyOptions): Promise<Copy> {
  const { seen, source, since, lockDays = 365 } = look;
  if (copy.state === 'wanted') return begin(ctx, copy, source, look);
  if (copy.state !== 'copying') return copy;
  if (seen === undefined) {
    return isFresh(ctx, copy.begunAt ?? since) ? copy : failed(copy, 'the copy is not there any more');
  }
  if (seen.state === 'error') return failed(copy, seen.message ?? 'EC2 gives no reason');
  if (seen.state !== 'completed') return copy;
  tellBoundMissed(ctx, seen, look);
  await lock(atHome(ctx, look), seen.snapshotId, lockDays);
  return { ...copy, state: 'done' };
}

/** One volume that is refused for good must not keep the others from being copied and locked. */
async function advanceAlone(ctx: BaseContext, copy: Copy, look: Seen & CustodyOptions): Promise<Copy> {
  try {
    return await advance(ctx, copy, look);
  } catch (error) {
    if (!(error instanceof StepFailure) || error.kind !== 'permanent') throw error;
    return failed(copy, `${error.code}: ${error.message}`);
  }
}

type LooksById = ReadonlyMap<string, Snapshot>;

function tell(
  ctx: BaseContext,
  copies: readonly Copy[],
  { sources, seen }: { readonly sources: EvidenceSnapshots; readonly seen: LooksById },
) {
  const sizeOf = new Map(sources.map(({ volumeId, sizeGiB }) => [volumeId, sizeGiB]));
  const parts = copies
    .filter(({ state }) => state !== 'failed')
    .map(({ volumeId, copyId, state }) => ({
      sizeGiB: sizeOf.get(volumeId) ?? 0,
      percent: state === 'done' ? 100 : (seen.get(copyId ?? '')?.percent ?? 0),
    }));
  tellProgress(ctx, parts);
}

async function lookAt(
  ctx: BaseContext,
  copies: readonly Copy[],
  { sources, home }: { readonly sources: EvidenceSnapshots; readonly home: Account },
): Promise<LooksById> {
  const ids = copies.flatMap(({ copyId, state }) =>
    copyId !== undefined && state === 'copying' ? [copyId] : [],
  );
  if (ids.length === 0) return new Map();
  const Filters = [{ Name: 'snapshot-id', Values: ids }];
  const found = await describeSnapshots(home, { OwnerIds: ['self'], Filters });
  const seen = new Map(found.map((one) => [one.snapshotId, one]));
  tell(ctx, copies, { sources, seen });
  return seen;
}

async function asFact(
  ctx: BaseContext,
  copies: readonly Copy[],
  { known, ...options }: CustodyOptions & { readonly known: Known },
): Promise<CustodySnapshots> {
  const copied = copies.flatMap(({ volumeId, copyId, state }) => {
    const source = known.sources.find((one) => one.volumeId === volumeId);
    if (state !== 'done' || copyId === undefined || source === undefined) return [];
    return [{ source, custodySnapshotId: copyId }];
  });
  const links = await lineages(ctx, copied, { ...known, home: atHome(ctx, options) });
  return copied.map(({ source: { volumeId, sourceSnapshotId }, custodySnapshotId }) => ({
    volumeId,
    sourceSnapshotId,
    custodySnapshotId,
    locked: options.lockDays !== 0,
    lineage: [...(links.get(custodySnapshotId) ?? [])],
  }));
}

/** What could not be copied, or not even be shared, is named, once all others are safe; when nothing could, the step fails. */
function tellMissing(ctx: BaseContext, copies: readonly Copy[], taken: Snapshots | undefined): void {
  const known = new Set(copies.map(({ volumeId }) => volumeId));
  const reasons = [
    ...copies.flatMap(({ volumeId, state, reason }) =>
      state === 'failed' ? [`${volumeId}: ${reason}`] : [],
    ),
    ...(taken ?? [])
      .filter(({ volumeId }) => !known.has(volumeId))
      .map(({ volumeId }) => `${volumeId}: not shared`),
  ];
  if (copies.every(({ state }) => state === 'failed'))
    throw StepFailure.permanent('CUSTODY_INCOMPLETE', reasons.join('; '));
  for (const reason of reasons) ctx.gap('NOT_IN_CUSTODY', reason);
}

/**
 * Copies the shared snapshots under the security account's own key and locks the copies: what the suspect account, or
 * an intruder with its rights, can no longer take away. Runs beside the examination, which reads what is shared.
 */
export function custodyCopies(options: CustodyOptions) {
  boundMinutes(options);
  checkKeyIsAtHome(options.kmsKeyArn, options);
  return definePolledStep({
    id: 'disk.custody',
    version: 2,
    title: "Copies the snapshots under the security account's own key and locks the copies",
    phase: 'examine',
    needs: [evidenceSnapshots],
    wants: [snapshots, instance],
    provides: [custodySnapshots],
    timeout: { hours: 46 },
    visibleWithin: { minutes: 5 },
    actions: {
      security: ['ec2:CopySnapshot', 'ec2:CreateTags', 'ec2:DescribeSnapshots', 'ec2:LockSnapshot'],
    },
    ticket: Ticket,
    estimate: ({ instance: seen }) => [
      ...storageEstimate('custody copies', seen?.volumes ?? [], options),
      ...boundEstimate('custody copies, each', seen?.volumes ?? [], options),
      ...carriageEstimate(seen, options),
    ],
    async start(ctx, facts) {
      const copies = facts.evidenceSnapshots.map(({ volumeId }) => ({ volumeId, state: 'wanted' as const }));
      return ctx.waiting({ since: ctx.now().toISOString(), copies }, { seconds: 0 });
    },
    async poll(ctx, ticket, facts) {
      const sources = facts.evidenceSnapshots;
      const seen = await lookAt(ctx, ticket.copies, { sources, home: atHome(ctx, options) });
      const copies = await Promise.all(
        ticket.copies.map((copy) => {
          const source = sources.find(({ volumeId }) => volumeId === copy.volumeId);
          if (source === undefined)
            throw StepFailure.permanent('TICKET_INVALID', `no volume ${copy.volumeId}`);
          const look = { ...options, seen: seen.get(copy.copyId ?? ''), source, since: ticket.since };
          return advanceAlone(ctx, copy, look);
        }),
      );
      if (copies.some(({ state }) => state === 'wanted' || state === 'copying'))
        return ctx.waiting({ ...ticket, copies }, lookAgain(Date.parse(ticket.since), ctx.now().getTime()));
      tellMissing(ctx, copies, facts.snapshots);
      const known = { ...facts, sources };
      return ctx.done({ custodySnapshots: await asFact(ctx, copies, { ...options, known }) });
    },
  });
}
