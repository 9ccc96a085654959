import type { Engagement } from './engagement.js';
import { settlementOf } from './incident-state.js';
import type { JsonValue } from './json.js';

const OWN = /^(?:i|eni|vol)-[0-9a-f]{8,17}$/;

function ownIds(value: JsonValue | undefined, into: Set<string>): void {
  if (typeof value === 'string') {
    if (OWN.test(value)) into.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) ownIds(item, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) ownIds(item, into);
  }
}

/**
 * Ids that are the suspect's: the instance of the finding, and every interface and volume that a protect step's facts
 * name. Protect runs before anything of ours exists, so that nothing of ours is among them.
 */
export function suspectIds(engagement: Engagement): ReadonlySet<string> {
  const ids = new Set([engagement.finding.suspect.instanceId]);
  for (const { step } of engagement.plan.steps) {
    if (step.phase !== 'protect') continue;
    const settlement = settlementOf(engagement.state.step(step.id));
    if (settlement?.as === 'succeeded') for (const fact of Object.values(settlement.facts)) ownIds(fact, ids);
  }
  return ids;
}
