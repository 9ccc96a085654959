import { createHash } from 'node:crypto';
import { INCIDENT_TAG, KEY_TAG, LIFETIME_TAG, NEUTRAL_PREFIX, NEUTRAL_TAG } from '../../aws/tag-names.js';
import type { BaseContext } from '../../engine/context.js';

export { INCIDENT_TAG, KEY_TAG, LIFETIME_TAG, NEUTRAL_TAG } from '../../aws/tag-names.js';

/** How long a thing lives that an incident has made. */
export type Lifetime = 'examination' | 'custody';

/**
 * Tags for what a step makes in the **security account**. `cleanup` deletes what lives for the examination, found by
 * them and by the journal. In the suspect account use `neutralTags`.
 */
export function ownTags(ctx: BaseContext, lifetime: Lifetime): { Key: string; Value: string }[] {
  return [
    { Key: INCIDENT_TAG, Value: ctx.incident.id },
    { Key: KEY_TAG, Value: ctx.key },
    { Key: LIFETIME_TAG, Value: lifetime },
  ];
}

/** Tags for what a step makes in the **suspect account**, where the intruder may read them: the key under a dull name. */
export function neutralTags(ctx: Pick<BaseContext, 'key'>): { Key: string; Value: string }[] {
  return [{ Key: NEUTRAL_TAG, Value: ctx.key }];
}

/**
 * What things of this incident are called in the suspect account. The intruder reads names in CloudTrail, so they say
 * neither what they are for nor which incident it is.
 */
export function neutralName(incidentId: string, purpose: string): string {
  const digest = createHash('sha256').update(`${incidentId}\n${purpose}`).digest('hex');
  return `${NEUTRAL_PREFIX}${digest.slice(0, 12)}`;
}
