import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Notice } from '../evidence/evidence-file.js';
import type { SigmaSource } from '../sigma/load.js';
import type { YaraSource } from '../yara/yara-messages.js';

/** Rules as they lie in a folder, or in one file. */
export interface RuleFiles {
  readonly sigma: readonly SigmaSource[];
  readonly yara: readonly YaraSource[];
  /** What was named and is not there, or is too much. */
  readonly notices: readonly Notice[];
}

const SIGMA = /\.ya?ml$/i;
const YARA = /\.yara?$/i;
const MAX_FILES = 50_000;
/** No file of rules is longer; the largest public one has 1 MB. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/**
 * Reads rules of the user's: `.yml` and `.yaml` are Sigma, `.yar` and `.yara` are YARA, anything else is left alone.
 * Folders are walked; links in them are not followed.
 */
export async function readRuleFiles(paths: readonly string[]): Promise<RuleFiles> {
  const sigma: SigmaSource[] = [];
  const yara: YaraSource[] = [];
  const notices: Notice[] = [];
  for (const path of paths) {
    const files = await filesOf(path, notices);
    if (files.length > MAX_FILES)
      notices.push({ code: 'RULES_CUT', message: `only ${MAX_FILES} files are read`, path });
    for (const file of files.slice(0, MAX_FILES)) {
      const text = await textOf(file.path, notices);
      if (text === undefined) continue;
      (YARA.test(file.path) ? yara : sigma).push({ file: file.name, text });
    }
  }
  return { sigma, yara, notices };
}

interface RuleFile {
  readonly path: string;
  /** As messages cite it. */
  readonly name: string;
}

async function filesOf(path: string, notices: Notice[]): Promise<readonly RuleFile[]> {
  try {
    if ((await stat(path)).isFile()) return [{ path, name: basename(path) }];
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && (SIGMA.test(entry.name) || YARA.test(entry.name)))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => ({ path: file, name: file.slice(path.length).replace(/^\/+/, '') }));
  } catch (error) {
    notices.push({ code: 'RULES_UNREADABLE', message: messageOf(error), path });
    return [];
  }
}

async function textOf(path: string, notices: Notice[]): Promise<string | undefined> {
  try {
    if ((await stat(path)).size > MAX_FILE_BYTES) throw new Error(`more than ${MAX_FILE_BYTES} bytes`);
    return await readFile(path, 'utf8');
  } catch (error) {
    notices.push({ code: 'RULES_UNREADABLE', message: messageOf(error), path });
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
