import type { ModifyInstanceAttributeCommandInput } from '@aws-sdk/client-ec2';
import { ec2 } from '../../aws/operations.js';
import type { BaseContext, SuspectContext } from '../../engine/context.js';
import { StepFailure } from '../../engine/failure.js';
import { finding, suspect } from '../../engine/finding.js';
import { defineStep, type UndoContext } from '../../engine/step.js';
import { allThenThrow, asFailure } from '../calls/failures.js';
import { METADATA_ACTIONS, setMetadata } from '../calls/metadata.js';
import { setAgain } from '../calls/set-again.js';
import { type SavedProtection, SavedProtectionSchema, saveProtection } from './saved-protection.js';

const ACTIONS = [...METADATA_ACTIONS, 'ec2:DescribeInstanceAttribute', 'ec2:ModifyInstanceAttribute'];

/** Spot refuses protection against termination and stop. */
const REFUSALS = [
  'OperationNotPermitted',
  'UnsupportedOperation',
  'IncorrectInstanceState',
  'IncorrectState',
];

type Attribute = Omit<ModifyInstanceAttributeCommandInput, 'InstanceId'>;

interface Change {
  readonly what: string;
  /** One attribute: EC2 takes one a call. */
  readonly attribute: Attribute;
}

function volumesAt(devices: readonly string[], end: 'kept' | 'deleted'): Attribute {
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
      what: 'shutdown behaviour',
      attribute: { InstanceInitiatedShutdownBehavior: { Value: 'stop' } },
      done: saved.shutdownBehavior === 'stop',
    },
    {
      what: 'volumes kept on termination',
      attribute: volumesAt(saved.deletedOnTermination, 'kept'),
      done: saved.deletedOnTermination.length === 0,
    },
  ];
  return changes.filter(({ done }) => !done).map(({ what, attribute }) => ({ what, attribute }));
}

async function change(ctx: BaseContext, { what, attribute }: Change): Promise<void> {
  const { instanceId } = ctx.incident.suspect;
  try {
    await setAgain(ctx, () =>
      ctx.suspectAccount.call(ec2.ModifyInstanceAttribute, { InstanceId: instanceId, ...attribute }),
    );
  } catch (error) {
    const { code } = asFailure(error);
    if (!REFUSALS.includes(code)) throw error;
    ctx.notice('PROTECTION_REFUSED', `${what}: ${code}`);
  }
}

/** A hop limit of one keeps containers and proxies away from the role; tokens stop blind request forgery. */
async function hardenMetadata(ctx: SuspectContext, saved: SavedProtection): Promise<void> {
  if (saved.metadata.httpEndpoint === 'disabled') return;
  await setMetadata(ctx, { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
}

async function protectAll(ctx: SuspectContext, saved: SavedProtection): Promise<void> {
  if (saved.state === 'terminated' || saved.state === 'shutting-down') {
    ctx.notice('SUSPECT_TERMINATED', 'there is nothing left to protect');
    return;
  }
  await allThenThrow([
    ...protectionChanges(saved).map((one) => () => change(ctx, one)),
    () => hardenMetadata(ctx, saved),
  ]);
}

async function restoreMetadata(ctx: UndoContext, { metadata }: SavedProtection): Promise<void> {
  const { httpTokens, hopLimit, httpEndpoint } = metadata;
  await setMetadata(ctx, {
    // The words are EC2's own, kept as text.
    HttpEndpoint: httpEndpoint === 'disabled' ? 'disabled' : 'enabled',
    HttpTokens: httpTokens === 'required' ? 'required' : 'optional',
    ...(hopLimit === undefined ? {} : { HttpPutResponseHopLimit: hopLimit }),
  });
}

async function unprotect(ctx: UndoContext, saved: SavedProtection): Promise<readonly string[]> {
  const back: readonly Change[] = protectionChanges(saved).map(({ what, attribute }) => ({
    what,
    attribute: original(attribute, saved),
  }));
  const lost: string[] = [];
  const attempt = (what: string, work: () => Promise<void>) => async () => {
    try {
      await work();
    } catch (error) {
      const failure = asFailure(error);
      if (failure.kind !== 'permanent') throw failure;
      lost.push(`${what}: ${failure.code}`);
    }
  };
  await allThenThrow([
    ...back.map((one) => attempt(one.what, () => change(ctx, one))),
    attempt('metadata options', () => restoreMetadata(ctx, saved)),
  ]);
  return lost;
}

/** The same attribute with the value that it had. */
function original(attribute: Attribute, saved: SavedProtection): Attribute {
  if (attribute.DisableApiTermination !== undefined)
    return { DisableApiTermination: { Value: saved.disableApiTermination } };
  if (attribute.DisableApiStop !== undefined) return { DisableApiStop: { Value: saved.disableApiStop } };
  if (attribute.BlockDeviceMappings !== undefined) return volumesAt(saved.deletedOnTermination, 'deleted');
  if (attribute.InstanceInitiatedShutdownBehavior !== undefined)
    return { InstanceInitiatedShutdownBehavior: { Value: saved.shutdownBehavior } };
  throw StepFailure.permanent('UNEXPECTED', 'protect changed an attribute that it cannot name');
}

/**
 * Keeps the suspect and its volumes from being destroyed, by the intruder or by ourselves: termination and stop
 * protection, shutdown stops instead of terminating, volumes outlive the instance, metadata needs a token. Each is tried
 * whatever becomes of the others; what Spot refuses is a notice.
 */
export function protect() {
  return defineStep({
    id: 'protect',
    title: 'Protects the instance and its volumes against termination, and hardens its metadata service',
    phase: 'protect',
    // EC2 takes up to ten seconds for the metadata options; whoever dies meanwhile leaves time for a second one.
    callTimeout: { seconds: 14 },
    needs: [finding, suspect],
    provides: [],
    actions: { suspect: ACTIONS },
    effect: {
      summary: 'The instance can be neither stopped nor terminated by API; metadata needs a token.',
      reversible: 'yes',
      manual: [
        'aws ec2 modify-instance-attribute --instance-id INSTANCE --disable-api-termination',
        'aws ec2 modify-instance-attribute --instance-id INSTANCE --disable-api-stop',
        'aws ec2 modify-instance-metadata-options --instance-id INSTANCE --http-tokens required --http-put-response-hop-limit 1',
      ],
    },
    saves: SavedProtectionSchema,
    before: saveProtection,
    async start(ctx) {
      await protectAll(ctx, ctx.before);
      return ctx.done({});
    },
    undo: unprotect,
  });
}
