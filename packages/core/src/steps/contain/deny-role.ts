import * as v from 'valibot';
import { iam } from '../../aws/operations.js';
import type { BaseContext, SuspectContext } from '../../engine/context.js';
import { finding, suspect } from '../../engine/finding.js';
import { defineStep } from '../../engine/step.js';
import { isCode, unless } from '../calls/failures.js';
import { setAgain } from '../calls/set-again.js';
import { type ResidualRisk, type RoleDenial, roleDenial } from '../containment-facts.js';
import { type Instance, instance } from '../facts.js';
import { describeInstance } from '../inspect/describe-instance.js';
import { roleOfProfile } from '../inspect/role.js';
import { MANAGED_DENIAL_ACTIONS, putManagedDenial, removeManagedDenial } from './managed-denial.js';
import { type DenialExtent, denyPolicy, denyPolicyName } from './role-policy.js';

export const DENY_ACTIONS = [
  'ec2:DescribeInstances',
  'iam:GetInstanceProfile',
  'iam:PutRolePolicy',
  'iam:DeleteRolePolicy',
  ...MANAGED_DENIAL_ACTIONS,
];

const GONE = ['NoSuchEntity', 'NoSuchEntityException'];
const FULL = ['LimitExceeded', 'LimitExceededException'];
const UNMODIFIABLE = ['UnmodifiableEntity', 'UnmodifiableEntityException'];

/** The suspect's role: as `inspect` saw it, else looked up now. */
export async function suspectRole(
  ctx: SuspectContext,
  seen: Instance | undefined,
): Promise<string | undefined> {
  if (seen?.roleName !== undefined) return seen.roleName;
  const arn =
    seen === undefined
      ? (await describeInstance(ctx.suspectAccount, ctx.incident.suspect)).IamInstanceProfile?.Arn
      : seen.profileArn;
  return arn === undefined ? undefined : roleOfProfile(ctx.suspectAccount, arn);
}

export interface Denial {
  readonly roleName: string;
  readonly extent: DenialExtent;
}

/** Where the denial was written, or why AWS lets nobody write it. */
export type DenialEnd =
  | { readonly denied: true; readonly policyArn?: string }
  | { readonly denied: false; readonly risk: ResidualRisk };

/**
 * Writes the incident's policy into the role; the same name again replaces it. Where the role's 10,240 characters of
 * inline policy are used up, a managed policy takes its place.
 *
 * @throws StepFailure `ROLE_POLICY_FULL` when the role has no room for that either
 */
export async function putDenial(ctx: SuspectContext, denial: Denial): Promise<DenialEnd> {
  const { roleName, extent } = denial;
  const document = denyPolicy(ctx.incident.suspect.instanceId, extent);
  const impossible = (detail: string): DenialEnd => ({ denied: false, risk: { path: 'role', detail } });
  try {
    await setAgain(ctx, () =>
      ctx.suspectAccount.call(iam.PutRolePolicy, {
        RoleName: roleName,
        PolicyName: denyPolicyName(ctx.incident.id),
        PolicyDocument: document,
      }),
    );
    return { denied: true };
  } catch (error) {
    if (isCode(error, ...FULL))
      return { denied: true, policyArn: await putManagedDenial(ctx, { roleName, document }) };
    if (isCode(error, ...UNMODIFIABLE))
      return impossible(`${roleName} is service-linked: AWS lets nobody deny it`);
    if (isCode(error, ...GONE)) return impossible(`${roleName} does not exist any more`);
    throw error;
  }
}

/**
 * Takes the incident's policies out of the role, inline and managed; AWS's own roles never had any.
 *
 * @returns what stays behind
 */
export async function removeDenial(ctx: BaseContext, roleName: string): Promise<readonly string[]> {
  await unless([...GONE, ...UNMODIFIABLE], () =>
    ctx.suspectAccount.call(iam.DeleteRolePolicy, {
      RoleName: roleName,
      PolicyName: denyPolicyName(ctx.incident.id),
    }),
  );
  return (await unless(UNMODIFIABLE, () => removeManagedDenial(ctx, roleName))) ?? [];
}

/** What a denied role does not stop. */
function beyondReach(roleName: string): readonly ResidualRisk[] {
  return [
    {
      path: 'assumed-onward',
      detail: `sessions that ${roleName} has opened in other roles live until they expire: see CloudTrail for AssumeRole`,
    },
    {
      path: 'credentials-on-disk',
      detail: "access keys, tokens and passwords on the instance are in the intruder's hands: rotate them",
    },
  ];
}

async function deny(ctx: SuspectContext, roleName: string | undefined): Promise<RoleDenial> {
  if (roleName === undefined) return { residualRisks: beyondReach('the instance').slice(1) };
  const end = await putDenial(ctx, { roleName, extent: 'all-but-agent' });
  if (!end.denied) return { roleName, residualRisks: [end.risk, ...beyondReach(roleName)] };
  const { policyArn } = end;
  return {
    roleName,
    policyName: denyPolicyName(ctx.incident.id),
    ...(policyArn === undefined ? {} : { policyArn }),
    residualRisks: [...beyondReach(roleName)],
  };
}

const Saved = v.object({ roleName: v.optional(v.string()) });

/**
 * Denies the instance's role everything but SSM's agent, at once: stolen credentials are worth most in the first
 * minutes. `seal` widens it.
 */
export function denyRole() {
  return defineStep({
    id: 'contain.deny-role',
    title: "Denies the instance's role everything but SSM's agent",
    phase: 'contain',
    needs: [finding, suspect],
    wants: [instance],
    provides: [roleDenial],
    actions: { suspect: DENY_ACTIONS },
    effect: {
      summary: 'Calls to AWS with the credentials of this instance fail, also where they were carried away.',
      reversible: 'yes',
      manual: [
        'aws iam put-role-policy --role-name ROLE --policy-name baseline --policy-document file://deny.json',
      ],
    },
    saves: Saved,
    async before(ctx, facts) {
      const roleName = await suspectRole(ctx, facts.instance);
      return roleName === undefined ? {} : { roleName };
    },
    async start(ctx) {
      return ctx.done({ roleDenial: await deny(ctx, ctx.before.roleName) });
    },
    async undo(ctx, { roleName }) {
      return roleName === undefined ? [] : removeDenial(ctx, roleName);
    },
  });
}
