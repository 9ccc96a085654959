import type { Artifact } from '../../../engine/artifact.js';
import type { SuspectContext } from '../../../engine/context.js';
import type { StepFailure } from '../../../engine/failure.js';
import { attemptPath } from '../../calls/attempt-path.js';
import { asFailure } from '../../calls/failures.js';
import type { EntryPoint, RoleUse } from '../../control-plane-facts.js';
import type { ControlPlaneFacts, ControlPlaneSource, Piece } from './source.js';

/** Not every instance has a screen, and a stopped one has none. */
const NOTHING_THERE = [
  'UnsupportedOperation',
  'IncorrectInstanceState',
  'IncorrectState',
  'InvalidAMIID.NotFound',
];

/** What came of one source, from when to when. */
export interface Taken {
  readonly source: string;
  readonly actions: readonly string[];
  readonly begun: string;
  readonly ended: string;
  readonly artifacts: readonly Artifact[];
  readonly failures: readonly StepFailure[];
  readonly roleUse?: RoleUse;
  readonly entryPoints?: readonly EntryPoint[];
}

type Outcome = Pick<Taken, 'artifacts' | 'failures' | 'roleUse' | 'entryPoints'>;

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
    const [roleUse, entryPoints] = [piece.roleUse?.(), piece.entryPoints?.()];
    return {
      artifacts: [stored],
      failures: [],
      ...(roleUse === undefined ? {} : { roleUse }),
      ...(entryPoints === undefined ? {} : { entryPoints }),
    };
  } catch (error) {
    return { artifacts: [], failures: [missing(ctx, piece.file, error)] };
  }
}

function together(outcomes: readonly Outcome[]): Outcome {
  const artifacts = outcomes.flatMap((outcome) => outcome.artifacts);
  const failures = outcomes.flatMap((outcome) => outcome.failures);
  return Object.assign({}, ...outcomes, { artifacts, failures });
}

/** Keeps what a source yields, piece by piece. What fails is a gap: the source's, or that of one piece. */
export async function take(
  ctx: SuspectContext,
  facts: ControlPlaneFacts,
  source: ControlPlaneSource,
): Promise<Taken> {
  const { name, actions } = source;
  const begun = ctx.now().toISOString();
  const outcomes: Outcome[] = [];
  try {
    for await (const piece of source.read(ctx, facts)) outcomes.push(await store(ctx, piece));
  } catch (error) {
    outcomes.push({ artifacts: [], failures: [missing(ctx, name, error)] });
  }
  return { source: name, actions, begun, ended: ctx.now().toISOString(), ...together(outcomes) };
}
