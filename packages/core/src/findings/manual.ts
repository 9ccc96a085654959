import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { type Finding, SuspectSchema } from '../engine/finding.js';
import { clipped } from './lenient.js';
import { partitionOf } from './partition.js';
import { bandOf } from './severity.js';

export interface ManualFinding {
  /** `i-...` */
  readonly instanceId: string;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** Why, in the person's own words; stands in the journal and the report. */
  readonly reason: string;
  /** Default 8, high. */
  readonly severity?: number;
}

/**
 * A person's suspicion, as a finding.
 *
 * @throws TypeError that names what is not an instance id, an account or a region, or that the reason is empty
 */
export function manualFinding(options: ManualFinding): Finding {
  const { instanceId, account, region, severity = 8 } = options;
  const reason = options.reason.trim();
  if (reason === '') throw new TypeError('a manual finding needs a reason');
  const suspect = v.safeParse(SuspectSchema, { instanceId, account, region, partition: partitionOf(region) });
  if (!suspect.success) {
    const [issue] = suspect.issues;
    throw new TypeError(`${issue.path?.[0].key}: ${JSON.stringify(issue.input)} is not well-formed`);
  }
  const hash = createHash('sha256').update([account, region, instanceId, reason].join('\n')).digest('hex');
  return {
    source: 'manual',
    id: `manual-${hash.slice(0, 32)}`,
    type: 'Manual:EC2/Suspicion',
    title: clipped(reason, 200),
    description: clipped(reason, 2048),
    severity,
    band: bandOf(severity),
    sample: false,
    suspect: suspect.output,
    remote: { addresses: [], domains: [], ports: [] },
  };
}
