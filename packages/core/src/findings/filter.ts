import type { Finding } from '../engine/finding.js';

export interface FindingFilterOptions {
  /** 0 to 10, GuardDuty's scale; from here on. `7` takes high and critical. */
  readonly minimumSeverity: number;
  /** Types, with `*` for any text: `Backdoor:EC2/*`. Default: all. */
  readonly types?: readonly string[];
  /** What the instance did or suffered. A finding that does not say is accepted. Default: both. */
  readonly roles?: readonly ('TARGET' | 'ACTOR')[];
  /** Sample findings may be planned for, never acted on. Default false. */
  readonly allowSamples?: boolean;
}

export type FilterAnswer =
  | { readonly accepted: true }
  | {
      readonly accepted: false;
      readonly because: 'sample' | 'severity' | 'type' | 'role';
      readonly reason: string;
    };

/** Whether a type is one of the patterns; without regular expressions, for both may be long. */
function matches(type: string, pattern: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return type === pattern;
  const end = rest.pop() ?? '';
  if (!type.startsWith(start) || !type.endsWith(end) || type.length < start.length + end.length) return false;
  let at = start.length;
  for (const part of rest) {
    const found = type.indexOf(part, at);
    if (found < 0 || found + part.length > type.length - end.length) return false;
    at = found + part.length;
  }
  return true;
}

/** Decides by severity, role and type which findings start an incident. Ask it at every update: severities rise. */
export function findingFilter(options: FindingFilterOptions): (finding: Finding) => FilterAnswer {
  const { minimumSeverity, types, roles, allowSamples = false } = options;
  return (finding) => {
    if (finding.sample && !allowSamples) {
      return { accepted: false, because: 'sample', reason: 'a sample finding contains nothing' };
    }
    if (finding.severity < minimumSeverity) {
      const reason = `severity ${finding.severity} is under ${minimumSeverity}`;
      return { accepted: false, because: 'severity', reason };
    }
    if (types !== undefined && !types.some((pattern) => matches(finding.type, pattern))) {
      return {
        accepted: false,
        because: 'type',
        reason: `type ${JSON.stringify(finding.type)} is not asked for`,
      };
    }
    if (roles !== undefined && finding.resourceRole !== undefined && !roles.includes(finding.resourceRole)) {
      return { accepted: false, because: 'role', reason: `role ${finding.resourceRole} is not asked for` };
    }
    return { accepted: true };
  };
}
