import type { CanFinish, CanWait, SuspectContext } from '../../engine/context.js';
import type { Facts } from '../../engine/fact.js';
import { StepFailure } from '../../engine/failure.js';
import { finding, suspect } from '../../engine/finding.js';
import { definePolledStep } from '../../engine/step.js';
import { unless } from '../calls/failures.js';
import {
  type Connections,
  type Containment,
  connections,
  containment,
  foreignAccess,
  type Quarantine,
  quarantine,
  type ResidualRisk,
  type RoleDenial,
  roleDenial,
} from '../containment-facts.js';
import { type Instance, instance } from '../facts.js';
import { describeInstance, isGone } from '../inspect/describe-instance.js';
import { canLook } from './cut-connections.js';
import {
  continueLook,
  HOST_LOOK_ACTIONS,
  type HostLook,
  type LookTicket,
  LookTicketSchema,
  startLook,
} from './host-look.js';
import { endpointOf, type LiveConnection } from './live-connections.js';
import { READ_BACK_ACTIONS, type ReadBack, readBack, readBackDenial } from './read-back.js';
import { BEYOND_GROUPS, distinctRisks, pathRisks, WAYS_LEFT } from './residual-risks.js';
import { routesOf } from './routes.js';
import { judge } from './where-to-cut.js';

type Context = SuspectContext & CanFinish<readonly [typeof containment]> & CanWait<LookTicket>;

interface Wants {
  readonly instance: Instance | undefined;
  readonly quarantine: Quarantine | undefined;
  readonly roleDenial: RoleDenial | undefined;
  readonly foreignAccess: Facts<readonly [typeof foreignAccess]>['foreignAccess'] | undefined;
  readonly connections: Connections | undefined;
}

function notVerified(message: string): StepFailure {
  return StepFailure.permanent('CONTAINMENT_NOT_VERIFIED', message);
}

/** A terminated instance has no interface left, and nothing to be put into quarantine. */
async function assertGone(ctx: SuspectContext): Promise<void> {
  const found = await unless(['SUSPECT_NOT_FOUND'], () =>
    describeInstance(ctx.suspectAccount, ctx.incident.suspect),
  );
  if (!isGone(found?.State?.Name)) throw notVerified('EC2 shows no interface of the instance');
  ctx.gap('SUSPECT_TERMINATED', 'the instance is terminated: there was no interface left to contain');
}

async function assertContained(ctx: SuspectContext, { interfaces }: ReadBack): Promise<void> {
  if (interfaces.length === 0) return assertGone(ctx);
  if (interfaces.every(({ contained }) => !contained))
    throw notVerified(`no interface is in quarantine: ${interfaces.map((one) => one.reason).join(', ')}`);
}

/** One that refused was told when it was swapped; one that nobody could swap would go without a word. */
function tellUnswapped(ctx: SuspectContext, { interfaces }: ReadBack, made: Quarantine): void {
  const refused = new Set(made.interfaces.filter((one) => !one.contained).map((one) => one.interfaceId));
  for (const { interfaceId, contained, reason } of interfaces)
    if (!contained && !refused.has(interfaceId))
      ctx.gap('PARTLY_CONTAINED', `${interfaceId} keeps its groups: ${reason ?? 'unknown'}`);
}

/** What the host answered the last time: the look of `cutConnections` stands, unless something was cut after it. */
function earlierLook({ connections: seen }: Wants): HostLook | undefined {
  if (seen === undefined || seen.cutOn.length > 0) return undefined;
  return seen.looked ? { looked: true, live: seen.live } : { looked: false, reason: 'see earlier' };
}

async function networkRisks(
  ctx: SuspectContext,
  { interfacesNow }: ReadBack,
): Promise<readonly ResidualRisk[]> {
  const places = interfacesNow.map(({ NetworkInterfaceId, VpcId, SubnetId, Ipv6Addresses = [] }) => ({
    interfaceId: NetworkInterfaceId ?? '',
    vpcId: VpcId ?? '',
    subnetId: SubnetId ?? '',
    ipv6: Ipv6Addresses.length > 0,
  }));
  const routes = await routesOf(ctx, places);
  return pathRisks(places.map((place) => ({ ...place, routes: routes.get(place.subnetId) ?? [] })));
}

function observeLive(ctx: SuspectContext, live: readonly LiveConnection[]): void {
  for (const { remote, path, bytes } of live)
    ctx.observe({
      rule: 'containment.live-connection',
      title: 'A connection lives on although the instance is in quarantine',
      severity: 'high',
      techniques: ['T1071'],
      entity: `ip:${endpointOf(remote).address}`,
      excerpt: `${bytes} bytes in a few seconds to ${remote} by ${path}`,
      evidence: [],
    });
}

