import { ec2 } from '../../aws/operations.js';
import type { BaseContext } from '../../engine/context.js';
import { asFailure } from '../calls/failures.js';
import { setAgain } from '../calls/set-again.js';

/** The shortest that EC2 takes, in seconds. */
export const SHORTEST_IDLE_TIMEOUT = 60;
/** What EC2 uses where nothing is set: five days. */
export const DEFAULT_IDLE_TIMEOUT = 432_000;

export interface IdleTimeout {
  readonly interfaceId: string;
  readonly seconds: number;
}

/**
 * How long an idle TCP connection stays tracked. Shortened, a shell that waits for its master is forgotten after a
 * minute; one that beats faster lives on. Nitro instances only: elsewhere it is refused.
 *
 * @returns why it was refused, or undefined
 */
export async function setIdleTimeout(
  ctx: BaseContext,
  { interfaceId, seconds }: IdleTimeout,
): Promise<string | undefined> {
  try {
    await setAgain(ctx, () =>
      ctx.suspectAccount.call(ec2.ModifyNetworkInterfaceAttribute, {
        NetworkInterfaceId: interfaceId,
        ConnectionTrackingSpecification: { TcpEstablishedTimeout: seconds },
      }),
    );
    return undefined;
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind === 'permanent') return failure.code;
    throw failure;
  }
}
