import type { SimulatedRegion } from '../simulation/account.js';
import type { SimulatedVolume } from '../simulation/ec2/volumes.js';

/** How a guest comes up from a disk. */
export interface GuestBoot {
  readonly kernelFile: string;
  readonly accelerator: 'kvm' | 'tcg';
  /** Default 512. */
  readonly memoryMiB?: number;
  /** More words for the kernel's command line: `lockdown=integrity`. */
  readonly append?: string;
  /** How wrong its clock is. Default 0. */
  readonly clockSkewMs?: number;
}

/** How a machine comes by its disks. */
export interface GuestParts {
  readonly boot: GuestBoot;
  /** The raw image behind a volume that is attached to it. */
  readonly diskOf: (region: SimulatedRegion, volume: SimulatedVolume) => { readonly file: string };
}
