import { ec2 } from '../../aws/operations.js';
import { type ApprovalTicket, ApprovalTicketSchema } from '../../engine/approval.js';
import type { CanFinish, CanWait, SuspectContext } from '../../engine/context.js';
import { StepFailure } from '../../engine/failure.js';
import { finding, suspect } from '../../engine/finding.js';
import { definePolledStep, type UndoContext } from '../../engine/step.js';
import { asFailure, isCode, unless } from '../calls/failures.js';
import { type Containment, containment, networkAcls } from '../containment-facts.js';
import { type ApprovalOptions, approvalTicket, hearAnswer } from '../guards/approval.js';
import { guardTimeout } from '../guards/approval-guard.js';
import {
  ensureEmptyAcl,
  ownAcls,
  type SavedSubnet,
  type SavedSubnets,
  SavedSubnetsSchema,
  SUBNET_ACL_ACTIONS,
  saveSubnets,
  tie,
  tiesOf,
} from './subnet-acls.js';

export interface NetworkAclOptions {
  /** A person is asked, always, and silence is no yes: every neighbour in the subnet loses its network too. */
  readonly approval: ApprovalOptions & { readonly onExpiry: 'refuse' };
  /** Default: only where connections may live on, or something is not contained; else nobody is asked. */
  readonly when?: 'not-cut-off' | 'always';
}

const STEP = 'seal.network-acl';

type Context = SuspectContext & CanFinish<readonly [typeof networkAcls]> & CanWait<ApprovalTicket>;

/** Why groups alone do not do; empty: they do. */
function reasonsFor(made: Containment | undefined): readonly string[] {
  if (made === undefined) return ['the containment by security groups is not verified'];
  const loose = made.interfaces.filter(({ contained }) => !contained);
  return [
    ...loose.map(({ interfaceId }) => `${interfaceId} is not in quarantine`),
    ...made.residualRisks.filter(({ path }) => path === 'tracked-connection').map(({ detail }) => detail),
  ];
}

function warning(subnets: readonly SavedSubnet[]): string {
  const ids = subnets.map(({ subnetId }) => subnetId).join(', ');
  return `an empty network ACL on ${ids} cuts off every neighbour there, and SSM with them; traffic inside the subnet goes on`;
}

async function apply(ctx: Context, { subnets }: SavedSubnets, says: string) {
  const ties: { subnetId: string; aclId: string }[] = [];
  for (const { subnetId, vpcId } of subnets) {
    const aclId = await ensureEmptyAcl(ctx, vpcId);
    await tie(ctx, subnetId, aclId);
    ties.push({ subnetId, aclId });
  }
  const now = await tiesOf(
    ctx,
    subnets.map(({ subnetId }) => subnetId),
  );
  const loose = ties.filter(
    ({ subnetId, aclId }) => !now.some((one) => one.subnetId === subnetId && one.aclId === aclId),
  );
  if (loose.length > 0)
    throw StepFailure.retryable(
      'ACL_NOT_VERIFIED',
      `still with another network ACL: ${loose.map(({ subnetId }) => subnetId).join(', ')}`,
    );
  return ctx.done({ networkAcls: { applied: true, because: says, subnets: ties } });
}

function leave(ctx: Context, because: string) {
  return ctx.done({ networkAcls: { applied: false, because, subnets: [] } });
}

async function ask(
  ctx: Context,
  ticket: ApprovalTicket,
  asking: { readonly saved: SavedSubnets; readonly approval: ApprovalOptions },
) {
  const heard = await hearAnswer(ctx, ticket, asking.approval);
  if (heard.answer === 'none') return ctx.waiting(heard.ticket, heard.every);
  return heard.answer === 'yes' ? apply(ctx, asking.saved, heard.says) : leave(ctx, heard.says);
}

async function begin(
  ctx: Context,
  made: Containment | undefined,
  asking: { readonly saved: SavedSubnets; readonly options: NetworkAclOptions },
) {
  const { saved, options } = asking;
  const { approval, when = 'not-cut-off' } = options;
  if (saved.subnets.length === 0) return leave(ctx, 'the suspect is in no subnet that could be closed');
  const reasons = reasonsFor(made);
  if (reasons.length === 0 && when === 'not-cut-off') return leave(ctx, 'the groups cut it off');
  const question = { step: STEP, reasons: [...reasons, warning(saved.subnets)] };
  return ask(ctx, approvalTicket(ctx, question, approval), { saved, approval });
}

async function untie(ctx: UndoContext, saved: SavedSubnet, own: ReadonlySet<string>) {
  const [now] = await tiesOf(ctx, [saved.subnetId]);
  if (now === undefined) return [`${saved.subnetId} is gone`];
  if (now.aclId === saved.aclId) return [];
  if (!own.has(now.aclId))
    throw StepFailure.permanent(
      'RELEASE_CONFLICT',
      `${saved.subnetId} has ${now.aclId}: somebody has changed its network ACL since`,
    );
  try {
    await tie(ctx, saved.subnetId, saved.aclId);
    return [];
  } catch (error) {
    if (!isCode(error, 'InvalidNetworkAclID.NotFound')) throw error;
    return [`${saved.subnetId}: its network ACL ${saved.aclId} is gone`];
  }
}

async function undo(ctx: UndoContext, { subnets }: SavedSubnets): Promise<readonly string[]> {
  const own = new Set((await ownAcls(ctx)).flatMap(({ NetworkAclId: id }) => id ?? []));
  if (own.size === 0) return [];
  const left: string[] = [];
  for (const saved of subnets) left.push(...(await untie(ctx, saved, own)));
  for (const id of own)
    try {
      await unless(['InvalidNetworkAclID.NotFound'], () =>
        ctx.suspectAccount.call(ec2.DeleteNetworkAcl, { NetworkAclId: id }),
      );
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind !== 'permanent') throw failure;
      left.push(`network ACL ${id} is still in use and was not deleted: ${failure.code}`);
    }
  return left;
}

/**
 * Puts the suspect's subnets behind a network ACL that lets nothing through: for connections that no security group can
 * cut. Always behind a person's yes, since every neighbour in the subnets is cut off with it, and SSM, too; what goes on
 * inside the subnet is not filtered. It waits beside the seal, once capture no longer needs SSM. `release` gives the
 * subnets their own ACLs again.
 */
export function networkAcl(options: NetworkAclOptions) {
  const { approval } = options;
  return definePolledStep({
    id: STEP,
    title: 'Puts the subnets of the instance behind an empty network ACL, when a person says yes',
    phase: 'seal',
    needs: [finding, suspect],
    wants: [containment],
    provides: [networkAcls],
    timeout: guardTimeout(approval.deadline),
    actions: { suspect: SUBNET_ACL_ACTIONS },
    effect: {
      summary:
        'After a yes: every instance in the subnets loses its network, SSM included; traffic inside a subnet goes on.',
      reversible: 'yes',
      manual: [
        'aws ec2 create-network-acl --vpc-id VPC',
        'aws ec2 replace-network-acl-association --association-id ACLASSOC --network-acl-id ACL',
      ],
    },
    saves: SavedSubnetsSchema,
    before: saveSubnets,
    ticket: ApprovalTicketSchema,
    start: (ctx, facts) => begin(ctx, facts.containment, { saved: ctx.before, options }),
    poll: (ctx, ticket) => ask(ctx, ticket, { saved: ctx.before, approval }),
    undo,
  });
}
