import * as v from 'valibot';
import { ec2 } from '../../aws/operations.js';
import type { SuspectContext } from '../../engine/context.js';
import { finding, suspect } from '../../engine/finding.js';
import { defineStep, type UndoContext } from '../../engine/step.js';
import { asFailure } from '../calls/failures.js';
import { DENY_ACTIONS, putDenial, removeDenial, suspectRole } from '../contain/deny-role.js';
import { endForeignAccess, FOREIGN_ACCESS_ACTIONS } from '../contain/foreign-access.js';
import { correctRules, GROUP_RULE_ACTIONS, readRules } from '../contain/group-rules.js';
import { findOwnGroup } from '../contain/own-group.js';
import { wearGroup } from '../contain/swap-groups.js';
import { instance, memoryImage, sealed, snapshots } from '../facts.js';
import { describeInstance } from '../inspect/describe-instance.js';
import { interfacesOf } from '../inspect/interfaces.js';
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
    ...GROUP_RULE_ACTIONS,
    ...PROFILE_ACTIONS,
    ...STOP_ACTIONS,
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeNetworkInterfaces',
    'ec2:ModifyNetworkInterfaceAttribute',
    'ec2:ModifyInstanceMetadataOptions',
  ]),
];

const Saved = v.object({
  roleName: v.optional(v.string()),
  profileArn: v.optional(v.string()),
  metadataEndpoint: v.picklist(['enabled', 'disabled']),
});
type Saved = v.InferOutput<typeof Saved>;

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
  };
}

/** Every rule out of the quarantine groups, upload windows too, and every interface into its group. */
async function closeNetwork(ctx: SuspectContext): Promise<'closed' | 'open'> {
  const found = await interfacesOf(ctx.suspectAccount, ctx.incident.suspect.instanceId);
  const vpcs = [...new Set(found.flatMap(({ VpcId: id }) => id ?? []))];
  const groups = new Map<string, string>();
  for (const vpcId of vpcs) {
    const groupId = await findOwnGroup(ctx, { vpcId, purpose: 'quarantine' });
    if (groupId === undefined) return 'open';
    groups.set(vpcId, groupId);
    await correctRules(ctx, { groupId, have: await readRules(ctx, [groupId]), wanted: [] });
  }
  const astray = found.flatMap(({ NetworkInterfaceId: interfaceId, VpcId: vpcId = '', Groups = [] }) => {
    const groupId = groups.get(vpcId);
    const right = Groups.length === 1 && Groups[0]?.GroupId === groupId;
    return right || interfaceId === undefined || groupId === undefined ? [] : [{ interfaceId, groupId }];
  });
  for (const swap of astray) await wearGroup(ctx, swap);
  return 'closed';
}

async function metadataOff(ctx: SuspectContext): Promise<void> {
  await ctx.suspectAccount.call(ec2.ModifyInstanceMetadataOptions, {
    InstanceId: ctx.incident.suspect.instanceId,
    HttpEndpoint: 'disabled',
  });
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

async function sealAll(
  ctx: SuspectContext & { readonly before: Saved },
  facts: StopFacts,
  options: SealOptions,
) {
  const { roleName } = ctx.before;
  const doing: Doing = { failures: [] };
  await part(doing, () => endForeignAccess(ctx));
  if (roleName !== undefined) await part(doing, () => putDenial(ctx, { roleName, extent: 'all' }));
  const profile = await part(doing, () => replaceProfile(ctx, options.emptyProfile));
  const network = await part(doing, () => closeNetwork(ctx));
  await part(doing, () => metadataOff(ctx));
  const worst = doing.failures.map(asFailure);
  const first = worst.find(({ kind }) => kind !== 'permanent') ?? worst[0];
  if (first !== undefined) throw first;
  const stop = options.stop === undefined ? 'running' : await stopSuspect(ctx, facts, options.stop);
  return {
    profileReplaced: profile === 'replaced',
    ssmCut: network === 'closed',
    imdsOff: true,
    stopped: stop === 'stopped',
    at: ctx.now().toISOString(),
  };
}

async function unseal(ctx: UndoContext, saved: Saved): Promise<readonly string[]> {
  if (saved.roleName !== undefined) await removeDenial(ctx, saved.roleName);
  if (saved.profileArn !== undefined) await restoreProfile(ctx, saved.profileArn);
  await ctx.suspectAccount.call(ec2.ModifyInstanceMetadataOptions, {
    InstanceId: ctx.incident.suspect.instanceId,
    HttpEndpoint: saved.metadataEndpoint,
  });
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
    wants: [instance, memoryImage, snapshots],
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
      return ctx.done({ sealed: await sealAll(ctx, facts, options) });
    },
    undo: unseal,
  });
}
