import { createHash } from 'node:crypto';
import type { BaseContext } from '../../engine/context.js';

/** The incident's id, on everything that is made in the security account. */
export const INCIDENT_TAG = 'cordon:incident';
/** The making step's key, so that its `recover` finds what it made. */
export const KEY_TAG = 'cordon:key';
/** `examination`: deleted by `cleanup`. `custody`: evidence, kept. */
export const LIFETIME_TAG = 'cordon:lifetime';

/** How long a thing lives that an incident has made. */
export type Lifetime = 'examination' | 'custody';

/** The tag of what is made in the suspect account: the intruder reads tags, so it says nothing. */
export const NEUTRAL_TAG = 'ref';

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
  return `baseline-${digest.slice(0, 12)}`;
}
