import { createHash } from 'node:crypto';
import type { Finding, Suspect } from '../engine/finding.js';

/** What the lease of a suspect is kept under: account, region and instance. */
export function suspectKey(suspect: Suspect): string {
  return `${suspect.account}-${suspect.region}-${suspect.instanceId}`;
}

/**
 * A name for a new incident: `inc-20261120t0331-5f0c2a91`. Session names, execution names, comments and object keys
 * take it as it is (`^[a-z0-9][a-z0-9-]{7,47}$`).
 */
export function incidentIdFor(finding: Finding, at: Date): string {
  const stamp = at.toISOString().slice(0, 16).replaceAll(/[-:]/g, '').toLowerCase();
  const hash = createHash('sha256')
    .update([suspectKey(finding.suspect), finding.id, at.toISOString()].join('\n'))
    .digest('hex');
  return `inc-${stamp}-${hash.slice(0, 8)}`;
}
