import type { SimulatedRegion } from '../account.js';
import { slice } from '../slice.js';
import { Collection, placed, type Resource, type Tags } from './resource.js';

export interface VolumeAttachment {
  readonly instanceId: string;
  /** As EC2 names it: `/dev/sdf`. */
  readonly device: string;
  state: 'attaching' | 'attached' | 'detaching' | 'busy';
  readonly attachedAt: Date;
  deleteOnTermination: boolean;
}

export interface SimulatedVolume extends Resource {
  readonly sizeGiB: number;
  readonly availabilityZone: string;
  state: 'creating' | 'available' | 'in-use' | 'deleting' | 'deleted' | 'error';
  readonly snapshotId: string | undefined;
  /** ARN of the key; undefined when not encrypted. */
  readonly kmsKeyArn: string | undefined;
  readonly volumeType: string;
  readonly multiAttach: boolean;
  /** `marketplace` codes attach only to a stopped instance. */
  readonly productCode: string | undefined;
  readonly createdAt: Date;
  readonly attachments: VolumeAttachment[];
  /** What the volume holds, for hosts that show it: carried along by snapshots, copies and new volumes. */
  content: unknown;
}

/** Content that goes on changing: a snapshot takes what it is at that moment. */
export interface LiveContent {
  atThisMoment(volume: SimulatedVolume): unknown;
}

function isLive(content: unknown): content is LiveContent {
  return typeof content === 'object' && content !== null && 'atThisMoment' in content;
}

/** What a snapshot of the volume, taken now, holds. */
export function contentNow(volume: SimulatedVolume): unknown {
  return isLive(volume.content) ? volume.content.atThisMoment(volume) : volume.content;
}

export const volumesOf = slice((region: SimulatedRegion) => new Collection<SimulatedVolume>(region));

export interface VolumeOptions {
  readonly id?: string;
  readonly sizeGiB?: number;
  readonly availabilityZone?: string;
  readonly kmsKeyArn?: string;
  readonly snapshotId?: string;
  readonly volumeType?: string;
  readonly multiAttach?: boolean;
  readonly productCode?: string;
  readonly content?: unknown;
  readonly tags?: Tags;
}

/** Puts a volume into the region. */
export function addVolume(region: SimulatedRegion, options: VolumeOptions = {}): SimulatedVolume {
  const { id = region.world.id('vol'), sizeGiB = 8, volumeType = 'gp3' } = options;
  return volumesOf(region).add({
    ...placed(id, options.tags),
    sizeGiB,
    availabilityZone: options.availabilityZone ?? `${region.name}a`,
    state: 'available',
    snapshotId: options.snapshotId,
    kmsKeyArn: options.kmsKeyArn,
    volumeType,
    multiAttach: options.multiAttach ?? false,
    productCode: options.productCode,
    createdAt: region.world.now(),
    attachments: [],
    content: options.content,
  });
}

/** The volumes of an instance, by device. */
export function volumesOfInstance(region: SimulatedRegion, instanceId: string): readonly SimulatedVolume[] {
  const device = (volume: SimulatedVolume) =>
    volume.attachments.find((attachment) => attachment.instanceId === instanceId)?.device ?? '';
  return volumesOf(region)
    .all()
    .filter((volume) => volume.attachments.some((attachment) => attachment.instanceId === instanceId))
    .sort((a, b) => (device(a) < device(b) ? -1 : 1));
}
