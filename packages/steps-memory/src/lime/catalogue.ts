import { StepFailure } from '@cordon/core';

/** A LiME module that was built off the suspect, for exactly one kernel. */
export interface LimeModule {
  /** As `uname -r` says it: `6.1.0-18-cloud-amd64`. */
  readonly kernel: string;
  /** As `uname -m` says it: `x86_64`. */
  readonly architecture: string;
  readonly bucket: string;
  readonly key: string;
  /** 64 hex digits; the host compares before it loads anything. */
  readonly sha256: string;
}

export interface Kernel {
  readonly kernel: string;
  readonly architecture: string;
}

/** The module for this kernel. @throws StepFailure `NO_MODULE_FOR_KERNEL` */
export function moduleFor(modules: readonly LimeModule[], wanted: Kernel): LimeModule {
  const found = modules.find(
    ({ kernel, architecture }) => kernel === wanted.kernel && architecture === wanted.architecture,
  );
  if (found !== undefined) return found;
  throw StepFailure.permanent(
    'NO_MODULE_FOR_KERNEL',
    `the catalogue has no LiME module for ${wanted.kernel} on ${wanted.architecture}: build one and retry this step`,
  );
}
