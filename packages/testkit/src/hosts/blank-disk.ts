import type { SimulatedRegion } from '../simulation/account.js';
import type { LiveContent, SimulatedVolume } from '../simulation/ec2/volumes.js';
import type { DeviceFileSystem, HostDevices } from './devices.js';
import { copyTree, type DiskImage, diskFolder } from './disk-image.js';

const GIB = 2 ** 30;

/** A fresh volume that a host may format and write to. */
export class BlankDisk implements LiveContent {
  readonly kind = 'blank-disk';
  readonly folder: string;
  #format: Pick<DeviceFileSystem, 'type' | 'uuid'> = { type: '', uuid: '' };
  #holder: HostDevices | undefined;

  constructor(readonly region: SimulatedRegion) {
    this.folder = diskFolder(region.world);
  }

  /** It is attached to that machine now. */
  heldBy(devices: HostDevices): void {
    this.#holder = devices;
  }

  /** The file system on it, as the machine that has it, or had it last, has left it. */
  format(volumeId: string): Pick<DeviceFileSystem, 'type' | 'uuid'> {
    this.#format = this.#holder?.format(volumeId) ?? this.#format;
    return this.#format;
  }

  atThisMoment(volume: SimulatedVolume): DiskImage {
    const folder = diskFolder(this.region.world);
    copyTree(this.folder, folder);
    const whole = { ...this.format(volume.id), folder, sizeBytes: volume.sizeGiB * GIB };
    return { kind: 'disk-image', partitions: [], whole };
  }
}
