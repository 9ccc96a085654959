/** A file that a host fetches and compares before it uses it. */
export interface CatalogueFile {
  readonly bucket: string;
  readonly key: string;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** A LiME module that was built off the suspect, for exactly one kernel. */
export interface LimeModule extends CatalogueFile {
  /** As `uname -r` says it: `6.1.0-18-cloud-amd64`. */
  readonly kernel: string;
  /** As `uname -m` says it: `x86_64`. */
  readonly architecture: string;
  /** Signed with a key that the fleet's kernels know: loads under lockdown too. Default false. */
  readonly signed?: boolean;
}

/** A static AVML: for one architecture, whatever the kernel. */
export interface AvmlBinary extends CatalogueFile {
  /** As `uname -m` says it: `x86_64`. */
  readonly architecture: string;
}

/** A symbol table for volatility 3, packed by gzip: it takes none but the one of exactly the kernel's build. */
export interface SymbolTable extends CatalogueFile {
  /** As `uname -r` says it. */
  readonly kernel: string;
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

export function findAvml(
  binaries: readonly AvmlBinary[],
  { architecture: wanted }: Pick<Kernel, 'architecture'>,
): AvmlBinary | undefined {
  return binaries.find(({ architecture }) => architecture === wanted);
}
