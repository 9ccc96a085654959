import { type Account, type BaseContext, type Duration, definePolledStep, StepFailure } from '@cordon/core';
import {
  allThenThrow,
  type CustodySnapshots,
  custodySnapshots,
  type EvidenceSnapshots,
  evidenceSnapshots,
  instance,
  type Snapshots,
  snapshots,
} from '@cordon/core/steps';
import { boundEstimate, boundMinutes } from '../snapshots/copy-bound.js';
import { describeSnapshots, type Snapshot } from '../snapshots/describe-snapshots.js';
import { askAgain, lookAgain } from '../snapshots/patience.js';
import { storageEstimate } from '../snapshots/storage-estimate.js';
import { tellProgress } from '../snapshots/tell-progress.js';
import { advanceAlone, type Copy, type CustodyOptions, CustodyTicket } from './advance-copy.js';
import { atHome, carriageEstimate, checkKeyIsAtHome } from './home.js';
import { type Known, lineages } from './lineage.js';

type LooksById = ReadonlyMap<string, Snapshot>;

function tell(
  ctx: BaseContext,
  copies: readonly Copy[],
  { sources, seen }: { readonly sources: EvidenceSnapshots; readonly seen: LooksById },
) {
  const sizeOf = new Map(sources.map(({ volumeId, sizeGiB }) => [volumeId, sizeGiB]));
  const parts = copies
    .filter(({ state }) => state !== 'failed')
    .map(({ volumeId, copyId, state }) => ({
      sizeGiB: sizeOf.get(volumeId) ?? 0,
      percent: state === 'done' ? 100 : (seen.get(copyId ?? '')?.percent ?? 0),
    }));
  tellProgress(ctx, parts);
}

/** When to look again; undefined: nothing is under way. */
function nextLook(ctx: BaseContext, { since, copies }: CustodyTicket, seen: LooksById): Duration | undefined {
  const looking = { sinceMs: Date.parse(since), nowMs: ctx.now().getTime() };
  const isQueued = copies.some(({ state, queued }) => state === 'wanted' && queued === true);
  const isCopying = copies.some(({ state }) => state === 'copying');
  // One that waits for its turn has no percents.
  if (isQueued && !isCopying) return askAgain(looking, ctx.key);
  const underway = copies
    .filter(({ state }) => state === 'wanted' || state === 'copying')
    .map(({ copyId, begunAt }) => ({
      sinceMs: Date.parse(begunAt ?? since),
      percent: seen.get(copyId ?? '')?.percent ?? 0,
    }));
  if (underway.length === 0) return undefined;
  return lookAgain({ ...looking, underway });
}

async function lookAt(
  ctx: BaseContext,
  copies: readonly Copy[],
  { sources, home }: { readonly sources: EvidenceSnapshots; readonly home: Account },
): Promise<LooksById> {
  const ids = copies.flatMap(({ copyId, state }) =>
    copyId !== undefined && state === 'copying' ? [copyId] : [],
  );
  if (ids.length === 0) return new Map();
  const Filters = [{ Name: 'snapshot-id', Values: ids }];
  const found = await describeSnapshots(home, { OwnerIds: ['self'], Filters });
  const seen = new Map(found.map((one) => [one.snapshotId, one]));
  tell(ctx, copies, { sources, seen });
  return seen;
}

type Advance = (copy: Copy) => Promise<Copy>;

/** One after the other: where the first of them finds no place, the others need not ask. */
async function beginInTurn(wanted: readonly Copy[], advance: Advance): Promise<readonly Copy[]> {
  const begun: Copy[] = [];
  for (const copy of wanted)
    begun.push(begun.at(-1)?.queued === true ? { ...copy, queued: true } : await advance(copy));
  return begun;
}

/** Each as far as it goes now. */
async function advanceAll(
  ctx: BaseContext,
  { copies, since }: { readonly copies: readonly Copy[]; readonly since: string },
  look: CustodyOptions & { readonly sources: EvidenceSnapshots; readonly seen: LooksById },
): Promise<Copy[]> {
  const advance: Advance = async (copy) => {
    const source = look.sources.find(({ volumeId }) => volumeId === copy.volumeId);
    if (source === undefined) throw StepFailure.permanent('TICKET_INVALID', `no volume ${copy.volumeId}`);
    return advanceAlone(ctx, copy, { ...look, seen: look.seen.get(copy.copyId ?? ''), source, since });
  };
  const isWanted = ({ state }: Copy) => state === 'wanted';
  const advanced = await allThenThrow([
    () => beginInTurn(copies.filter(isWanted), advance),
    ...copies.filter((copy) => !isWanted(copy)).map((copy) => async () => [await advance(copy)]),
  ]);
  const byVolume = new Map(advanced.flat().map((copy) => [copy.volumeId, copy]));
  return copies.map((copy) => byVolume.get(copy.volumeId) ?? copy);
}