function liveRisks(look: HostLook, live: readonly LiveConnection[]): readonly ResidualRisk[] {
  if (!look.looked)
    return [{ path: 'tracked-connection', detail: 'nobody could ask the host which connections live on' }];
  return live.map(({ remote, path }) => ({
    path: 'tracked-connection',
    detail: `a connection to ${remote} carries bytes by ${path}: ${WAYS_LEFT}`,
  }));
}

/** What `cutConnections` has said of the same look already, and better: it knows why a connection was left. */
function told(facts: Wants): readonly ResidualRisk[] | undefined {
  return earlierLook(facts) === undefined ? undefined : facts.connections?.residualRisks;
}

interface Verified {
  readonly facts: Wants & { readonly quarantine: Quarantine };
  readonly back: ReadBack;
  readonly look: HostLook;
}

async function conclude(ctx: Context, { facts, back, look }: Verified) {
  const made = facts.quarantine;
  const live = look.looked ? await judge(ctx, made, look) : [];
  observeLive(ctx, live);
  tellUnswapped(ctx, back, made);
  if (back.drift.length > 0) ctx.notice('CONTAINMENT_DRIFTED', back.drift.map(({ what }) => what).join('; '));
  const risks = distinctRisks([
    ...made.residualRisks,
    ...(await readBackDenial(ctx, facts.roleDenial)),
    ...(facts.foreignAccess?.residualRisks ?? []),
    ...(await networkRisks(ctx, back)),
    ...(told(facts) ?? liveRisks(look, live)),
    ...BEYOND_GROUPS,
  ]);
  return ctx.done({ containment: containmentOf(ctx, { facts, back, look }, risks) });
}

function containmentOf(
  ctx: Context,
  { facts, back, look }: Verified,
  residualRisks: ResidualRisk[],
): Containment {
  const { roleName, policyName, policyArn } = facts.roleDenial ?? {};
  const denied = roleName !== undefined && policyName !== undefined;
  const managed = policyArn === undefined ? {} : { policyArn };
  return {
    quarantineGroups: facts.quarantine.groups.map(({ vpcId, groupId, rulesSha256, prepared }) => ({
      vpcId,
      groupId,
      rulesSha256,
      ...(prepared === true ? { prepared } : {}),
    })),
    interfaces: back.interfaces,
    ...(denied ? { roleDeny: { roleName, policyName, ...managed } } : {}),
    ssmAlive: look.looked,
    verifiedAt: ctx.now().toISOString(),
    residualRisks,
  };
}

async function readAndConclude(ctx: Context, facts: Wants, look: HostLook) {
  const made = facts.quarantine;
  if (made === undefined) throw notVerified('the interfaces were not put into quarantine');
  const back = await readBack(ctx, made);
  await assertContained(ctx, back);
  return conclude(ctx, { facts: { ...facts, quarantine: made }, back, look });
}

async function begin(ctx: Context, facts: Wants) {
  if (facts.quarantine === undefined) throw notVerified('the interfaces were not put into quarantine');
  const earlier = canLook(facts) ? earlierLook(facts) : ({ looked: false, reason: 'no way' } as const);
  if (earlier !== undefined) return readAndConclude(ctx, facts, earlier);
  // Read back at once as well: what is wrong with the groups need not wait for the host.
  await assertContained(ctx, await readBack(ctx, facts.quarantine));
  return ctx.waiting(await startLook(ctx), { seconds: 10 });
}

async function proceed(ctx: Context, ticket: LookTicket, facts: Wants) {
  const progress = await continueLook(ctx, ticket);
  if ('ticket' in progress) return ctx.waiting(progress.ticket, progress.after);
  if (!progress.look.looked) ctx.notice('SSM_LOST', progress.look.reason);
  return readAndConclude(ctx, facts, progress.look);
}

/**
 * Reads everything back and asks the host itself: only after that is the suspect contained. What drifted is put right,
 * three times at most. What may still be open is named, path by path.
 *
 * @throws StepFailure `CONTAINMENT_NOT_VERIFIED`
 */
export function verifyContainment() {
  return definePolledStep({
    id: 'contain.verify',
    title: 'Reads the containment back and asks the host which connections still carry bytes',
    phase: 'contain',
    needs: [finding, suspect],
    wants: [instance, quarantine, roleDenial, foreignAccess, connections],
    provides: [containment],
    timeout: { minutes: 6 },
    actions: {
      suspect: [
        ...READ_BACK_ACTIONS,
        ...HOST_LOOK_ACTIONS,
        'ec2:DescribeInstances',
        'ec2:DescribeRouteTables',
      ],
    },
    effect: { summary: 'Reads only, unless something has drifted.', reversible: 'yes' },
    ticket: LookTicketSchema,
    start: (ctx, facts) => begin(ctx, facts),
    poll: (ctx, ticket, facts) => proceed(ctx, ticket, facts),
  });
}
