import type { LimeModule } from './catalogue.js';

export interface LimeDumpOptions {
  /** Modules for the kernels that are in use. */
  readonly modules: readonly LimeModule[];
  /** Bucket of the security account, without default retention, that expires what lies in it. */
  readonly stagingBucket: string;
  /**
   * Where the dump lies on the suspect until it is uploaded: room for the memory and a tenth more. On the root disk it
   * overwrites what was deleted there; the snapshots are taken before. Default `/var/tmp`.
   */
  readonly directory?: string;
  /**
   * Where the catalogue has no module for the kernel, or the kernel takes none: `kcore` reads its own view of its memory,
   * which needs no module. Default `kcore`.
   */
  readonly fallback?: 'kcore' | 'none';
  /** Above this much memory the step fails instead of writing for hours. Default 256. */
  readonly maxRamGiB?: number;
}
