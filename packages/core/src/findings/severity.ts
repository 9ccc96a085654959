import type { SeverityBand } from '../engine/finding.js';

/** GuardDuty's band of a severity: low under 4, medium under 7, high under 9, critical from 9. */
export function bandOf(severity: number): SeverityBand {
  if (severity >= 9) return 'critical';
  if (severity >= 7) return 'high';
  return severity >= 4 ? 'medium' : 'low';
}

/** Security Hub's labels, in GuardDuty's figures: the middle of the band. Maps, for the keys are the input's. */
export const LABEL_SEVERITY: ReadonlyMap<string, number> = new Map([
  ['INFORMATIONAL', 0],
  ['LOW', 2],
  ['MEDIUM', 5],
  ['HIGH', 8],
  ['CRITICAL', 9.5],
]);

/** OCSF's `severity_id`: 1 informational to 6 fatal. */
export const OCSF_SEVERITY: ReadonlyMap<number, number> = new Map([
  [1, 0],
  [2, 2],
  [3, 5],
  [4, 8],
  [5, 9.5],
  [6, 10],
]);
