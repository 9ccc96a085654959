import { type Account, type BaseContext, type Operation, StepFailure } from '@cordon/core';
import { ec2 } from '@cordon/core/aws';
import { isCode } from '@cordon/core/steps';
import { boundMinutes, type CopyBound } from './copy-bound.js';
import type { Snapshot } from './describe-snapshots.js';

type CopyInput = typeof ec2.CopySnapshot extends Operation<infer Input, object> ? Input : never;

/** EC2 has made nothing: it sells no bound for this snapshot, or not between these places. */
const NOT_SOLD = ['InvalidParameterValue', 'InvalidParameterCombination', 'UnsupportedOperation'];

async function send(account: Account, input: CopyInput): Promise<string> {
  const { SnapshotId } = await account.call(ec2.CopySnapshot, input);
  if (SnapshotId === undefined) throw StepFailure.ambiguous('NO_SNAPSHOT_ID', 'ec2:CopySnapshot gave no id');
  return SnapshotId;
}

/** Begins a copy, within the bound that was bought; where EC2 sells none, a copy without it is still a copy. */
export async function copySnapshot(
  ctx: BaseContext,
  {
    account,
    bound,
    input,
  }: { readonly account: Account; readonly bound: CopyBound; readonly input: CopyInput },
): Promise<string> {
  const minutes = boundMinutes(bound);
  if (minutes === undefined) return send(account, input);
  try {
    return await send(account, { ...input, CompletionDurationMinutes: minutes });
  } catch (error) {
    if (!isCode(error, ...NOT_SOLD)) throw error;
    const id = await send(account, input);
    ctx.notice('COPY_WITHOUT_BOUND', `${id} is made without a bound: ${error.code}: ${error.message}`);
    return id;
  }
}

/** EC2 copies on where it misses a bound: the copy is whole, and what was bought was not kept. */
export function tellBoundMissed(ctx: BaseContext, copy: Snapshot, bound: CopyBound): void {
  const minutes = boundMinutes(bound);
  if (minutes === undefined || copy.completedAt === undefined) return;
  const took = (Date.parse(copy.completedAt) - Date.parse(copy.startedAt)) / 60_000;
  if (took > minutes)
    ctx.notice('BOUND_MISSED', `${copy.snapshotId} took ${Math.ceil(took)} min, ${minutes} were bought`);
}
