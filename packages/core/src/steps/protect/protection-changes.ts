import type { ModifyInstanceAttributeCommandInput } from '@aws-sdk/client-ec2';
import * as v from 'valibot';
import { ec2 } from '../../aws/operations.js';
import type { CallOptions } from '../../engine/account.js';
import type { BaseContext, SuspectContext } from '../../engine/context.js';
import { asFailure } from '../calls/failures.js';
import { setMetadata } from '../calls/metadata.js';
import { setAgain } from '../calls/set-again.js';
import type { SavedProtection } from './saved-protection.js';

/** Spot refuses protection against termination and stop. */
const REFUSALS = [
  'OperationNotPermitted',
  'UnsupportedOperation',
  'IncorrectInstanceState',
  'IncorrectState',
];

/** What is protected, what matters most first: in a storm EC2 takes five such calls a second of the whole account. */
export const ProtectedSchema = v.picklist([
  'termination protection',
  'stop protection',
  'volumes kept on termination',
  'shutdown behaviour',
  'metadata options',
]);
export type Protected = v.InferOutput<typeof ProtectedSchema>;

export type Attribute = Omit<ModifyInstanceAttributeCommandInput, 'InstanceId'>;

export interface Change {
  readonly what: Protected;
  /** One attribute: EC2 takes one a call. */
  readonly attribute: Attribute;
}

export function volumesAt(devices: readonly string[], end: 'kept' | 'deleted'): Attribute {
  return {
    BlockDeviceMappings: devices.map((device) => ({
      DeviceName: device,
      Ebs: { DeleteOnTermination: end === 'deleted' },
    })),
  };
}

/** What is left to change; nothing for what is so already. */
export function protectionChanges(saved: SavedProtection): readonly Change[] {
  const changes: readonly (Change & { readonly done: boolean })[] = [
    {
      what: 'termination protection',
      attribute: { DisableApiTermination: { Value: true } },
      done: saved.disableApiTermination,
    },
    {
      what: 'stop protection',
      attribute: { DisableApiStop: { Value: true } },
      done: saved.disableApiStop,
    },
    {
      what: 'volumes kept on termination',
      attribute: volumesAt(saved.deletedOnTermination, 'kept'),
      done: saved.deletedOnTermination.length === 0,
    },
    {
      what: 'shutdown behaviour',
      attribute: { InstanceInitiatedShutdownBehavior: { Value: 'stop' } },
      done: saved.shutdownBehavior === 'stop',
    },
  ];
  return changes.filter(({ done }) => !done).map(({ what, attribute }) => ({ what, attribute }));
}

export async function change(
  ctx: BaseContext,
  { what, attribute }: Change,
  options: CallOptions = {},
): Promise<void> {
  const { instanceId } = ctx.incident.suspect;
  const input = { InstanceId: instanceId, ...attribute };
  try {
    await setAgain(ctx, () => ctx.suspectAccount.call(ec2.ModifyInstanceAttribute, input, options));
  } catch (error) {
    const { code } = asFailure(error);
    if (!REFUSALS.includes(code)) throw error;
    ctx.notice('PROTECTION_REFUSED', `${what}: ${code}`);
  }
}

/** Something of the suspect that is to be protected. */
export interface Protection {
  readonly what: Protected;
  readonly work: () => Promise<void>;
}

/** What is to be done of an instance that was so; throttled, it fails at once. */
export function protections(ctx: SuspectContext, saved: SavedProtection): readonly Protection[] {
  const options = { whenThrottled: 'fail' } as const;
  const attributes = protectionChanges(saved).map((one) => ({
    what: one.what,
    work: () => change(ctx, one, options),
  }));
  if (saved.metadata.httpEndpoint === 'disabled') return attributes;
  // A hop limit of one keeps containers and proxies away from the role; tokens stop blind request forgery.
  const hardened = { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 } as const;
  const work = () => setMetadata(ctx, hardened, options);
  return [...attributes, { what: 'metadata options', work }];
}
