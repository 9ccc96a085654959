import { neutralName } from '../calls/names.js';

/**
 * What SSM's agent calls to stay reachable. Denied these too, it would hibernate and take the way to the evidence with
 * it; everything else that the agent may do (documents, parameters, inventory) is of use to the intruder.
 * Source: Systems Manager user guide, "Other AWS service permissions ... ec2messages, ssmmessages".
 */
export const AGENT_ACTIONS = [
  'ec2messages:*',
  'ssmmessages:*',
  'ssm:ListInstanceAssociations',
  'ssm:UpdateInstanceAssociationStatus',
  'ssm:UpdateInstanceInformation',
] as const;

/** The policy of this incident; unique, so that two incidents with one role do not undo each other. */
export function denyPolicyName(incidentId: string): string {
  return neutralName(incidentId, 'role policy');
}

/** How much of the role is denied: all but SSM's agent while evidence is taken, all of it from seal on. */
export type DenialExtent = 'all-but-agent' | 'all';

/**
 * Denies the role, only where this instance's credentials are used: `aws:userid` is `<role id>:<instance id>`. It also
 * hits the copy that an intruder has carried away, and no other instance with the same role. No `aws:TokenIssueTime`:
 * the instance would just fetch new credentials.
 */
export function denyPolicy(instanceId: string, extent: DenialExtent): string {
  const what = extent === 'all' ? { Action: '*' } : { NotAction: [...AGENT_ACTIONS] };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        ...what,
        Resource: '*',
        Condition: { StringLike: { 'aws:userid': `*:${instanceId}` } },
      },
    ],
  });
}

/** Whether IAM shows this document, which it tells URL-encoded. */
export function isDocument(encoded: string | undefined, wanted: string): boolean {
  try {
    return JSON.stringify(JSON.parse(decodeURIComponent(encoded ?? ''))) === wanted;
  } catch {
    return false;
  }
}
