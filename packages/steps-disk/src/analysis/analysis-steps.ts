import { type AnalysisOptions, defaultAnalyses, examine, rulePacks, tarReader } from '@cordon/analysis';
import { defineStep } from '@cordon/core';
import {
  collections,
  diskAnalysis as diskAnalysisFact,
  liveAnalysis as liveAnalysisFact,
  triage,
} from '@cordon/core/steps';

/** Logs, histories, schedules, units, web roots and files of the disks; needs no connection to anything. */
export function diskAnalysis(options: AnalysisOptions = {}) {
  return defineStep({
    id: 'disk.analyse',
    title: 'Looks through logs, histories, persistence, web roots and files of the disks',
    phase: 'examine',
    needs: [collections],
    provides: [diskAnalysisFact],
    callTimeout: { hours: 2 },
    async start(ctx, facts) {
      const examinations = facts.collections.map(({ artifact }) => ({
        evidence: artifact,
        reader: tarReader,
        analyses: defaultAnalyses(options),
        rules: rulePacks(options),
      }));
      return ctx.done({ diskAnalysis: await examine(ctx, 'analysis/disk.jsonl', examinations) });
    },
  });
}

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
      const evidence = facts.triage.artifact;
      const analyses = defaultAnalyses(options);
      const examination = { evidence, reader: tarReader, analyses, rules: rulePacks(options) };
      return ctx.done({ liveAnalysis: await examine(ctx, 'analysis/live.jsonl', [examination]) });
    },
  });
}
