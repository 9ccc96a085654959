import type { SignedCatalogue } from '../catalogue/read-catalogue.js';
import type { AvmlBinary, LimeModule } from './catalogue.js';

interface DumpOptions {
  /** Modules for the kernels that are in use: named one by one, or a signed catalogue in S3, which may hold AVML too. */
  readonly modules: readonly LimeModule[] | SignedCatalogue;
  /** AVML for the architectures in use: taken where LiME cannot be loaded. Default: none. */
  readonly avml?: readonly AvmlBinary[];
  /**
   * Where the catalogue has no module for the kernel, or the kernel takes none: `kcore` reads its own view of its memory,
   * by AVML where there is one and else by plain tools, which needs no module. Default `kcore`.
   */
  readonly fallback?: 'kcore' | 'none';
  /** Above this much memory the step fails instead of writing for hours. Default 256. */
  readonly maxRamGiB?: number;
}

/**
 * Onto a fresh volume of memory and a tenth, attached for the dump and taken off right after: needs no way out for it
 * and writes to no disk of the suspect. `preserveMemory` reads its snapshot in examine.
 */
interface ToVolume {
  readonly destination?: 'volume';
  /**
   * ARN of a customer key of the suspect's region that both accounts may use. Default: the suspect account's default key
   * for EBS, where that is such a key.
   */
  readonly volumeKeyArn?: string;
}

/** Onto a disk of the suspect, and from there through presigned URLs. */
interface ToStore {
  readonly destination: 'upload';
  /** Bucket of the security account, without default retention, that expires what lies in it. */
  readonly stagingBucket: string;
  /**
   * Where the dump lies on the suspect until it is uploaded: room for the memory and a tenth more. On the root disk it
   * overwrites what was deleted there; the snapshots are taken before. Default `/var/tmp`.
   */
  readonly directory?: string;
}

export type UploadOptions = DumpOptions & ToStore;
export type VolumeOptions = DumpOptions & ToVolume;
export type LimeDumpOptions = UploadOptions | VolumeOptions;

export function isUpload(options: LimeDumpOptions): options is UploadOptions {
  return options.destination === 'upload';
}
