import type { Severity } from '../detector.js';

/** What a rule says of itself: shown with every match, as the Detection Rule License asks. */
export interface SigmaRuleInfo {
  readonly title: string;
  /** Empty when the rule has none. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly status: string;
  readonly level: Severity;
  readonly author: string;
  readonly license: string;
  readonly references: readonly string[];
  readonly tags: readonly string[];
  /** ATT&CK technique ids of the tags: `T1059.004`. */
  readonly techniques: readonly string[];
  readonly falsePositives: readonly string[];
  readonly logsource: Logsource;
  readonly file: string;
  /** 1-based: where the rule begins. */
  readonly line: number;
}

export interface Logsource {
  readonly product: string;
  readonly category: string;
  readonly service: string;
}

/** `attack.t1059.004` -> `T1059.004`. */
export function techniquesOf(tags: readonly string[]): readonly string[] {
  return tags.flatMap((tag) => {
    const id = /^attack\.(t\d{4}(?:\.\d{3})?)$/i.exec(tag)?.[1];
    return id === undefined ? [] : [id.toUpperCase()];
  });
}

/** Sigma's levels in our words; a rule without one is medium. */
export function severityOf(level: string | undefined): Severity {
  switch (level) {
    case 'informational':
      return 'info';
    case 'low':
    case 'high':
    case 'critical':
      return level;
    default:
      return 'medium';
  }
}
