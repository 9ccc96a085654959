import type { MachineDisk } from '../hosts/machine.js';
import type { SimulatedRegion } from '../simulation/account.js';
import { instancesOf } from '../simulation/ec2/instances.js';
import { type LiveContent, type SimulatedVolume, volumesOfInstance } from '../simulation/ec2/volumes.js';
import { slice } from '../simulation/slice.js';
import type { SimulatedWorld } from '../simulation/world.js';
import { blankDisk, copyDisk } from './copy-disk.js';
import type { GuestBoot } from './guest-boot.js';
import type { GuestMachine } from './guest-machine.js';
import { machinesOf } from './machines.js';

const GIB = 2 ** 30;

/** What a disk held at one moment: the content of snapshots, and of volumes that nobody has attached yet. */
export class DiskBytes {
  readonly kind = 'guest-disk-bytes';

  constructor(readonly file: string) {}
}

/** The disk of a machine that runs, or may run: content of one volume, as a raw image. */
export class GuestDisk implements LiveContent, MachineDisk {
  readonly kind = 'machine-disk';

  constructor(
    readonly region: SimulatedRegion,
    readonly file: string,
    readonly boot?: GuestBoot,
  ) {}

  machineOf(region: SimulatedRegion, instanceId: string): GuestMachine | undefined {
    return this.boot === undefined
      ? undefined
      : machinesOf(region).of(instanceId, { boot: this.boot, diskOf });
  }

  /** Crash-consistent: the machine stands still while all of its disks are copied. */
  atThisMoment(volume: SimulatedVolume): DiskBytes {
    for (const { instanceId } of volume.attachments) machinesOf(this.region).known(instanceId)?.freeze();
    return new DiskBytes(copyDisk(this.region.world, this.file));
  }
}

/** A disk that was made for a machine from the bytes of a snapshot. */
export interface EvidenceDisk {
  readonly volumeId: string;
  readonly from: DiskBytes;
  readonly disk: GuestDisk;
}

/** All of a world's, for comparisons: both files live as long as the world. */
export const evidenceDisksOf = slice((_world: SimulatedWorld): EvidenceDisk[] => []);

/** The disk of an image: whatever boots from it gets a copy. */
export class BootableImage implements MachineDisk {
  readonly kind = 'machine-disk';

  constructor(
    readonly file: string,
    readonly boot: GuestBoot,
  ) {}

  machineOf(region: SimulatedRegion, instanceId: string): GuestMachine | undefined {
    const device = instancesOf(region).peek(instanceId)?.rootDeviceName;
    const root = volumesOfInstance(region, instanceId).find((volume) =>
      volume.attachments.some((one) => one.instanceId === instanceId && one.device === device),
    );
    if (root?.content !== this) return undefined;
    const disk = new GuestDisk(region, copyDisk(region.world, this.file), this.boot);
    root.content = disk;
    return disk.machineOf(region, instanceId);
  }
}

/** What a machine gets when the volume is attached to it: what was written there by others, in a copy of its own. */
export function diskOf(region: SimulatedRegion, volume: SimulatedVolume): GuestDisk {
  const { content } = volume;
  if (content instanceof GuestDisk) return content;
  if (content !== undefined && !(content instanceof DiskBytes)) {
    throw new Error(`${volume.id} holds no disk that a guest could be given`);
  }
  const file =
    content === undefined
      ? blankDisk(region.world, volume.sizeGiB * GIB)
      : copyDisk(region.world, content.file);
  const disk = new GuestDisk(region, file);
  volume.content = disk;
  if (content !== undefined) evidenceDisksOf(region.world).push({ volumeId: volume.id, from: content, disk });
  return disk;
}
