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
  /** Signed with a key that the fleet's kernels know: loads under lockdown too. Default false. */
  readonly signed?: boolean;
}

export interface Kernel {
  readonly kernel: string;
  readonly architecture: string;
}

/** The module for exactly this kernel. */
export function findModule(modules: readonly LimeModule[], wanted: Kernel): LimeModule | undefined {
  return modules.find(
    ({ kernel, architecture }) => kernel === wanted.kernel && architecture === wanted.architecture,
  );
}
