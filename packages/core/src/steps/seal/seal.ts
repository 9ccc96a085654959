import * as v from 'valibot';
import type { CanFinish, CanWait, SuspectContext } from '../../engine/context.js';
import { finding, suspect } from '../../engine/finding.js';
import { definePolledStep, type UndoContext } from '../../engine/step.js';
import { asFailure, unless } from '../calls/failures.js';
import { METADATA_ACTIONS, setMetadata } from '../calls/metadata.js';
import { DENY_ACTIONS, putDenial, removeDenial, suspectRole } from '../contain/deny-role.js';
import { endForeignAccess, FOREIGN_ACCESS_ACTIONS } from '../contain/foreign-access.js';
import { type Containment, containment, recheckedContainment } from '../containment-facts.js';
import { instance, memoryImage, sealed, snapshots } from '../facts.js';
import { describeInstance, isGone } from '../inspect/describe-instance.js';
import { CLOSE_NETWORK_ACTIONS, closeNetwork } from './close-network.js';
import { PROFILE_ACTIONS, profileAssociation, replaceProfile, restoreProfile } from './profile.js';
import {
  ALL_PARTS,
  doParts,
  hasTimeForPart,
  nextRound,
  type PartResult,
  type SealPart,
  type SealTicket,
  SealTicketSchema,
} from './seal-parts.js';
import { STOP_ACTIONS, type StopFacts, type StopOptions, stopSuspect } from './stop.js';

export interface SealOptions {
  /**
   * Name of an instance profile in the suspect account whose role may do nothing; it takes the place of the suspect's.
   * Default: the suspect's profile is taken away.
   */
  readonly emptyProfile?: string;
  /** Stop the instance at the end, where nothing is lost by it. Default: it goes on running. */
  readonly stop?: StopOptions;
}

const ACTIONS = [
  ...new Set([
    ...DENY_ACTIONS,
    ...FOREIGN_ACCESS_ACTIONS,
    ...CLOSE_NETWORK_ACTIONS,
    ...PROFILE_ACTIONS,
    ...STOP_ACTIONS,
    ...METADATA_ACTIONS,
  ]),
];

const Saved = v.object({
  roleName: v.optional(v.string()),
  profileArn: v.optional(v.string()),
  metadataEndpoint: v.picklist(['enabled', 'disabled']),
  /** Terminated, or on its way there. */
  gone: v.boolean(),
});
type Saved = v.InferOutput<typeof Saved>;
type Context = SuspectContext & CanFinish<readonly [typeof sealed]> & CanWait<SealTicket>;
type SealFacts = StopFacts & { readonly containment: Containment | undefined };

/** Undefined when it is gone for so long that EC2 has forgotten it. */
function stillThere(ctx: SuspectContext) {
  return unless(['SUSPECT_NOT_FOUND'], () => describeInstance(ctx.suspectAccount, ctx.incident.suspect));
}

/** A role that nobody can name must not keep the network open. */
async function roleToDeny(ctx: SuspectContext, facts: StopFacts): Promise<string | undefined> {
  try {
    return await suspectRole(ctx, facts.instance);
  } catch (error) {
    const { kind, code } = asFailure(error);
    if (kind !== 'permanent') throw error;
    ctx.gap('ROLE_NOT_DENIED', `the role of the instance could not be looked up: ${code}`);
    return undefined;
  }
}

async function save(ctx: SuspectContext, facts: StopFacts): Promise<Saved> {
  const [found, association, roleName] = await Promise.all([
    stillThere(ctx),
    profileAssociation(ctx),
    roleToDeny(ctx, facts),
  ]);
  const profileArn = association?.IamInstanceProfile?.Arn;
  return {
    ...(roleName === undefined ? {} : { roleName }),
    ...(profileArn === undefined ? {} : { profileArn }),
    metadataEndpoint: found?.MetadataOptions?.HttpEndpoint === 'disabled' ? 'disabled' : 'enabled',
    gone: isGone(found?.State?.Name),
  };
}

interface Sealing {
  readonly facts: SealFacts;
  readonly saved: Saved;
  readonly options: SealOptions;
}

async function close(ctx: SuspectContext, { facts }: Sealing): Promise<PartResult> {
  const network = await closeNetwork(ctx, facts.containment);
  if (network === 'open')
    ctx.gap('NOT_CLOSED', 'there is no quarantine group: SSM and the rest stay reachable');
  return { ssmCut: network === 'closed' };
}

