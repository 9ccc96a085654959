import { resolve } from 'node:path';
import { directoryEvidence, type EvidenceStore, fileJournal, type InspectableJournal } from '@cordon/core';
import type { Console } from '../console.js';
import { environmentOf } from './environment.js';
import { loadConfig } from './load-config.js';

/** Where a command reads: named folders, or what the configuration says. */
export interface SourceOptions {
  readonly config?: string | undefined;
  /** Folder of a file journal, instead of the configured one. */
  readonly journal?: string | undefined;
  /** Folder of a directory store, instead of the configured one. */
  readonly evidence?: string | undefined;
}

export async function journalOf({ io }: Console, options: SourceOptions): Promise<InspectableJournal> {
  if (options.journal !== undefined) return fileJournal({ directory: resolve(io.cwd, options.journal) });
  return (await loadConfig(io.cwd, options.config)).journal;
}

/** Undefined where only a journal was named: then nobody said where its evidence lies. */
export async function evidenceOf(
  { io }: Console,
  options: SourceOptions,
): Promise<EvidenceStore | undefined> {
  if (options.evidence !== undefined)
    return directoryEvidence({ directory: resolve(io.cwd, options.evidence) });
  if (options.journal !== undefined && options.config === undefined) return undefined;
  return (await environmentOf(await loadConfig(io.cwd, options.config))).evidence;
}
