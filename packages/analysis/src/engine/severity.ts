import type { Severity } from '../detector.js';

/** Worst last. */
export const SEVERITY_RANK: { readonly [severity in Severity]: number } = {
  info: 0,
  low: 1,
  medium: 2,
  high: 3,
  critical: 4,
};

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITY_RANK[severity] >= SEVERITY_RANK[least];
}
