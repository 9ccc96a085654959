import * as v from 'valibot';
import { isThrottled } from '../../aws/errors.js';
import type { BaseContext, SuspectContext } from '../../engine/context.js';
import type { Duration } from '../../engine/duration.js';
import { StepFailure } from '../../engine/failure.js';
import { finding, suspect } from '../../engine/finding.js';
import { definePolledStep, type UndoContext } from '../../engine/step.js';
import { fractionOf } from '../../engine/step-key.js';
import { allThenThrow, asFailure } from '../calls/failures.js';
import { METADATA_ACTIONS, setMetadata } from '../calls/metadata.js';
import { describeInstance } from '../inspect/describe-instance.js';
import {
  type Attribute,
  type Change,
  change,
  type Protected,
  ProtectedSchema,
  type Protection,
  protectionChanges,
  protections,
  volumesAt,
} from './protection-changes.js';
import { type SavedProtection, SavedProtectionSchema, saveProtection } from './saved-protection.js';

const ACTIONS = [...METADATA_ACTIONS, 'ec2:DescribeInstanceAttribute', 'ec2:ModifyInstanceAttribute'];

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

/** Who came together must not come back together: between ten and twenty seconds, each by its seed. */
const PAUSE_SECONDS = 10;

function pauseOf(ctx: BaseContext): Duration {
  const seed = `${ctx.key} ${ctx.now().toISOString()}`;
  return { seconds: Math.round(PAUSE_SECONDS * (1 + fractionOf(seed))) };
}

/** What is still to be done, because EC2 takes no more such calls now. */
const TicketSchema = v.object({ left: v.array(ProtectedSchema) });

/** What of it EC2 throttled; @throws the worst of other failures, when all were tried */
async function protectAtOnce(all: readonly Protection[]): Promise<readonly Protected[]> {
  const left = await allThenThrow(
    all.map(
      ({ what, work }) =>
        () =>
          unlessThrottled(what, work),
    ),
  );
  return left.flatMap((what) => what ?? []);
}

/** One after the other, until EC2 throttles one: whoever asks for all at once takes the others' place. */
async function protectInTurn(all: readonly Protection[]): Promise<readonly Protected[]> {
  for (const [index, { what, work }] of all.entries())
    if ((await unlessThrottled(what, work)) !== undefined) return all.slice(index).map((one) => one.what);
  return [];
}

async function unlessThrottled(what: Protected, work: () => Promise<void>): Promise<Protected | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (isThrottled(error)) return what;
    throw error;
  }
}

/** Without what the seal has meanwhile turned off: hardening the metadata service would turn it on again. */
async function stillLeft(ctx: SuspectContext, left: readonly Protected[]): Promise<readonly Protected[]> {
  if (!left.includes('metadata options')) return left;
  const { MetadataOptions } = await describeInstance(ctx.suspectAccount, ctx.incident.suspect);
  return MetadataOptions?.HttpEndpoint === 'disabled'
    ? left.filter((what) => what !== 'metadata options')
    : left;
}

/** Nothing, of an instance that is gone. */
function protectionsOf(ctx: SuspectContext, saved: SavedProtection): readonly Protection[] {
  if (saved.state !== 'terminated' && saved.state !== 'shutting-down') return protections(ctx, saved);
  ctx.notice('SUSPECT_TERMINATED', 'there is nothing left to protect');
  return [];
}

/**
 * Keeps the suspect and its volumes from being destroyed, by the intruder or by ourselves: termination and stop
 * protection, shutdown stops instead of terminating, volumes outlive the instance, metadata needs a token. Each is tried
 * whatever becomes of the others; what Spot refuses is a notice. What EC2 throttles is done when it takes such calls again.
 */
export function protect() {
  return definePolledStep({
    id: 'protect',
    version: 2,
    title: 'Protects the instance and its volumes against termination, and hardens its metadata service',
    phase: 'protect',
    // Two hundred findings in one account want more such calls than EC2 takes in two minutes. Containment does not wait.
    timeout: { minutes: 15 },
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
    ticket: TicketSchema,
    async start(ctx) {
      const left = await protectAtOnce(protectionsOf(ctx, ctx.before));
      return left.length === 0 ? ctx.done({}) : ctx.waiting({ left: [...left] }, pauseOf(ctx));
    },
    async poll(ctx, ticket) {
      const wanted = await stillLeft(ctx, ticket.left);
      const all = protections(ctx, ctx.before).filter(({ what }) => wanted.includes(what));
      const left = await protectInTurn(all);
      return left.length === 0 ? ctx.done({}) : ctx.waiting({ left: [...left] }, pauseOf(ctx));
    },
    undo: unprotect,
  });
}
