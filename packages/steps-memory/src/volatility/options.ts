import type { AnalysisOptions } from '@cordon/analysis';
import type { SignedCatalogue } from '../catalogue/read-catalogue.js';
import type { SymbolTable } from '../lime/catalogue.js';

export interface VolatilityOptions extends AnalysisOptions {
  /** Bucket of the security account, without default retention, that expires what lies in it. */
  readonly stagingBucket: string;
  /**
   * Symbol tables of the kernels that are in use: named one by one, or a signed catalogue in S3. Volatility takes none but
   * the table of exactly the image's kernel. Default: those of the forensic image alone.
   */
  readonly symbols?: readonly SymbolTable[] | SignedCatalogue;
  /** Folder of symbol tables on the forensic image. Default `/opt/volatility/symbols`. */
  readonly symbolsDirectory?: string;
  /** Classes of the plugins to run. Default: processes, sockets, modules, shells, what hides. */
  readonly plugins?: readonly string[];
}

/** By class: where they lie moves from release to release. */
export const PLUGINS = [
  'PsList',
  'PsAux',
  'ProcessSpoofing',
  'Sockstat',
  'Lsmod',
  'Hidden_modules',
  'Check_syscall',
  'Bash',
  'Elfs',
  'Envars',
  'Malfind',
];