/** Each is safe to do again. */
function partsOf(
  ctx: SuspectContext,
  sealing: Sealing,
): Readonly<Record<SealPart, () => Promise<PartResult>>> {
  const { saved, options } = sealing;
  return {
    async sessions() {
      await endForeignAccess(ctx);
      return {};
    },
    async role() {
      if (saved.roleName !== undefined) await putDenial(ctx, { roleName: saved.roleName, extent: 'all' });
      return {};
    },
    async profile() {
      return { profileReplaced: (await replaceProfile(ctx, options.emptyProfile)) === 'replaced' };
    },
    network: () => close(ctx, sealing),
    async metadata() {
      await setMetadata(ctx, { HttpEndpoint: 'disabled' });
      return {};
    },
  };
}

/** A terminated instance has no interface, no profile and no metadata left; its role's stolen sessions live on. */
async function closeRemains(ctx: Context, { roleName }: Saved) {
  const role = roleName === undefined ? 'its role is not known' : 'its role is denied';
  ctx.gap('SUSPECT_TERMINATED', `the instance is terminated: ${role}, and nothing else is left to close`);
  if (roleName !== undefined) await putDenial(ctx, { roleName, extent: 'all' });
  const closed = { profileReplaced: false, ssmCut: true, imdsOff: true, stopped: false };
  return ctx.done({ sealed: { ...closed, at: ctx.now().toISOString() } });
}

/** Whether it was terminated while it was being sealed: then there is nothing that could be tried again. */
async function wentAway(ctx: SuspectContext): Promise<boolean> {
  return isGone((await stillThere(ctx))?.State?.Name);
}

async function proceed(ctx: Context, ticket: SealTicket, sealing: Sealing) {
  const { saved, facts, options } = sealing;
  if (saved.gone) return closeRemains(ctx, saved);
  const parts = partsOf(ctx, sealing);
  const now = await doParts(ctx, ticket, (part) => parts[part]());
  if (now.left.length > 0) return ctx.waiting(now, { seconds: 0 });
  if (now.failed.length > 0) {
    if (await wentAway(ctx)) return closeRemains(ctx, saved);
    const next = nextRound(now);
    return ctx.waiting(next.ticket, next.after);
  }
  if (options.stop !== undefined && !hasTimeForPart(ctx)) return ctx.waiting(now, { seconds: 0 });
  const stop = options.stop === undefined ? 'running' : await stopSuspect(ctx, facts, options.stop);
  const { profileReplaced, ssmCut } = now;
  const at = ctx.now().toISOString();
  return ctx.done({ sealed: { profileReplaced, ssmCut, imdsOff: true, stopped: stop === 'stopped', at } });
}

async function unseal(ctx: UndoContext, saved: Saved): Promise<readonly string[]> {
  const left = saved.roleName === undefined ? [] : await removeDenial(ctx, saved.roleName);
  if (saved.gone) return [...left, 'the instance: it was terminated before the seal'];
  if (saved.profileArn !== undefined) await restoreProfile(ctx, saved.profileArn);
  await setMetadata(ctx, { HttpEndpoint: saved.metadataEndpoint });
  return [...left, 'credentials that the instance had before the seal: it fetches new ones'];
}

/**
 * Closes the suspect for good once nothing more is read from it: foreign sessions ended again, the whole role denied,
 * the profile replaced, the quarantine without SSM and without upload windows, metadata off; in that order.
 */
export function seal(options: SealOptions = {}) {
  return definePolledStep({
    id: 'seal',
    title: 'Closes the instance for good: role, profile, SSM, metadata',
    phase: 'seal',
    needs: [finding, suspect],
    // The recheck comes first, and tells what it has put right: here it would be closed without a word.
    wants: [instance, containment, recheckedContainment, memoryImage, snapshots],
    provides: [sealed],
    actions: { suspect: ACTIONS },
    effect: {
      summary: 'Nobody reaches the instance any more, not even SSM; it has no credentials.',
      reversible: 'partly',
      manual: [
        'aws ec2 disassociate-iam-instance-profile --association-id IIP-ASSOC',
        'aws ec2 modify-instance-metadata-options --instance-id INSTANCE --http-endpoint disabled',
      ],
    },
    saves: Saved,
    before: save,
    ticket: SealTicketSchema,
    start: (ctx, facts) => proceed(ctx, ALL_PARTS, { facts, saved: ctx.before, options }),
    poll: (ctx, ticket, facts) => proceed(ctx, ticket, { facts, saved: ctx.before, options }),
    undo: unseal,
  });
}
