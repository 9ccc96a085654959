import type { Rule } from '../../engine/reporter.js';
import type { FileFacts } from './file-facts.js';

/** A reason to look at a file. */
export interface FileSuspicion {
  readonly rule: Rule;
  readonly title: string;
  readonly severity: Rule['severity'];
  readonly confidence: number;
  readonly reasons: readonly string[];
}

export type FileRule = (file: FileFacts) => FileSuspicion | undefined;
