import type { AnalysisOptions } from '@cordon/analysis';
import { type BaseContext, definePolledStep, defineStep, type Facts, type WantedFacts } from '@cordon/core';
import { collections, diskAnalysis as diskAnalysisFact, forensicInstance } from '@cordon/core/steps';
import { begin, goOn } from '../remote/analyse-anywhere.js';
import type { RemoteOptions } from '../remote/options.js';
import { REMOTE_ACTIONS } from '../remote/stages.js';
import { RemoteTicket } from '../remote/ticket.js';
import { diskSubject, lookHere } from './disk-subject.js';

const COMMON = {
  id: 'disk.analyse',
  phase: 'examine',
  needs: [collections],
  provides: [diskAnalysisFact],
  callTimeout: { hours: 2 },
} as const;

/** In whatever process drives the incident. */
function analysisHere(options: AnalysisOptions) {
  return defineStep({
    ...COMMON,
    title: 'Looks through logs, histories, persistence, web roots and files of the disks',
    async start(ctx, facts) {
      const evidence = facts.collections.map(({ artifact }) => artifact);
      return ctx.done({ diskAnalysis: await lookHere(ctx, { evidence, options }) });
    },
  });
}

type Given = Facts<readonly [typeof collections]> & WantedFacts<readonly [typeof forensicInstance]>;

function subjectOf(ctx: BaseContext, facts: Given, { remote, ...options }: AnywhereOptions) {
  const evidence = facts.collections.map(({ artifact }) => artifact);
  return diskSubject(ctx, { evidence, host: facts.forensicInstance, options, remote });
}

/** `start` twice is harmless: what runs on the instance is found again, and runs once for the step's key. */
function analysisAnywhere(options: AnywhereOptions) {
  return definePolledStep({
    ...COMMON,
    title:
      'Looks through logs, histories, persistence, web roots and files of the disks, here or on the forensic instance',
    wants: [forensicInstance],
    actions: { security: REMOTE_ACTIONS },
    ticket: RemoteTicket,
    async start(ctx, facts) {
      const next = await begin(ctx, subjectOf(ctx, facts, options));
      if ('stage' in next) return ctx.waiting(next, { seconds: 30 });
      return ctx.done({ diskAnalysis: next.analysed });
    },
    async poll(ctx, ticket, facts) {
      const next = await goOn(ctx, ticket, subjectOf(ctx, facts, options));
      if (!('stage' in next)) return ctx.done({ diskAnalysis: next.analysed });
      return ctx.waiting(next, { seconds: next.stage === ticket.stage ? 30 : 5 });
    },
    async cancel(ctx, { commandId }, { forensicInstance: host }) {
      if (host !== undefined) await ctx.forensicHost(host.instanceId).cancel(commandId);
    },
  });
}

/** Options of an analysis that may be done beside the evidence. */
export interface AnywhereOptions extends AnalysisOptions {
  readonly remote: RemoteOptions;
}

/**
 * Logs, histories, schedules, units, web roots and files of the disks; needs no connection to anything. With `remote`,
 * what does not fit into the time and memory of the function that drives the incident is looked through on the forensic
 * instance, by the same code and with the same results; which of the two it was, and why, stands in the journal.
 *
 * @example
 * pipeline.use(diskAnalysis({ remote: { stagingBucket } }));
 */
export function diskAnalysis(options: AnywhereOptions): ReturnType<typeof analysisAnywhere>;
export function diskAnalysis(
  options?: AnalysisOptions & { readonly remote?: undefined },
): ReturnType<typeof analysisHere>;
export function diskAnalysis(
  options: AnalysisOptions & { readonly remote?: RemoteOptions | undefined } = {},
) {
  const { remote, ...rest } = options;
  return remote === undefined ? analysisHere(rest) : analysisAnywhere({ ...rest, remote });
}
