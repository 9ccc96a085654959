import type { BaseContext } from '../../engine/context.js';
import { finding, suspect } from '../../engine/finding.js';
import { definePolledStep } from '../../engine/step.js';
import { type CustodySnapshots, custodySnapshots } from '../facts.js';
import { claimsFrom } from './claims.js';
import { judgeTagged } from './judge.js';
import { deleteInRounds, FIRST_ROUND, RoundTicket } from './rounds.js';
import { intermediateCopies } from './suspect-things.js';
import { TAGGED_READS, taggedThings } from './tagged-things.js';
import type { Judged } from './thing.js';

const ACTIONS = [
  ...TAGGED_READS,
  'ec2:TerminateInstances',
  'ec2:DeleteVolume',
  'ec2:DeleteSnapshot',
  'ec2:DeleteSecurityGroup',
];

async function left(ctx: BaseContext, custody: CustodySnapshots | undefined): Promise<readonly Judged[]> {
  const claims = claimsFrom(ctx, custody);
  const [tagged, copies] = await Promise.all([
    taggedThings(ctx.securityAccount, ctx.incident.id),
    intermediateCopies(ctx.suspectAccount, claims),
  ]);
  return [...judgeTagged(tagged, () => claims), ...copies];
}

/**
 * Deletes what was made for the examination: the forensic instance, its volumes, its group, and intermediate copies of
 * snapshots whose copies for custody are made. Only what carries the incident's tags and is named by its journal. What
 * contains the suspect, and what is evidence, stays.
 */
export function cleanup() {
  return definePolledStep({
    id: 'cleanup',
    title: 'Deletes what was made for the examination',
    version: 2,
    phase: 'cleanup',
    needs: [finding, suspect],
    wants: [custodySnapshots],
    provides: [],
    actions: { suspect: ['ec2:DescribeSnapshots', 'ec2:DeleteSnapshot'], security: ACTIONS },
    ticket: RoundTicket,
    start: (ctx, facts) => deleteInRounds(ctx, FIRST_ROUND, () => left(ctx, facts.custodySnapshots)),
    poll: (ctx, ticket, facts) => deleteInRounds(ctx, ticket, () => left(ctx, facts.custodySnapshots)),
  });
}
