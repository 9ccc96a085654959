import type { SuspectContext } from '../../../engine/context.js';
import { finding, suspect } from '../../../engine/finding.js';
import { defineStep } from '../../../engine/step.js';
import { attemptPath } from '../../calls/attempt-path.js';
import { asFailure } from '../../calls/failures.js';
import { controlPlane, instance } from '../../facts.js';
import { ACCESS_SOURCES } from './access-sources.js';
import { CLOUDTRAIL_SOURCES } from './cloudtrail-sources.js';
import { INSTANCE_SOURCES } from './instance-sources.js';
import type { ControlPlaneFacts, ControlPlaneSource } from './source.js';

const SOURCES = [...INSTANCE_SOURCES, ...ACCESS_SOURCES, ...CLOUDTRAIL_SOURCES];

/** Not every instance has a screen, and a stopped one has none. */
const NOTHING_THERE = [
  'UnsupportedOperation',
  'IncorrectInstanceState',
  'IncorrectState',
  'InvalidAMIID.NotFound',
];

interface Outcome {
  readonly path?: string;
  readonly failure?: ReturnType<typeof asFailure>;
}

async function take(
  ctx: SuspectContext,
  facts: ControlPlaneFacts,
  source: ControlPlaneSource,
): Promise<Outcome> {
  try {
    const body = await source.read(ctx, facts);
    if (body === undefined) return {};
    const { path } = await ctx.evidence.put({
      path: attemptPath(ctx, 'control-plane', source.file),
      body,
      mediaType: source.mediaType,
      acquiredBy: 'control-plane',
      origin: ctx.incident.suspect.instanceId,
    });
    return { path };
  } catch (error) {
    const failure = asFailure(error);
    if (NOTHING_THERE.includes(failure.code)) ctx.notice('NOT_TAKEN', `${source.file}: ${failure.code}`);
    else ctx.gap('NOT_TAKEN', `${source.file}: ${failure.code}`);
    return { failure };
  }
}

/** CloudTrail allows two look-ups a second in all: its questions are asked one after the other. */
async function takeAll(ctx: SuspectContext, facts: ControlPlaneFacts): Promise<readonly Outcome[]> {
  const trail = async () => {
    const outcomes: Outcome[] = [];
    for (const source of CLOUDTRAIL_SOURCES) outcomes.push(await take(ctx, facts, source));
    return outcomes;
  };
  const others = SOURCES.filter((source) => !CLOUDTRAIL_SOURCES.includes(source));
  const [fromTrail, ...rest] = await Promise.all([
    trail(),
    ...others.map((source) => take(ctx, facts, source)),
  ]);
  return [...rest, ...fromTrail];
}

/**
 * Keeps what AWS itself knows of the suspect: userData, console, attributes, CloudTrail of instance and role session,
 * SSM's history, role, snapshots, keys. Needs no SSM, and the intruder on the host cannot forge it. What may not be read
 * is a notice; the step only fails when nothing could be.
 */
export function controlPlaneEvidence() {
  return defineStep({
    id: 'capture.control-plane',
    title: 'Keeps what AWS itself knows: userData, console, CloudTrail, SSM history, role, keys',
    phase: 'capture',
    needs: [finding, suspect],
    wants: [instance],
    provides: [controlPlane],
    callTimeout: { minutes: 5 },
    timeout: { minutes: 20 },
    actions: { suspect: [...new Set(SOURCES.flatMap(({ actions }) => actions))] },
    async start(ctx, facts) {
      const outcomes = await takeAll(ctx, facts);
      const paths = outcomes.flatMap(({ path }) => path ?? []);
      const failure = outcomes.find((outcome) => outcome.failure !== undefined)?.failure;
      if (paths.length === 0 && failure !== undefined) throw failure;
      return ctx.done({ controlPlane: { artifacts: paths } });
    },
  });
}
