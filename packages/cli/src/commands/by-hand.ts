import type { ExplainedStep, Suspect } from '@cordon/core';
import * as v from 'valibot';

const Name = v.pipe(v.string(), v.regex(/^[\w+=,.@:/-]{1,128}$/));

/** Of what `inspect` saw, what commands name; each only where there is one of it. */
const SeenSchema = v.object({
  roleName: v.exactOptional(Name),
  autoScalingGroup: v.exactOptional(Name),
  interfaces: v.array(
    v.object({ interfaceId: Name, vpcId: Name, elasticIpAssociation: v.exactOptional(Name) }),
  ),
});

function namesOf(suspect: Suspect, instance: unknown): ReadonlyMap<string, string> {
  const names = new Map([['INSTANCE', suspect.instanceId]]);
  const seen = v.safeParse(SeenSchema, instance);
  if (!seen.success) return names;
  const { roleName, autoScalingGroup, interfaces } = seen.output;
  const [only, ...others] = interfaces;
  if (roleName !== undefined) names.set('ROLE', roleName);
  if (autoScalingGroup !== undefined) names.set('AUTO_SCALING_GROUP', autoScalingGroup);
  if (only === undefined || others.length > 0) return names;
  names.set('ENI', only.interfaceId).set('VPC', only.vpcId);
  if (only.elasticIpAssociation !== undefined) names.set('EIPASSOC', only.elasticIpAssociation);
  return names;
}

/**
 * The plan with the suspect's own names in the commands that a person types when Cordon fails. What is not known, or not
 * one alone, stays a word in capitals.
 */
export function withOwnNames(
  steps: readonly ExplainedStep[],
  suspect: Suspect,
  instance: unknown,
): readonly ExplainedStep[] {
  const names = namesOf(suspect, instance);
  const command = (text: string) => {
    const named = text.replace(/\b[A-Z][A-Z_]{2,}\b/g, (word) => names.get(word) ?? word);
    return named.startsWith('aws ') ? `${named} --region ${suspect.region}` : named;
  };
  return steps.map((step) => {
    const { effect } = step;
    if (effect?.manual === undefined) return step;
    return { ...step, effect: { ...effect, manual: effect.manual.map(command) } };
  });
}
