import type { AnalysisOptions, EvidenceReader } from '@cordon/analysis';
import { type Artifact, type BaseContext, defineStep, StepFailure } from '@cordon/core';
import {
  controlPlane,
  controlPlaneAnalysis as controlPlaneAnalysisFact,
  liveAnalysis as liveAnalysisFact,
  triage,
} from '@cordon/core/steps';

/** Loaded when evidence is there to be analysed: a host that begins to contain has no use for it yet. */
const analysis = () => import('@cordon/analysis');

/** Processes, sockets and schedules as they were on the running system. */
export function liveAnalysis(options: AnalysisOptions = {}) {
  return defineStep({
    id: 'live.analyse',
    title: 'Looks at processes, sockets and schedules of the running system',
    phase: 'examine',
    needs: [triage],
    provides: [liveAnalysisFact],
    callTimeout: { minutes: 30 },
    async start(ctx, facts) {
      const { defaultAnalyses, examine, rulePacks, tarReader } = await analysis();
      const evidence = facts.triage.artifact;
      const analyses = defaultAnalyses(options);
      const examination = { evidence, reader: tarReader, analyses, rules: rulePacks(options) };
      return ctx.done({ liveAnalysis: await examine(ctx, 'analysis/live.jsonl', [examination]) });
    },
  });
}

const OF_CONTROL_PLANE = 'control-plane/';

/** Artifacts as the files of one piece of evidence: what one holds part of is judged as a whole. */
function artifactsReader(ctx: BaseContext, artifacts: readonly Artifact[]): EvidenceReader {
  return {
    async *files() {
      for (const artifact of artifacts) {
        const { path, sizeBytes } = artifact;
        yield { path, type: 'file' as const, sizeBytes, content: () => ctx.evidence.open(artifact) };
      }
    },
  };
}

/** Flow and DNS logs, GuardDuty's history, Systems Manager's, and user data: what the host cannot hide. */
export function controlPlaneAnalysis(options: AnalysisOptions = {}) {
  return defineStep({
    id: 'control-plane.analyse',
    title: 'Looks at flow and DNS logs, GuardDuty and SSM history, and user data',
    phase: 'examine',
    needs: [controlPlane],
    provides: [controlPlaneAnalysisFact],
    callTimeout: { minutes: 30 },
    async start(ctx) {
      const artifacts = ctx.incident.artifacts().filter(({ path }) => path.startsWith(OF_CONTROL_PLANE));
      const [evidence] = artifacts;
      if (evidence === undefined)
        throw StepFailure.permanent('NO_EVIDENCE', 'nothing of the control plane is kept');
      const { defaultAnalyses, examine, rulePacks } = await analysis();
      const analyses = defaultAnalyses(options);
      const reader = () => artifactsReader(ctx, artifacts);
      const examination = { evidence, reader, analyses, rules: rulePacks(options) };
      const analysed = await examine(ctx, 'analysis/control-plane.jsonl', [examination]);
      return ctx.done({ controlPlaneAnalysis: analysed });
    },
  });
}
