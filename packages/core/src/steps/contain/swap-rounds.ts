import type { SuspectContext } from '../../engine/context.js';
import type { Quarantine } from '../containment-facts.js';
import { interfacesOf } from '../inspect/interfaces.js';
import type { QuarantineGroups } from './quarantine-groups.js';
import { type SavedInterface, saveInterface } from './saved-network.js';
import { type SwapEnd, swapGroups } from './swap-groups.js';

type Rounds = Quarantine['interfaces'];

/** An intruder with the role may attach interfaces as fast as we swap them; the role is denied meanwhile. */
const ROUNDS = 3;

type Place = Pick<SavedInterface, 'interfaceId' | 'vpcId' | 'subnetId'>;

async function swapRound(
  ctx: SuspectContext,
  groups: QuarantineGroups,
  places: readonly Place[],
): Promise<Rounds> {
  const swaps = places.map(async ({ interfaceId, vpcId }) => ({
    interfaceId,
    groupId: (await groups.of(vpcId)).groupId,
  }));
  const ends = new Map<string, SwapEnd>();
  for (const end of await swapGroups(ctx, await Promise.all(swaps))) ends.set(end.interfaceId, end);
  return places.flatMap((place) => {
    const end = ends.get(place.interfaceId);
    const { vpcId, subnetId } = place;
    return end === undefined ? [] : [{ vpcId, subnetId, ...end }];
  });
}

/** Swaps what is there, looks again, and swaps what has come since. */
export async function swapAll(
  ctx: SuspectContext,
  groups: QuarantineGroups,
  known: readonly Place[],
): Promise<Rounds> {
  const done = await swapRound(ctx, groups, known);
  for (let round = 1; round < ROUNDS; round += 1) {
    const seen = new Set(done.map(({ interfaceId }) => interfaceId));
    const listed = await interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId);
    const fresh = listed.map((one) => saveInterface(one)).filter(({ interfaceId }) => !seen.has(interfaceId));
    if (fresh.length === 0) break;
    ctx.notice(
      'INTERFACE_CAME',
      `attached meanwhile: ${fresh.map(({ interfaceId }) => interfaceId).join(', ')}`,
    );
    done.push(...(await swapRound(ctx, groups, fresh)));
  }
  return done;
}
