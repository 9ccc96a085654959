import { join } from 'node:path';
import type { SimulatedRegion } from '../simulation/account.js';
import type { LiveContent, SimulatedVolume } from '../simulation/ec2/volumes.js';
import type { DeletedFile, DeviceFileSystem } from './devices.js';
import { copyTree, type DiskImage, diskFolder } from './disk-image.js';
import type { MachineOptions } from './machine-folder.js';
import { removeTree } from './remove-tree.js';
import type { SimulatedHost } from './simulated-host.js';
import { runningHost } from './world-hosts.js';
import type { HostSocketSource } from './world-network.js';

/** How the hosts come up that boot from a disk. */
export interface HostBlueprint {
  /** Puts the file system into the folder. */
  readonly plant: (root: string) => void;
  readonly machine?: MachineOptions;
  /** What its `ss` shows beside the connections that the world knows. */
  readonly sockets?: HostSocketSource;
  /** What was deleted on its root file system. */
  readonly deleted?: readonly DeletedFile[];
  /** Type of the root file system. Default ext4. */
  readonly fileSystem?: 'ext4' | 'xfs';
}

/** Not on any disk: they live in the kernel, or in memory. */
const NOT_ON_DISK = ['proc', 'sys', 'dev', 'run'];
const GIB = 2 ** 30;
const MIB = 2 ** 20;

function uuidOf(region: SimulatedRegion): string {
  return region.world.uuid();
}

/** The host that has the volume attached: started now, if nobody has asked it anything yet. */
function holderOf(region: SimulatedRegion, volume: SimulatedVolume): SimulatedHost | undefined {
  for (const { instanceId } of volume.attachments) {
    const host = runningHost(region, instanceId);
    if (host !== undefined) return host;
  }
  return undefined;
}

/** The disk that a host boots from: content of its root volume, or of the image it is launched from. */
export class BootDisk implements LiveContent {
  readonly kind = 'boot-disk';

  constructor(
    readonly region: SimulatedRegion,
    readonly blueprint: HostBlueprint,
    /** Folders of the root that lie on other volumes. */
    readonly elsewhere: readonly string[] = [],
  ) {}

  atThisMoment(volume: SimulatedVolume): DiskImage {
    const folder = diskFolder(this.region.world);
    const host = holderOf(this.region, volume);
    // A disk that outlived its instance is as it was planted.
    const root = host?.root ?? diskFolder(this.region.world);
    if (host === undefined) this.blueprint.plant(root);
    copyTree(root, folder, [...NOT_ON_DISK, ...this.elsewhere]);
    if (host === undefined) removeTree(root);
    const sizeBytes = volume.sizeGiB * GIB;
    return {
      kind: 'disk-image',
      partitions: [
        {
          number: 1,
          type: this.blueprint.fileSystem ?? 'ext4',
          uuid: uuidOf(this.region),
          folder,
          sizeBytes: sizeBytes - 128 * MIB,
          dirty: true,
          deleted: this.blueprint.deleted ?? [],
        },
        { number: 14, type: '', uuid: '', folder: '', sizeBytes: 3 * MIB },
        {
          number: 15,
          type: 'vfat',
          uuid: 'EF1A-0D15',
          folder: diskFolder(this.region.world),
          sizeBytes: 124 * MIB,
        },
      ],
    };
  }
}

/** A second disk of a running host, mounted there: one file system over all of it, without partitions. */
export class MountedDisk implements LiveContent {
  readonly kind = 'mounted-disk';

  constructor(
    readonly region: SimulatedRegion,
    /** Where the host has mounted it, without a leading slash. */
    readonly path: string,
    readonly type: DeviceFileSystem['type'] = 'ext4',
  ) {}

  atThisMoment(volume: SimulatedVolume): DiskImage {
    const folder = diskFolder(this.region.world);
    const host = holderOf(this.region, volume);
    if (host !== undefined) copyTree(join(host.root, this.path), folder);
    const whole = {
      type: this.type,
      uuid: uuidOf(this.region),
      folder,
      sizeBytes: volume.sizeGiB * GIB,
      dirty: true as const,
    };
    return { kind: 'disk-image', partitions: [], whole };
  }
}
