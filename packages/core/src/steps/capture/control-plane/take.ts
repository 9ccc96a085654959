import type { SuspectContext } from '../../../engine/context.js';
import type { StepFailure } from '../../../engine/failure.js';
import { attemptPath } from '../../calls/attempt-path.js';
import { asFailure } from '../../calls/failures.js';
import type { RoleUse } from '../../facts.js';
import type { ControlPlaneFacts, ControlPlaneSource, Piece } from './source.js';

/** Not every instance has a screen, and a stopped one has none. */
const NOTHING_THERE = [
  'UnsupportedOperation',
  'IncorrectInstanceState',
  'IncorrectState',
  'InvalidAMIID.NotFound',
];

/** What came of one source. */
export interface Outcome {
  readonly paths: readonly string[];
  readonly roleUse?: RoleUse;
  readonly failure?: StepFailure;
}

/** Not for a source to swallow: a mistake of ours, or the end of the call. */
function isOurs({ code }: StepFailure): boolean {
  return code === 'UNDECLARED_ACTION';
}

function missing(ctx: SuspectContext, name: string, error: unknown): StepFailure {
  const failure = asFailure(error);
  if (isOurs(failure)) throw failure;
  if (NOTHING_THERE.includes(failure.code)) ctx.notice('NOT_TAKEN', `${name}: ${failure.code}`);
  else ctx.gap('NOT_TAKEN', `${name}: ${failure.code}`);
  return failure;
}

async function store(ctx: SuspectContext, piece: Piece): Promise<Outcome> {
  try {
    const stored = await ctx.evidence.put({
      path: attemptPath(ctx, 'control-plane', piece.file),
      body: piece.body,
      mediaType: piece.mediaType,
      acquiredBy: 'control-plane',
      origin: piece.origin ?? ctx.incident.suspect.instanceId,
    });
    ctx.observe(...(piece.observations?.(stored) ?? []));
    const roleUse = piece.roleUse?.();
    return { paths: [stored.path], ...(roleUse === undefined ? {} : { roleUse }) };
  } catch (error) {
    return { paths: [], failure: missing(ctx, piece.file, error) };
  }
}

function together(outcomes: readonly Outcome[]): Outcome {
  const paths = outcomes.flatMap((outcome) => outcome.paths);
  return Object.assign({}, ...outcomes, { paths });
}

/** Keeps what a source yields, piece by piece. What fails is a gap: the source's, or that of one piece. */
export async function take(
  ctx: SuspectContext,
  facts: ControlPlaneFacts,
  source: ControlPlaneSource,
): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  try {
    for await (const piece of source.read(ctx, facts)) outcomes.push(await store(ctx, piece));
  } catch (error) {
    outcomes.push({ paths: [], failure: missing(ctx, source.name, error) });
  }
  return together(outcomes);
}
