import { ec2 } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import type { Duration } from '../../engine/duration.js';
import { milliseconds } from '../../engine/duration.js';
import { StepFailure } from '../../engine/failure.js';
import { unless } from '../calls/failures.js';
import type { Quarantine } from '../containment-facts.js';
import { interfacesOf } from '../inspect/interfaces.js';
import { ensureOwnGroup, findOwnGroup } from './own-group.js';
import { CONVERSION_RULES } from './rules.js';
import { wearGroup } from './swap-groups.js';

const LONGEST_WINDOW_MS = 30_000;
/** What has to be left of the call before an interface is opened, so that it is closed again by the same call. */
const MARGIN_MS = 60_000;

/** @throws StepFailure `WINDOW_TOO_LONG` */
export function assertWindow(window: Duration): void {
  if (milliseconds(window) > LONGEST_WINDOW_MS)
    throw StepFailure.permanent('WINDOW_TOO_LONG', 'an interface may stand open for 30 seconds at most');
}

export function hasTimeToExpose(ctx: SuspectContext): boolean {
  return ctx.deadline.getTime() - ctx.now().getTime() >= MARGIN_MS;
}

type Contained = Quarantine['interfaces'][number];

/**
 * Closes every interface that wears the conversion group: the first act of any attempt, since the one before may have
 * died while it stood open.
 */
export async function closeExposed(ctx: SuspectContext, quarantine: Quarantine): Promise<readonly string[]> {
  const conversion = await Promise.all(
    quarantine.groups.map(({ vpcId }) => findOwnGroup(ctx, { vpcId, purpose: 'conversion' })),
  );
  const exposing = new Set(conversion.flatMap((id) => id ?? []));
  if (exposing.size === 0) return [];
  const found = await interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  const open = found.filter(({ Groups = [] }) => Groups.some(({ GroupId: id = '' }) => exposing.has(id)));
  const closing = open.map(async ({ NetworkInterfaceId: interfaceId = '', VpcId: vpcId }) => {
    const groupId = quarantine.groups.find((group) => group.vpcId === vpcId)?.groupId;
    if (groupId !== undefined) await wearGroup(ctx, { interfaceId, groupId });
    return interfaceId;
  });
  return Promise.all(closing);
}

async function expose(
  ctx: SuspectContext,
  one: Contained,
  group: { readonly id: string; readonly window: Duration },
) {
  const { interfaceId, groupId } = one;
  if (groupId === undefined) return;
  await ctx.exposed(`${interfaceId} wears ${group.id}: everything is let through`, group.window);
  try {
    await wearGroup(ctx, { interfaceId, groupId: group.id });
    await ctx.sleep(group.window);
  } finally {
    await wearGroup(ctx, { interfaceId, groupId });
  }
}

/**
 * Makes the interfaces forget their tracked connections: for the window, everything is let through, both ways, so that
 * flows stop being tracked; then the quarantine drops them. The suspect is exposed meanwhile, and the journal says so
 * before it happens.
 *
 * @returns the interfaces on which it was done; those for which this call had no time left are for the next
 */
export async function cutByConversion(
  ctx: SuspectContext,
  interfaces: readonly Contained[],
  window: Duration,
): Promise<readonly string[]> {
  const cut: string[] = [];
  for (const one of interfaces) {
    if (!one.contained || one.groupId === undefined) continue;
    // The one before took its time: this one is opened only by a call that can close it again.
    if (!hasTimeToExpose(ctx)) break;
    const id = await ensureOwnGroup(ctx, { vpcId: one.vpcId, purpose: 'conversion' }, CONVERSION_RULES);
    await expose(ctx, one, { id, window });
    // A group that lets everything through is not left lying about. Still seen as worn: `release` deletes it.
    await unless(['DependencyViolation', 'InvalidGroup.NotFound'], () =>
      ctx.suspectAccount.call(ec2.DeleteSecurityGroup, { GroupId: id }),
    );
    cut.push(one.interfaceId);
  }
  return cut;
}
