import { join } from 'node:path';
import type { SimulatedRegion } from '../simulation/account.js';
import type { LiveContent, SimulatedVolume } from '../simulation/ec2/volumes.js';
import type { SimulatedWorld } from '../simulation/world.js';
import type { DeletedFile, DeviceFileSystem } from './devices.js';
import { copyTree, type DiskImage, diskFolder, filledLater } from './disk-image.js';
import { hostOf } from './host-registry.js';
import type { MachineOptions } from './machine-folder.js';
import { removeTree } from './remove-tree.js';
import { rootContent } from './root-content.js';
import type { SimulatedHost } from './simulated-host.js';
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

/** The host that has the volume attached, where anybody has asked it anything yet: till then its disks are as planted. */
function holderOf(region: SimulatedRegion, volume: SimulatedVolume): SimulatedHost | undefined {
  region.world.settle();
  for (const { instanceId } of volume.attachments) {
    const host = hostOf(region, instanceId);
    if (host !== undefined) return host;
  }
  return undefined;
}

/** A tree as it was planted, for as long as somebody copies from it. */
function copyPlanted(
  world: SimulatedWorld,
  plant: HostBlueprint['plant'],
  copy: (root: string) => void,
): void {
  const root = diskFolder(world);
  plant(root);
  copy(root);
  removeTree(root);
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
    const sizeBytes = volume.sizeGiB * GIB;
    const root = {
      number: 1,
      type: this.blueprint.fileSystem ?? 'ext4',
      uuid: uuidOf(this.region),
      sizeBytes: sizeBytes - 128 * MIB,
      dirty: true,
      deleted: this.blueprint.deleted ?? [],
    } as const;
    return {
      kind: 'disk-image',
      partitions: [
        this.#rootAtThisMoment(root, holderOf(this.region, volume)),
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

  #rootAtThisMoment<Rest extends object>(rest: Rest, host: SimulatedHost | undefined) {
    const { world } = this.region;
    const without = [...NOT_ON_DISK, ...this.elsewhere];
    if (host === undefined)
      return filledLater(world, rest, (folder) =>
        copyPlanted(world, this.blueprint.plant, (root) => copyTree(root, folder, without)),
      );
    const folder = diskFolder(world);
    copyTree(host.root, folder, without);
    return { ...rest, folder };
  }
}

function bootDiskOf(region: SimulatedRegion, instanceId: string): BootDisk | undefined {
  const content = rootContent(region, instanceId);
  return content instanceof BootDisk ? content : undefined;
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
    const whole = {
      type: this.type,
      uuid: uuidOf(this.region),
      sizeBytes: volume.sizeGiB * GIB,
      dirty: true as const,
    };
    return { kind: 'disk-image', partitions: [], whole: this.#wholeAtThisMoment(whole, volume) };
  }

  #wholeAtThisMoment<Rest extends object>(rest: Rest, volume: SimulatedVolume) {
    const { world } = this.region;
    const host = holderOf(this.region, volume);
    const copy = (root: string, folder: string) => copyTree(join(root, this.path), folder);
    if (host === undefined) {
      const boot = volume.attachments.flatMap((one) => bootDiskOf(this.region, one.instanceId) ?? [])[0];
      return filledLater(world, rest, (folder) => {
        if (boot !== undefined) copyPlanted(world, boot.blueprint.plant, (root) => copy(root, folder));
      });
    }
    const folder = diskFolder(world);
    copy(host.root, folder);
    return { ...rest, folder };
  }
}
