import { feedOf } from '../analyses/sigma/rule-feeds.js';
import type { FileDetector } from '../detector.js';
import type { Notice } from '../evidence/evidence-file.js';
import { loadSigmaRules, type SigmaRules, type SigmaSource } from '../sigma/load.js';
import { type YaraEngine, yaraEngine } from '../yara/yara-detector.js';
import { type CommandRules, commandRules, ownPacks } from './command-rules.js';
import { readRuleFiles } from './rule-folder.js';

/** Rules of the user's, ready for `defaultAnalyses`. */
export interface UserRules {
  readonly sigma: SigmaRules;
  /** Ours, and those of the user's that are about commands: histories and schedules are judged by them too. */
  readonly commands: CommandRules;
  readonly detectors: readonly FileDetector[];
  /** Rules that are wrong, with file and line; engines that are missing. `defaultAnalyses` tells them. */
  readonly notices: readonly Notice[];
  /** Ends the engine's process. */
  close(): void;
}

/** Loads Sigma and YARA rules from folders and files that the user names. What is wrong with them is in `notices`. */
export async function loadUserRules(paths: readonly string[]): Promise<UserRules> {
  const files = await readRuleFiles(paths);
  const sigma = loadSigmaRules(files.sigma);
  const yara = files.yara.length === 0 ? undefined : await yaraEngine({ sources: files.yara });
  return {
    sigma,
    // Those of the user's among them are hashed with the rest of what they named.
    commands: { ...commandRules({ more: sourcesOnCommands(files.sigma, sigma) }), packs: ownPacks() },
    detectors: yara?.kind === 'ready' ? [yara.detector] : [],
    notices: [...files.notices, ...sigmaNotices(sigma), ...yaraNotices(yara)],
    close: () => {
      if (yara?.kind === 'ready') yara.close();
    },
  };
}

/** Of files in which every rule is about started processes: other fields than the command line no history has. */
function sourcesOnCommands(sources: readonly SigmaSource[], { rules }: SigmaRules): readonly SigmaSource[] {
  const others = new Set(
    rules.filter(({ logsource }) => feedOf(logsource) !== 'process').map(({ file }) => file),
  );
  const onCommands = new Set(
    rules.filter(({ logsource }) => feedOf(logsource) === 'process').map(({ file }) => file),
  );
  return sources.filter(({ file }) => onCommands.has(file) && !others.has(file));
}

function sigmaNotices({ errors, rules }: SigmaRules): readonly Notice[] {
  const unfed = rules.filter(({ logsource }) => feedOf(logsource) === undefined).length;
  return [
    ...errors.map(({ code, message, file, line }) => ({
      code: 'SIGMA_RULE_ERROR',
      message: `${file}:${line}: ${code}: ${message}`,
    })),
    ...(unfed === 0
      ? []
      : [
          {
            code: 'SIGMA_RULES_UNFED',
            message: `${unfed} rules are about logs that are not read here: other systems, other categories`,
          },
        ]),
  ];
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
