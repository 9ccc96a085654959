import * as v from 'valibot';
import { ec2 } from '../../aws/operations.js';
import type { BaseContext, CanFinish, CanWait } from '../../engine/context.js';
import { StepFailure } from '../../engine/failure.js';
import { finding, suspect } from '../../engine/finding.js';
import { definePolledStep } from '../../engine/step.js';
import { allThenThrow, isCode, unless } from '../calls/failures.js';
import { EXAMINATION_READS, type Examination, examinationOf } from './examination.js';

const ACTIONS = [
  ...EXAMINATION_READS,
  'ec2:TerminateInstances',
  'ec2:DeleteVolume',
  'ec2:DeleteSnapshot',
  'ec2:DeleteSecurityGroup',
];

const Ticket = v.object({ round: v.number() });
type Context = BaseContext & CanFinish<readonly []> & CanWait<v.InferOutput<typeof Ticket>>;

/** Rounds of 15 s: an instance takes minutes to end, and its volumes and groups are only free after that. */
const ROUNDS = 60;

/** Still in use: the next round. */
const BUSY = ['VolumeInUse', 'DependencyViolation', 'InvalidSnapshot.InUse', 'IncorrectState'];

const GONE = [
  'InvalidInstanceID.NotFound',
  'InvalidVolume.NotFound',
  'InvalidSnapshot.NotFound',
  'InvalidGroup.NotFound',
];

async function remove(work: () => Promise<unknown>): Promise<void> {
  await unless([...GONE, ...BUSY], work);
}

async function removeAll(ctx: BaseContext, found: Examination): Promise<void> {
  const account = ctx.securityAccount;
  const { instances, volumes, snapshots, groups } = found;
  // A volume cannot go before the instance that holds it; what is busy is tried again in the next round.
  if (instances.length > 0) {
    await remove(() => account.call(ec2.TerminateInstances, { InstanceIds: [...instances] }));
    return;
  }
  await allThenThrow([
    ...volumes.map((id) => () => remove(() => account.call(ec2.DeleteVolume, { VolumeId: id }))),
    ...snapshots.map((id) => () => remove(() => account.call(ec2.DeleteSnapshot, { SnapshotId: id }))),
    ...groups.map((id) => () => remove(() => account.call(ec2.DeleteSecurityGroup, { GroupId: id }))),
  ]);
}

function describe(found: Examination): string {
  return Object.values(found).flat().join(', ');
}

async function sweep(ctx: Context, round: number) {
  const found = await examinationOf(ctx);
  const left = describe(found);
  if (left === '') return ctx.done({});
  if (round >= ROUNDS) throw StepFailure.permanent('NOT_CLEANED_UP', `these could not be deleted: ${left}`);
  await removeAll(ctx, found).catch((error) => {
    // One thing that may not be deleted must not keep the rest; it is named when the rounds are over.
    if (!isCode(error, 'UnauthorizedOperation')) throw error;
    ctx.notice('NOT_DELETED', `${left}: not allowed`);
  });
  return ctx.waiting({ round: round + 1 }, { seconds: 15 });
}

/**
 * Deletes what was made for the examination in the security account: the forensic instance, its volumes, intermediate
 * snapshots, its group. Only what carries the incident's tags and is named by its journal. What contains the suspect,
 * and what is evidence, stays.
 */
export function cleanup() {
  return definePolledStep({
    id: 'cleanup',
    title: 'Deletes what was made for the examination',
    phase: 'cleanup',
    needs: [finding, suspect],
    provides: [],
    actions: { security: ACTIONS },
    ticket: Ticket,
    start: (ctx) => sweep(ctx, 0),
    poll: (ctx, { round }) => sweep(ctx, round),
  });
}
