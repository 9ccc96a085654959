import type { SimulatedRegion } from '../account.js';
import { slice } from '../slice.js';
import { Collection, placed, type Resource, type Tags } from './resource.js';

export type SnapshotState = 'pending' | 'completed' | 'error';

export interface SnapshotLock {
  readonly mode: 'governance' | 'compliance';
  /** From when the snapshot is complete. */
  readonly days: number | undefined;
  readonly createdAt: Date;
  /** The other way to say how long. */
  readonly expiresAt: Date | undefined;
  readonly coolOffUntil: Date | undefined;
}

export interface SimulatedSnapshot extends Resource {
  readonly region: SimulatedRegion;
  /** Of a copy: arbitrary, and no volume's. */
  readonly volumeId: string;
  readonly sizeGiB: number;
  state: SnapshotState;
  stateMessage: string | undefined;
  readonly startedAt: Date;
  /** When it is or will be done, or fail. */
  readonly endsAt: Date;
  readonly kmsKeyArn: string | undefined;
  readonly description: string;
  /** Accounts that may make volumes from it; `all` when public. */
  readonly sharedWith: Set<string>;
  lock: SnapshotLock | undefined;
  /** What the volume held at that moment. */
  readonly content: unknown;
  /** Copies of whose making this one is the destination. */
  readonly copiedFrom: string | undefined;
  /** Of a copy: the bound on its time that was paid for. */
  readonly boundMinutes: number | undefined;
}

export const snapshotsOf = slice((region: SimulatedRegion) => new Collection<SimulatedSnapshot>(region));

/** How fast a region makes snapshots; a scenario may change it. */
export interface SnapshotSpeed {
  gibPerMinute: number;
  baseSeconds: number;
}

export const snapshotSpeedOf = slice(
  (_region: SimulatedRegion): SnapshotSpeed => ({ gibPerMinute: 4, baseSeconds: 45 }),
);

export interface SnapshotOptions {
  readonly id?: string;
  readonly volumeId?: string;
  readonly sizeGiB?: number;
  readonly state?: SnapshotState;
  readonly kmsKeyArn?: string;
  readonly description?: string;
  readonly sharedWith?: readonly string[];
  readonly content?: unknown;
  readonly tags?: Tags;
}

/** Puts a finished snapshot into the region. */
export function addSnapshot(region: SimulatedRegion, options: SnapshotOptions = {}): SimulatedSnapshot {
  const now = region.world.now();
  return snapshotsOf(region).add({
    ...placed(options.id ?? region.world.id('snap'), options.tags),
    region,
    volumeId: options.volumeId ?? 'vol-ffffffff',
    sizeGiB: options.sizeGiB ?? 8,
    state: options.state ?? 'completed',
    stateMessage: undefined,
    startedAt: now,
    endsAt: now,
    kmsKeyArn: options.kmsKeyArn,
    description: options.description ?? '',
    sharedWith: new Set(options.sharedWith ?? []),
    lock: undefined,
    content: options.content,
    copiedFrom: undefined,
    boundMinutes: undefined,
  });
}

/** `37%`, as of now. */
export function progressOf(snapshot: SimulatedSnapshot): string {
  if (snapshot.state === 'completed') return '100%';
  const span = snapshot.endsAt.getTime() - snapshot.startedAt.getTime();
  const done = snapshot.region.world.now().getTime() - snapshot.startedAt.getTime();
  return `${Math.min(99, Math.max(0, Math.floor((100 * done) / Math.max(1, span))))}%`;
}

/** A snapshot that this account may see: its own, or one that its owner shared with it. */
export function findSnapshot(region: SimulatedRegion, id: string): SimulatedSnapshot | undefined {
  const own = snapshotsOf(region).find(id);
  if (own !== undefined) return own;
  for (const account of region.world.accounts()) {
    const foreign = snapshotsOf(account.region(region.name)).find(id);
    if (foreign === undefined) continue;
    const shared = foreign.sharedWith.has(region.account.id) || foreign.sharedWith.has('all');
    return shared ? foreign : undefined;
  }
  return undefined;
}
