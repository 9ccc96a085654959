import { feedOf } from '../analyses/sigma/rule-feeds.js';
import type { Notice } from '../evidence/evidence-file.js';
import { loadSigmaRules, type SigmaRules, type SigmaSource } from '../sigma/load.js';
import { type CommandRules, commandRules, ownPacks } from './command-rules.js';

/** Sigma rules of the user's as the analyses take them. */
export interface SigmaOptions {
  readonly sigma: SigmaRules;
  /** Ours, and those of the user's that are about commands: histories and schedules are judged by them too. */
  readonly commands: CommandRules;
  /** Rules that are wrong, with file and line, and those that nothing here feeds. */
  readonly notices: readonly Notice[];
}

/** Compiles them: the same texts give the same rules, wherever that is done. */
export function sigmaOptions(sources: readonly SigmaSource[]): SigmaOptions {
  const sigma = loadSigmaRules(sources);
  return {
    sigma,
    // Those of the user's among them are hashed with the rest of what they named.
    commands: { ...commandRules({ more: sourcesOnCommands(sources, sigma) }), packs: ownPacks() },
    notices: sigmaNotices(sigma),
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
