import type { Analysis } from '@cordon/analysis';
import {
  type BaseContext,
  definePolledStep,
  defineStep,
  type Facts,
  StepFailure,
  type WantedFacts,
} from '@cordon/core';
import { forensicInstance, memoryAnalysis as memoryAnalysisFact, memoryImage } from '@cordon/core/steps';
import {
  begin,
  type Ended,
  goOn,
  REMOTE_ACTIONS,
  type RemoteOptions,
  RemoteTicket,
} from '@cordon/steps-disk/remote';
import * as v from 'valibot';
import { inStore, preservedMemory } from '../preserve/preserved-memory.js';
import { memorySubject } from './memory-subject.js';
import { assertStructure, lookHere, StructureSchema } from './whole-image.js';

export interface MemoryAnalysisOptions {
  /** Analyses of the image beside the search for what the finding names. */
  readonly analyses?: readonly Analysis[];
}

/** Options of an analysis that may be done beside the evidence. */
export interface MemoryAnywhereOptions extends MemoryAnalysisOptions {
  readonly remote: RemoteOptions;
}

const COMMON = {
  id: 'memory.analyse',
  phase: 'examine',
  needs: [memoryImage],
  provides: [memoryAnalysisFact],
  callTimeout: { hours: 2 },
} as const;
const TITLE = 'Verifies the memory image and looks for what the finding names in it';

function tellWithoutVolatility(ctx: BaseContext): void {
  if (ctx.incident.steps().some(({ id }) => id === 'memory.volatility')) return;
  const message = 'processes are not reconstructed from the image: no step runs volatility';
  ctx.notice('VOLATILITY_NOT_RUN', message);
}

/** In whatever process drives the incident. */
function analysisHere({ analyses = [] }: MemoryAnalysisOptions) {
  return defineStep({
    ...COMMON,
    title: TITLE,
    wants: [preservedMemory],
    async start(ctx, facts) {
      const analysed = await lookHere(ctx, { image: inStore(facts), analyses });
      tellWithoutVolatility(ctx);
      return ctx.done({ memoryAnalysis: analysed });
    },
  });
}

type Given = Facts<readonly [typeof memoryImage]> &
  WantedFacts<readonly [typeof preservedMemory, typeof forensicInstance]>;

function subjectOf(ctx: BaseContext, facts: Given, { analyses = [], remote }: MemoryAnywhereOptions) {
  return memorySubject(ctx, { image: inStore(facts), host: facts.forensicInstance, analyses, remote });
}

/** What was read there has to be what was dumped, as what is read here. */
function analysedOf(ctx: BaseContext, { analysed, told }: Ended, facts: Given) {
  if (told !== undefined) assertStructure(structureIn(told), inStore(facts));
  tellWithoutVolatility(ctx);
  return { memoryAnalysis: analysed };
}

function structureIn(told: string) {
  try {
    return v.parse(StructureSchema, JSON.parse(told));
  } catch (error) {
    const message = 'the program told something else than the structure of the image';
    throw StepFailure.permanent('HOST_ANSWER', message, { cause: error });
  }
}

/** `start` twice is harmless: what runs on the instance is found again, and runs once for the step's key. */
function analysisAnywhere(options: MemoryAnywhereOptions) {
  return definePolledStep({
    ...COMMON,
    title: `${TITLE}, here or on the forensic instance`,
    wants: [preservedMemory, forensicInstance],
    actions: { security: REMOTE_ACTIONS },
    ticket: RemoteTicket,
    async start(ctx, facts) {
      const next = await begin(ctx, subjectOf(ctx, facts, options));
      return 'stage' in next ? ctx.waiting(next, { seconds: 60 }) : ctx.done(analysedOf(ctx, next, facts));
    },
    async poll(ctx, ticket, facts) {
      const next = await goOn(ctx, ticket, subjectOf(ctx, facts, options));
      if (!('stage' in next)) return ctx.done(analysedOf(ctx, next, facts));
      return ctx.waiting(next, { seconds: next.stage === ticket.stage ? 60 : 5 });
    },
    async cancel(ctx, { commandId }, { forensicInstance: host }) {
      if (host !== undefined) await ctx.forensicHost(host.instanceId).cancel(commandId);
    },
  });
}

/**
 * Reads the image once: its structure to exactly the end, its digest against LiME's own, and what the finding names
 * wherever it stands, with offsets. With `remote`, an image that does not fit into the time of the function that drives
 * the incident is read on the forensic instance, with the same results. Processes out of the image are the step
 * `volatility`'s: where the pipeline has none, this one says so.
 */
export function memoryAnalysis(options: MemoryAnywhereOptions): ReturnType<typeof analysisAnywhere>;
export function memoryAnalysis(
  options?: MemoryAnalysisOptions & { readonly remote?: undefined },
): ReturnType<typeof analysisHere>;
export function memoryAnalysis(
  options: MemoryAnalysisOptions & { readonly remote?: RemoteOptions | undefined } = {},
) {
  const { remote, ...rest } = options;
  return remote === undefined ? analysisHere(rest) : analysisAnywhere({ ...rest, remote });
}
