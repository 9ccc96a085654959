import type { FileDetector } from '../detector.js';
import type { Notice } from '../evidence/evidence-file.js';
import type { SigmaSource } from '../sigma/load.js';
import { type YaraEngine, yaraEngine } from '../yara/yara-detector.js';
import { readRuleFiles } from './rule-folder.js';
import { type SigmaOptions, sigmaOptions } from './sigma-options.js';

/** Rules of the user's, ready for `defaultAnalyses`. */
export interface UserRules extends SigmaOptions {
  /** What `sigma` and `commands` were compiled from. */
  readonly texts: readonly SigmaSource[];
  readonly detectors: readonly FileDetector[];
  /** Rules that are wrong, with file and line; engines that are missing. `defaultAnalyses` tells them. */
  readonly notices: readonly Notice[];
  /** Ends the engine's process. */
  close(): void;
}

/** Loads Sigma and YARA rules from folders and files that the user names. What is wrong with them is in `notices`. */
export async function loadUserRules(paths: readonly string[]): Promise<UserRules> {
  const files = await readRuleFiles(paths);
  const sigma = sigmaOptions(files.sigma);
  const yara = files.yara.length === 0 ? undefined : await yaraEngine({ sources: files.yara });
  return {
    ...sigma,
    texts: files.sigma,
    detectors: yara?.kind === 'ready' ? [yara.detector] : [],
    notices: [...files.notices, ...sigma.notices, ...yaraNotices(yara)],
    close: () => {
      if (yara?.kind === 'ready') yara.close();
    },
  };
}

function yaraNotices(yara: YaraEngine | undefined): readonly Notice[] {
  if (yara === undefined) return [];
  if (yara.kind === 'engine unavailable')
    return [{ code: 'YARA_UNAVAILABLE', message: `no YARA rule is applied: ${yara.reason}` }];
  return yara.errors.map(({ file, line, message }) => ({
    code: 'YARA_RULE_ERROR',
    message: `${file}:${line}: ${message}`,
  }));
}