async function asFact(
  ctx: BaseContext,
  copies: readonly Copy[],
  { known, ...options }: CustodyOptions & { readonly known: Known },
): Promise<CustodySnapshots> {
  const copied = copies.flatMap(({ volumeId, copyId, state }) => {
    const source = known.sources.find((one) => one.volumeId === volumeId);
    if (state !== 'done' || copyId === undefined || source === undefined) return [];
    return [{ source, custodySnapshotId: copyId }];
  });
  const links = await lineages(ctx, copied, { ...known, home: atHome(ctx, options) });
  return copied.map(({ source: { volumeId, sourceSnapshotId }, custodySnapshotId }) => ({
    volumeId,
    sourceSnapshotId,
    custodySnapshotId,
    locked: options.lockDays !== 0,
    lineage: [...(links.get(custodySnapshotId) ?? [])],
  }));
}

/** What could not be copied, or not even be shared, is named, once all others are safe; when nothing could, the step fails. */
function tellMissing(ctx: BaseContext, copies: readonly Copy[], taken: Snapshots | undefined): void {
  const known = new Set(copies.map(({ volumeId }) => volumeId));
  const reasons = [
    ...copies.flatMap(({ volumeId, state, reason }) =>
      state === 'failed' ? [`${volumeId}: ${reason}`] : [],
    ),
    ...(taken ?? [])
      .filter(({ volumeId }) => !known.has(volumeId))
      .map(({ volumeId }) => `${volumeId}: not shared`),
  ];
  if (copies.every(({ state }) => state === 'failed'))
    throw StepFailure.permanent('CUSTODY_INCOMPLETE', reasons.join('; '));
  for (const reason of reasons) ctx.gap('NOT_IN_CUSTODY', reason);
}

/**
 * Copies the shared snapshots under the security account's own key and locks the copies: what the suspect account, or
 * an intruder with its rights, can no longer take away. Runs beside the examination, which reads what is shared.
 */
export function custodyCopies(options: CustodyOptions) {
  boundMinutes(options);
  checkKeyIsAtHome(options.kmsKeyArn, options);
  return definePolledStep({
    id: 'disk.custody',
    version: 2,
    title: "Copies the snapshots under the security account's own key and locks the copies",
    phase: 'examine',
    needs: [evidenceSnapshots],
    wants: [snapshots, instance],
    provides: [custodySnapshots],
    timeout: { hours: 46 },
    visibleWithin: { minutes: 5 },
    actions: {
      security: ['ec2:CopySnapshot', 'ec2:CreateTags', 'ec2:DescribeSnapshots', 'ec2:LockSnapshot'],
    },
    ticket: CustodyTicket,
    estimate: ({ instance: seen }) => [
      ...storageEstimate('custody copies', seen?.volumes ?? [], options),
      ...boundEstimate('custody copies, each', seen?.volumes ?? [], options),
      ...carriageEstimate(seen, options),
    ],
    async start(ctx, facts) {
      const copies = facts.evidenceSnapshots.map(({ volumeId }) => ({ volumeId, state: 'wanted' as const }));
      return ctx.waiting({ since: ctx.now().toISOString(), copies }, { seconds: 0 });
    },
    async poll(ctx, ticket, facts) {
      const sources = facts.evidenceSnapshots;
      const seen = await lookAt(ctx, ticket.copies, { sources, home: atHome(ctx, options) });
      const copies = await advanceAll(ctx, ticket, { ...options, sources, seen });
      const pause = nextLook(ctx, { ...ticket, copies }, seen);
      if (pause !== undefined) return ctx.waiting({ ...ticket, copies }, pause);
      tellMissing(ctx, copies, facts.snapshots);
      const known = { ...facts, sources };
      return ctx.done({ custodySnapshots: await asFact(ctx, copies, { ...options, known }) });
    },
  });
}
