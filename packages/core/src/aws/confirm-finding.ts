import type { Instance } from '@aws-sdk/client-ec2';
import type { Account } from '../engine/account.js';
import { StepFailure } from '../engine/failure.js';
import type { Finding } from '../engine/finding.js';
import { parseFindings } from '../findings/parse-findings.js';
import { ec2, guardduty } from './operations.js';

/** IAM actions that a step which confirms the finding declares for the suspect account. */
export const CONFIRM_FINDING_ACTIONS = ['guardduty:GetFindings', 'ec2:DescribeInstances'] as const;

const GUARDDUTY_ARN =
  /^arn:[a-z-]+:guardduty:[a-z0-9-]+:[0-9]{12}:detector\/([0-9a-f]{32})\/finding\/([0-9a-f]{32})$/;

function mismatch(message: string): StepFailure {
  return StepFailure.permanent('FINDING_DOES_NOT_MATCH', message);
}

/** The finding as GuardDuty itself has it, also when Security Hub passed it on. */
async function reread(account: Account, finding: Finding): Promise<Finding> {
  const [, detectorId, findingId] = GUARDDUTY_ARN.exec(finding.arn ?? '') ?? [];
  if (detectorId === undefined || findingId === undefined) {
    throw mismatch('the finding has no ARN of GuardDuty, so nobody can be asked about it');
  }
  const answer = await account.call(guardduty.GetFindings, {
    DetectorId: detectorId,
    FindingIds: [findingId],
  });
  const { findings } = parseFindings(answer);
  const own = findings.find(({ id, suspect }) => id === findingId && sameInstance(suspect, finding.suspect));
  if (own === undefined) throw mismatch(`GuardDuty has no finding ${findingId} about this instance`);
  return own;
}

function sameInstance(a: Finding['suspect'], b: Finding['suspect']): boolean {
  return a.instanceId === b.instanceId && a.account === b.account && a.region === b.region;
}

/**
 * When the instance came into being. `LaunchTime` tells of its last start: who stops and starts a compromised instance
 * would make it look younger than the finding. Its primary interface is attached once.
 */
function bornAt({ LaunchTime: launched, NetworkInterfaces: interfaces = [] }: Instance): Date | undefined {
  const primary = interfaces.find(({ Attachment }) => Attachment?.DeviceIndex === 0)?.Attachment?.AttachTime;
  if (launched === undefined || primary === undefined) return launched ?? primary;
  return primary < launched ? primary : launched;
}

async function birth(account: Account, instanceId: string): Promise<Date> {
  try {
    const answer = await account.call(ec2.DescribeInstances, { InstanceIds: [instanceId] });
    const found = answer.Reservations?.[0]?.Instances?.[0];
    const born = found === undefined ? undefined : bornAt(found);
    if (born !== undefined) return born;
  } catch (error) {
    const unknown = error instanceof StepFailure && error.code.startsWith('InvalidInstanceID');
    if (!unknown) throw error;
  }
  throw mismatch(`${instanceId} does not exist in account ${account.id}, ${account.region}`);
}

/**
 * Makes sure of a finding that came by another way than EventBridge (webhook, SNS, a message on a queue): re-reads it
 * from GuardDuty, and checks that the instance exists in the finding's account and region and is older than what was
 * seen. Use what it returns, never what was sent: else a forged message switches a production host off from outside.
 * A person's finding is checked for its instance only.
 *
 * @param account - a session with the finding's own account and region
 * @throws StepFailure `FINDING_DOES_NOT_MATCH`
 */
export async function confirmFinding(account: Account, finding: Finding): Promise<Finding> {
  const { suspect } = finding;
  if (account.id !== suspect.account || account.region !== suspect.region) {
    throw mismatch(`the session is with account ${account.id}, ${account.region}`);
  }
  const confirmed = finding.source === 'manual' ? finding : await reread(account, finding);
  const born = await birth(account, suspect.instanceId);
  if (confirmed.lastSeen !== undefined && born > new Date(confirmed.lastSeen)) {
    throw mismatch(`${suspect.instanceId} was launched after the activity was last seen`);
  }
  return confirmed;
}
