import * as v from 'valibot';
import type { SuspectContext } from '../../engine/context.js';
import { finding, suspect } from '../../engine/finding.js';
import { defineStep, type UndoContext } from '../../engine/step.js';
import { asFailure } from '../calls/failures.js';
import { METADATA_ACTIONS, setMetadata } from '../calls/metadata.js';
import { DENY_ACTIONS, putDenial, removeDenial, suspectRole } from '../contain/deny-role.js';
import { endForeignAccess, FOREIGN_ACCESS_ACTIONS } from '../contain/foreign-access.js';
import { type Containment, containment } from '../containment-facts.js';
import { instance, memoryImage, sealed, snapshots } from '../facts.js';
import { describeInstance } from '../inspect/describe-instance.js';
import { CLOSE_NETWORK_ACTIONS, closeNetwork } from './close-network.js';
import { PROFILE_ACTIONS, profileAssociation, replaceProfile, restoreProfile } from './profile.js';
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
type SealFacts = StopFacts & { readonly containment: Containment | undefined };

async function save(ctx: SuspectContext, facts: StopFacts): Promise<Saved> {
  const [found, association, roleName] = await Promise.all([
    describeInstance(ctx.suspectAccount, ctx.incident.suspect),
    profileAssociation(ctx),
    suspectRole(ctx, facts.instance),
  ]);
  const profileArn = association?.IamInstanceProfile?.Arn;
  return {
    ...(roleName === undefined ? {} : { roleName }),
    ...(profileArn === undefined ? {} : { profileArn }),
    metadataEndpoint: found.MetadataOptions?.HttpEndpoint === 'disabled' ? 'disabled' : 'enabled',
    gone: found.State?.Name === 'terminated' || found.State?.Name === 'shutting-down',
  };
}

interface Doing {
  readonly failures: unknown[];
}

/** Goes on when one part of the seal fails: the others matter all the more. The first failure is thrown at the end. */
async function part<T>(doing: Doing, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    doing.failures.push(error);
    return undefined;
  }
}

interface Sealing {
  readonly facts: SealFacts;
  readonly saved: Saved;
  readonly options: SealOptions;
}

/** In this order: from here on each part takes away what the next no longer needs. */
async function closeAll(ctx: SuspectContext, { facts, saved, options }: Sealing) {
  const doing: Doing = { failures: [] };
  const { roleName } = saved;
  await part(doing, () => endForeignAccess(ctx));
  if (roleName !== undefined) await part(doing, () => putDenial(ctx, { roleName, extent: 'all' }));
  const profile = await part(doing, () => replaceProfile(ctx, options.emptyProfile));
  const network = await part(doing, () => closeNetwork(ctx, facts.containment));
  if (network === 'open')
    ctx.gap('NOT_CLOSED', 'there is no quarantine group: SSM and the rest stay reachable');
  await part(doing, () => setMetadata(ctx, { HttpEndpoint: 'disabled' }));
  const failures = doing.failures.map(asFailure);
  const first = failures.find(({ kind }) => kind !== 'permanent') ?? failures[0];
  if (first !== undefined) throw first;
  return { profileReplaced: profile === 'replaced', ssmCut: network === 'closed', imdsOff: true };
}

/** A terminated instance has no interface, no profile and no metadata left; its role's stolen sessions live on. */
async function closeRemains(ctx: SuspectContext, { roleName }: Saved) {
  if (roleName !== undefined) await putDenial(ctx, { roleName, extent: 'all' });
  return { profileReplaced: false, ssmCut: true, imdsOff: true };
}

async function sealAll(ctx: SuspectContext, sealing: Sealing) {
  const { saved, facts, options } = sealing;
  const closed = saved.gone ? await closeRemains(ctx, saved) : await closeAll(ctx, sealing);
  const stop =
    saved.gone || options.stop === undefined ? 'running' : await stopSuspect(ctx, facts, options.stop);
  return { ...closed, stopped: stop === 'stopped', at: ctx.now().toISOString() };
}

async function unseal(ctx: UndoContext, saved: Saved): Promise<readonly string[]> {
  if (saved.roleName !== undefined) await removeDenial(ctx, saved.roleName);
  if (saved.gone) return ['the instance: it was terminated before the seal'];
  if (saved.profileArn !== undefined) await restoreProfile(ctx, saved.profileArn);
  await setMetadata(ctx, { HttpEndpoint: saved.metadataEndpoint });
  return ['credentials that the instance had before the seal: it fetches new ones'];
}

/**
 * Closes the suspect for good once nothing more is read from it: foreign sessions ended again, the whole role denied,
 * the profile replaced, the quarantine without SSM and without upload windows, metadata off; in that order.
 */
export function seal(options: SealOptions = {}) {
  return defineStep({
    id: 'seal',
    title: 'Closes the instance for good: role, profile, SSM, metadata',
    phase: 'seal',
    needs: [finding, suspect],
    wants: [instance, containment, memoryImage, snapshots],
    provides: [sealed],
    callTimeout: { minutes: 3 },
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
    async start(ctx, facts) {
      return ctx.done({ sealed: await sealAll(ctx, { facts, saved: ctx.before, options }) });
    },
    undo: unseal,
  });
}
