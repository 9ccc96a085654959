import type { Severity } from '../detector.js';
import { isAtLeast } from '../engine/severity.js';
import { type CommandRules, commandRules, type RuleHit } from '../rules/command-rules.js';

const MAX_COMMAND_CHARACTERS = 16_384;
const MAX_REMEMBERED = 5_000;

let own: CommandRules | undefined;

/** Our own rules, compiled once for a process: that takes a third of a second. */
export function ownCommandRules(): CommandRules {
  own ??= commandRules();
  return own;
}

/** Judges commands, wherever they were written: the same few come again and again in logs. */
export class CommandJudge {
  readonly #rules: CommandRules;
  readonly #known = new Map<string, RuleHit | null>();

  constructor(rules: CommandRules = ownCommandRules()) {
    this.#rules = rules;
  }

  /** The gravest rule that a command matches, when it is at least so grave. */
  worst(command: string, least: Severity): RuleHit | undefined {
    const hit = this.#hitOf(command.slice(0, MAX_COMMAND_CHARACTERS));
    return hit !== undefined && isAtLeast(hit.severity, least) ? hit : undefined;
  }

  #hitOf(command: string): RuleHit | undefined {
    const known = this.#known.get(command);
    if (known !== undefined) return known ?? undefined;
    const [hit] = this.#rules.match(command);
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(command, hit ?? null);
    return hit;
  }
}

/** The rule's name without its family: `command.miner` -> `miner`. */
export function ruleName({ rule }: RuleHit): string {
  return rule.replace(/^command\./, '');
}

/** For the reasons of an observation: which rule, and whose it is when it is not ours. */
export function ruleReason({ rule, author, license }: RuleHit): string {
  return author === 'Cordon' ? `rule ${rule}` : `rule ${rule} by ${author} (${license})`;
}
