/** The incident's id, on everything that is made in the security account. */
export const INCIDENT_TAG = 'cordon:incident';
/** The making step's key, so that its `recover` finds what it made. */
export const KEY_TAG = 'cordon:key';
/** `examination`: deleted by `cleanup`. `custody`: evidence, kept. */
export const LIFETIME_TAG = 'cordon:lifetime';
/** The tag of what is made in the suspect account: the intruder reads tags, so it says nothing. */
export const NEUTRAL_TAG = 'ref';
/** What names in the suspect account begin with. */
export const NEUTRAL_PREFIX = 'baseline-';
