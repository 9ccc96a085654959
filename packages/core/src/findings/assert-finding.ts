import * as v from 'valibot';
import { StepFailure } from '../engine/failure.js';
import { type Finding, FindingSchema } from '../engine/finding.js';

/**
 * An event as it came, handed over by code that no compiler has seen, would open an incident about nobody.
 *
 * @throws StepFailure `FINDING_INVALID`
 */
export function assertFinding(finding: Finding): void {
  const { issues: [issue] = [] } = v.safeParse(FindingSchema, finding);
  if (issue === undefined) return;
  throw StepFailure.permanent(
    'FINDING_INVALID',
    `this is no finding: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}; hand over what parseFindings or manualFinding gives`,
  );
}
