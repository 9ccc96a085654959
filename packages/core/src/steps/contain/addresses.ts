import { ec2 } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { asFailure, unless } from '../calls/failures.js';
import { setAgain } from '../calls/set-again.js';
import type { ResidualRisk } from '../containment-facts.js';
import type { SavedAddress, SavedInterface } from './saved-network.js';

export const ADDRESS_ACTIONS = ['ec2:DisassociateAddress', 'ec2:ModifyNetworkInterfaceAttribute'];

export interface RemovedAddresses {
  readonly removed: readonly string[];
  readonly residualRisks: readonly ResidualRisk[];
}

async function removeOne(ctx: SuspectContext, interfaceId: string, address: SavedAddress): Promise<void> {
  const { elastic } = address;
  if (elastic === undefined) {
    await ctx.suspectAccount.call(ec2.ModifyNetworkInterfaceAttribute, {
      NetworkInterfaceId: interfaceId,
      AssociatePublicIpAddress: false,
    });
    return;
  }
  await unless(['InvalidAssociationID.NotFound'], () =>
    ctx.suspectAccount.call(ec2.DisassociateAddress, { AssociationId: elastic.associationId }),
  );
}

/**
 * Takes the public IPv4 addresses away: with its address, every connection through the internet gateway is gone at once,
 * tracked or not. Never rejects: an address that stays is a residual risk, and no reason to wait with the groups.
 */
export async function removePublicAddresses(
  ctx: SuspectContext,
  interfaces: readonly SavedInterface[],
): Promise<RemovedAddresses> {
  const removed: string[] = [];
  const residualRisks: ResidualRisk[] = [];
  const all = interfaces.flatMap(({ interfaceId, addresses }) =>
    addresses.map((address) => ({ interfaceId, address })),
  );
  await Promise.all(
    all.map(async ({ interfaceId, address }) => {
      try {
        await setAgain(ctx, () => removeOne(ctx, interfaceId, address));
        removed.push(address.publicAddress);
      } catch (error) {
        const detail = `${address.publicAddress} stays on ${interfaceId}: ${asFailure(error).code}`;
        residualRisks.push({ path: 'public-address', detail });
        ctx.gap('PUBLIC_ADDRESS_STAYS', detail);
      }
    }),
  );
  return { removed: removed.sort(), residualRisks };
}
