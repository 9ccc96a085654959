import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { directoryEvidence, type EvidenceStore, fileJournal, type InspectableJournal } from '@cordon/core';
import { CliError } from '../cli-error.js';
import type { Console } from '../console.js';
import { plainText } from '../text/plain-text.js';
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

/**
 * A folder that was named is there: in one that is not, nothing is broken and nothing overdue, and a scheduled check with
 * a slip in its path would be content for ever.
 *
 * @throws CliError `NO_FOLDER`
 */
async function folderAt({ io }: Console, option: '--journal' | '--evidence', path: string): Promise<string> {
  const directory = resolve(io.cwd, path);
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() === true) return directory;
  throw new CliError('NO_FOLDER', {
    message: `${option}: there is no folder ${plainText(directory, 200)}`,
    advice: 'Name the folder that the configuration gives to its journal, or the one that was brought along.',
  });
}

/** @throws CliError `NO_FOLDER` */
export async function journalOf(console: Console, options: SourceOptions): Promise<InspectableJournal> {
  if (options.journal !== undefined)
    return fileJournal({ directory: await folderAt(console, '--journal', options.journal) });
  return (await loadConfig(console.io.cwd, options.config)).journal;
}

/**
 * Undefined where only a journal was named: then nobody said where its evidence lies.
 *
 * @throws CliError `NO_FOLDER`
 */
export async function evidenceOf(
  console: Console,
  options: SourceOptions,
): Promise<EvidenceStore | undefined> {
  if (options.evidence !== undefined)
    return directoryEvidence({ directory: await folderAt(console, '--evidence', options.evidence) });
  if (options.journal !== undefined && options.config === undefined) return undefined;
  return (await environmentOf(await loadConfig(console.io.cwd, options.config))).evidence;
}
