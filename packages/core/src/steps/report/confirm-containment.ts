import type { BaseContext } from '../../engine/context.js';
import type { Facts } from '../../engine/fact.js';
import { defineStep } from '../../engine/step.js';
import { unless } from '../calls/failures.js';
import { DENIAL_READS, denialStands } from '../contain/denial-stands.js';
import { type Drift, observeDrift } from '../contain/drift.js';
import { readRules } from '../contain/group-rules.js';
import { findOwnGroup } from '../contain/own-group.js';
import { isUploadRule, ruleOf, rulesSha256 } from '../contain/rules.js';
import { type Containment, confirmedContainment, containment } from '../containment-facts.js';
import { sealed } from '../facts.js';
import { describeInstance, isGone } from '../inspect/describe-instance.js';
import { interfacesOf } from '../inspect/interfaces.js';

interface Known {
  readonly made: Containment;
  readonly isSealed: boolean;
}

/** Where a group lay ready, the seal has put the suspect into one of its own. */
async function closedAfterwards(ctx: BaseContext, made: Containment): Promise<ReadonlyMap<string, string>> {
  const prepared = made.quarantineGroups.filter((group) => group.prepared === true);
  const found = await Promise.all(
    prepared.map(
      async ({ vpcId }) => [vpcId, await findOwnGroup(ctx, { vpcId, purpose: 'quarantine' })] as const,
    ),
  );
  return new Map(found.flatMap(([vpcId, id]) => (id === undefined ? [] : [[vpcId, id] as const])));
}

async function strayInterfaces(ctx: BaseContext, { made }: Known): Promise<readonly Drift[]> {
  const found = await interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  const groupOf = new Map(made.quarantineGroups.map(({ vpcId, groupId }) => [vpcId, groupId]));
  const own = await closedAfterwards(ctx, made);
  const refused = new Set(made.interfaces.filter((one) => !one.contained).map((one) => one.interfaceId));
  return found.flatMap(({ NetworkInterfaceId: id = '', VpcId: vpcId = '', Groups = [] }) => {
    const ids = Groups.flatMap(({ GroupId }) => GroupId ?? []);
    const right = ids.length === 1 && (ids[0] === groupOf.get(vpcId) || ids[0] === own.get(vpcId));
    if (right || refused.has(id)) return [];
    return [{ entity: `interface:${id}`, what: `${id} wears ${ids.join(', ')}` }];
  });
}

async function editedGroups(ctx: BaseContext, { made, isSealed }: Known): Promise<readonly Drift[]> {
  const groups = made.quarantineGroups;
  if (groups.length === 0) return [];
  const rules = await readRules(
    ctx,
    groups.map(({ groupId }) => groupId),
  );
  const empty = rulesSha256([]);
  return groups.flatMap(({ groupId, rulesSha256: asked, prepared }) => {
    const own = rules.filter(({ GroupId }) => GroupId === groupId).map(ruleOf);
    // A seal that ended halfway may have closed the group already.
    const now = rulesSha256(isSealed ? own : own.filter((rule) => !isUploadRule(rule)));
    if (now === empty || ((!isSealed || prepared === true) && now === asked)) return [];
    return [{ entity: `security-group:${groupId}`, what: `${groupId} has other rules than were set` }];
  });
}

async function liftedDenial(ctx: BaseContext, { made, isSealed }: Known): Promise<readonly Drift[]> {
  const { roleDeny } = made;
  if (roleDeny === undefined) return [];
  if (await denialStands(ctx, roleDeny, 'all')) return [];
  if (!isSealed && (await denialStands(ctx, roleDeny, 'all-but-agent'))) return [];
  const { roleName } = roleDeny;
  return [{ entity: `role:${roleName}`, what: `the policy that denies ${roleName} is gone or another` }];
}

async function lives(ctx: BaseContext): Promise<boolean> {
  const found = await unless(['SUSPECT_NOT_FOUND'], () =>
    describeInstance(ctx.suspectAccount, ctx.incident.suspect),
  );
  return !isGone(found?.State?.Name);
}

type Confirmed = Facts<readonly [typeof confirmedContainment]>['confirmedContainment'];

async function confirm(ctx: BaseContext, known: Known): Promise<Confirmed> {
  const checkedAt = ctx.now().toISOString();
  // A terminated instance has no interface; its stolen credentials live on.
  const network = (await lives(ctx)) ? [strayInterfaces, editedGroups] : [];
  const each = await Promise.all([...network, liftedDenial].map((look) => look(ctx, known)));
  const drift = each.flat();
  observeDrift(ctx, drift, 'left-open');
  for (const { what } of drift) ctx.gap('CONTAINMENT_DRIFTED', `${what}: nothing puts it right any more`);
  return { checkedAt, holds: drift.length === 0, drift: drift.map(({ what }) => what) };
}

/**
 * Reads the containment back for the last time, so that the report says what is true when it is written, and not what
 * was verified hours before. It only reads: what has drifted by then is a critical observation and a gap, for people.
 */
export function confirmContainment() {
  return defineStep({
    id: 'report.containment',
    title: 'Reads back whether the containment still holds',
    phase: 'report',
    wants: [containment, sealed],
    provides: [confirmedContainment],
    actions: {
      suspect: [
        ...DENIAL_READS,
        'ec2:DescribeInstances',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroupRules',
        'ec2:DescribeSecurityGroups',
      ],
    },
    async start(ctx, facts) {
      const { containment: made, sealed: shut } = facts;
      if (made === undefined) {
        const checkedAt = ctx.now().toISOString();
        return ctx.done({ confirmedContainment: { checkedAt, holds: false, drift: [] } });
      }
      const isSealed = shut?.ssmCut === true;
      return ctx.done({ confirmedContainment: await confirm(ctx, { made, isSealed }) });
    },
  });
}
