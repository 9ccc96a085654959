import { type Account, type BaseContext, StepFailure } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { type EvidenceSnapshots, isCode, unless } from '@cordon/core/steps';
import * as v from 'valibot';
import type { CopyBound } from '../snapshots/copy-bound.js';
import { tellBoundMissed } from '../snapshots/copy-snapshot.js';
import type { Snapshot } from '../snapshots/describe-snapshots.js';
import type { StoragePrice } from '../snapshots/storage-estimate.js';
import { atHome, type Home } from './home.js';
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
  /** Wanted, and EC2 makes as many copies as it makes at once. */
  queued: v.optional(v.boolean()),
  reason: v.optional(v.string()),
});
export type Copy = v.InferOutput<typeof Copy>;

export const CustodyTicket = v.object({ since: v.string(), copies: v.array(Copy) });
export type CustodyTicket = v.InferOutput<typeof CustodyTicket>;

async function begin(
  ctx: BaseContext,
  copy: Copy,
  source: Source,
  options: Pick<Seen, 'since'> & CustodyOptions,
): Promise<Copy> {
  try {
    const copyId = await makeCopy(ctx, source, options);
    if (copyId === undefined) return { ...copy, queued: false };
    return { ...copy, copyId, begunAt: ctx.now().toISOString(), state: 'copying', queued: false };
  } catch (error) {
    // Twenty copies at once in a region, or many who ask for a place: this one waits for its turn.
    if (isCode(error, 'ResourceLimitExceeded', 'RequestLimitExceeded')) return { ...copy, queued: true };
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
export async function advanceAlone(ctx: BaseContext, copy: Copy, look: Seen & CustodyOptions): Promise<Copy> {
  try {
    return await advance(ctx, copy, look);
  } catch (error) {
    if (!(error instanceof StepFailure) || error.kind !== 'permanent') throw error;
    return failed(copy, `${error.code}: ${error.message}`);
  }
}
