import type { BaseContext } from '../../engine/context.js';
import { type AnyPipeline, IncidentPipeline } from '../../engine/pipeline.js';
import { definePolledStep } from '../../engine/step.js';
import type { Claims } from './claims.js';
import { judgeTagged } from './judge.js';
import { deleteInRounds, FIRST_ROUND, RoundTicket } from './rounds.js';
import { STAGED_READS, stagedThings } from './staged-things.js';
import { SUSPECT_READS, suspectThings } from './suspect-things.js';
import { TAGGED_READS, taggedThings } from './tagged-things.js';
import type { Judged, ThingKind } from './thing.js';

/** What a sweep knows of an incident, and where it may look. */
export interface SweepScope {
  readonly claims: Claims;
  readonly stagingBuckets: readonly string[];
}

type Accounts = Pick<BaseContext, 'suspectAccount' | 'securityAccount'>;

/** All that may be of this incident, in both accounts and the staging buckets, judged. */
export async function thingsOf(
  accounts: Accounts,
  { claims, stagingBuckets }: SweepScope,
): Promise<readonly Judged[]> {
  const [tagged, suspect, staged] = await Promise.all([
    taggedThings(accounts.securityAccount, claims.incidentId),
    suspectThings(accounts.suspectAccount, claims),
    stagedThings(accounts.securityAccount, stagingBuckets, claims),
  ]);
  return [...suspect, ...judgeTagged(tagged, () => claims), ...staged];
}

/** Ways in and out that stand open: closed first, by a step that may touch the suspect. */
const OPENINGS: ReadonlySet<ThingKind> = new Set(['exposure', 'upload-window']);

function closeOpenings(scope: SweepScope) {
  const look = async (ctx: BaseContext) =>
    (await suspectThings(ctx.suspectAccount, scope.claims)).filter(({ kind }) => OPENINGS.has(kind));
  return definePolledStep({
    id: 'sweep.close',
    title: 'Closes what a dead run left open on the suspect',
    phase: 'contain',
    provides: [],
    timeout: { minutes: 30 },
    actions: {
      suspect: [...SUSPECT_READS, 'ec2:RevokeSecurityGroupEgress', 'ec2:ModifyNetworkInterfaceAttribute'],
    },
    effect: { summary: 'Its interfaces wear the quarantine again, and its uploads end.', reversible: 'yes' },
    ticket: RoundTicket,
    start: (ctx) => deleteInRounds(ctx, FIRST_ROUND, () => look(ctx)),
    poll: (ctx, ticket) => deleteInRounds(ctx, ticket, () => look(ctx)),
  });
}

function deleteLeftOvers(scope: SweepScope) {
  const look = async (ctx: BaseContext) =>
    (await thingsOf(ctx, scope)).filter(({ kind }) => !OPENINGS.has(kind));
  return definePolledStep({
    id: 'sweep.delete',
    title: 'Deletes what a dead run left',
    phase: 'cleanup',
    provides: [],
    actions: {
      suspect: [...SUSPECT_READS, 'ec2:DeleteSnapshot', 'ec2:DeleteSecurityGroup'],
      security: [
        ...TAGGED_READS,
        'ec2:TerminateInstances',
        'ec2:DeleteVolume',
        'ec2:DeleteSnapshot',
        'ec2:DeleteSecurityGroup',
        ...STAGED_READS,
        's3:AbortMultipartUpload',
        's3:DeleteObject',
      ],
    },
    ticket: RoundTicket,
    start: (ctx) => deleteInRounds(ctx, FIRST_ROUND, () => look(ctx)),
    poll: (ctx, ticket) => deleteInRounds(ctx, ticket, () => look(ctx)),
  });
}

/** What a sweep does to one incident, in ledgers of its own. */
export function sweepPipeline(scope: SweepScope): AnyPipeline {
  return IncidentPipeline.create('sweep').use(closeOpenings(scope)).use(deleteLeftOvers(scope));
}
