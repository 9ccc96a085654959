import type { Severity } from '../detector.js';
import { SEVERITY_RANK } from '../engine/severity.js';

/** A way to use a shell that says something about who used it. */
export interface CommandRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly techniques: readonly string[];
  /** All of these must match. Linear: no nested repetition, no back reference. */
  readonly all: readonly RegExp[];
  /** None of these may. */
  readonly none?: readonly RegExp[];
}

/** A command that a rule applies to. */
export interface CommandMatch {
  readonly rule: CommandRule;
  /** Which part of the command, as written. */
  readonly text: string;
}

const MAX_COMMAND_CHARACTERS = 16_384;

/** What the rules say about one command, the worst first. */
export function matchCommand(command: string, rules: readonly CommandRule[]): readonly CommandMatch[] {
  const text = command.slice(0, MAX_COMMAND_CHARACTERS);
  return rules
    .flatMap((rule) => {
      if (rule.none?.some((pattern) => pattern.test(text)) === true) return [];
      const matches = rule.all.map((pattern) => pattern.exec(text));
      const first = matches[0];
      return first == null || matches.includes(null) ? [] : [{ rule, text: first[0] }];
    })
    .sort((a, b) => SEVERITY_RANK[b.rule.severity] - SEVERITY_RANK[a.rule.severity]);
}
