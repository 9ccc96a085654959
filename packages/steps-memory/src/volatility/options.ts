import type { AnalysisOptions } from '@cordon/analysis';

export interface VolatilityOptions extends AnalysisOptions {
  /** Bucket of the security account, without default retention, that expires what lies in it. */
  readonly stagingBucket: string;
  /** Folder of symbol tables on the forensic image. Default `/opt/volatility/symbols`. */
  readonly symbolsDirectory?: string;
  /** Classes of the plugins to run. Default: processes, sockets, modules, shells, what hides. */
  readonly plugins?: readonly string[];
}

/** By class: where they lie moves from release to release. */
export const PLUGINS = [
  'PsList',
  'PsAux',
  'Sockstat',
  'Lsmod',
  'Hidden_modules',
  'Check_syscall',
  'Bash',
  'Elfs',
  'Envars',
  'Malfind',
];
