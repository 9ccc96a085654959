import type { SimulatedRegion } from '../account.js';
import { created, type Tags } from './resource.js';
import { type SimulatedSnapshot, snapshotSpeedOf, snapshotsOf } from './snapshots.js';

export interface NewSnapshot {
  readonly volumeId: string;
  readonly sizeGiB: number;
  readonly kmsKeyArn: string | undefined;
  readonly description: string;
  readonly content: unknown;
  readonly tags: Tags;
  readonly copiedFrom?: string;
  /** It will end in `error`, with this message. */
  readonly fails?: string;
  /** Of a copy: how long it takes, when the caller paid for a bound. */
  readonly boundMinutes?: number;
}

/** A failure shows itself after this long: `CopySnapshot` has answered 200 by then. */
const FAILS_AFTER_SECONDS = 20;

/** What one copy reaches at most: https://docs.aws.amazon.com/ebs/latest/userguide/time-based-copies.html */
const MIB_PER_SECOND = 500;

function seconds(region: SimulatedRegion, options: NewSnapshot): number {
  if (options.fails !== undefined) return FAILS_AFTER_SECONDS;
  const { gibPerMinute, baseSeconds } = snapshotSpeedOf(region);
  const usual = baseSeconds + (60 * options.sizeGiB) / gibPerMinute;
  if (options.boundMinutes === undefined) return usual;
  // A bound that is too near is taken all the same, and missed.
  return Math.min(usual, Math.max(options.boundMinutes * 60, (options.sizeGiB * 1024) / MIB_PER_SECOND));
}

/** A snapshot that is pending now and will be done in its own time. */
export function makeSnapshot(region: SimulatedRegion, options: NewSnapshot): SimulatedSnapshot {
  const { world } = region;
  const { fails, copiedFrom, boundMinutes, tags, ...rest } = options;
  const startedAt = world.now();
  const snapshot: SimulatedSnapshot = {
    ...created(region, world.id('snap'), tags),
    ...rest,
    region,
    state: 'pending',
    stateMessage: undefined,
    startedAt,
    endsAt: new Date(startedAt.getTime() + 1_000 * seconds(region, options)),
    sharedWith: new Set(),
    lock: undefined,
    copiedFrom,
    boundMinutes,
  };
  world.agenda.at(snapshot.endsAt, () => {
    snapshot.state = fails === undefined ? 'completed' : 'error';
    snapshot.stateMessage = fails;
  });
  return snapshotsOf(region).add(snapshot);
}
