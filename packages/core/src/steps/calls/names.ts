import { createHash } from 'node:crypto';

/** The tags of what is made in the security account. */
export const INCIDENT_TAG = 'cordon:incident';
export const KEY_TAG = 'cordon:key';

/** The tag of what is made in the suspect account: the intruder reads tags, so it says nothing. */
export const NEUTRAL_TAG = 'ref';

/**
 * What things of this incident are called in the suspect account. The intruder reads names in CloudTrail, so they say
 * neither what they are for nor which incident it is.
 */
export function neutralName(incidentId: string, purpose: string): string {
  const digest = createHash('sha256').update(`${incidentId}\n${purpose}`).digest('hex');
  return `baseline-${digest.slice(0, 12)}`;
}
