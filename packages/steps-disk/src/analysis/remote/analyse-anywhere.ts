import type { Analysed, AnalysisOptions } from '@cordon/analysis';
import { type Artifact, type BaseContext, StepFailure, type WantedFacts } from '@cordon/core';
import type { collections, forensicInstance } from '@cordon/core/steps';
import { lookHere, resultsPath } from '../look-here.js';
import { withHint } from './hints.js';
import type { RemoteOptions } from './options.js';
import type { RemoteWork } from './order-sheet.js';
import { choosePlace, type Place } from './place.js';
import { afterAnalysis, keepResults, send, sentBefore } from './stages.js';
import type { RemoteTicket } from './ticket.js';

type Options = AnalysisOptions & { readonly remote: RemoteOptions };
type Found = WantedFacts<readonly [typeof forensicInstance]> & {
  readonly collections: NonNullable<WantedFacts<readonly [typeof collections]>['collections']>;
};

const FOLDER = 'analysis/disk';

function workOf({ collections: all }: Found, { remote, ...analysis }: Options): RemoteWork {
  return { folder: FOLDER, evidence: all.map(({ artifact }) => artifact), analysis, remote };
}

function weigh(ctx: BaseContext, evidence: readonly Artifact[], remote: RemoteOptions): Place {
  const evidenceBytes = evidence.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const { limits, attempt } = ctx;
  return choosePlace({ evidenceBytes, limits, attempt, now: ctx.now(), options: remote });
}

function tellPlace(ctx: BaseContext, text: string): void {
  ctx.notice('ANALYSIS_PLACE', text);
  ctx.log.info(`the disks are analysed ${text}`);
}

/** Nobody else does it: as far as the time of this process goes, rather than not at all. */
function insteadHere(
  ctx: BaseContext,
  { evidence, analysis, remote }: RemoteWork,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<Analysed> {
  const { fitsHere } = weigh(ctx, evidence, remote);
  ctx.notice(code, withHint(code, message));
  tellPlace(ctx, `here, ${fitsHere ? 'where it fits' : 'as far as the time allows'}: ${code}`);
  const extent = fitsHere ? 'whole' : 'as-far-as-time-allows';
  return lookHere(ctx, { evidence, options: analysis, extent });
}

/** What the instance cannot do is done here; what may pass is left to the engine. */
async function orInsteadHere<Next>(ctx: BaseContext, work: RemoteWork, there: () => Promise<Next>) {
  try {
    return await there();
  } catch (error) {
    if (!(error instanceof StepFailure) || error.kind !== 'permanent') throw error;
    return insteadHere(ctx, work, error);
  }
}

async function beginThere(ctx: BaseContext, instanceId: string, work: RemoteWork): Promise<RemoteTicket> {
  return { stage: 'analysing', commandId: await send(ctx, instanceId, work) };
}

/** Chooses where, says so, and does it here or has it begun there. */
export async function begin(
  ctx: BaseContext,
  facts: Found,
  options: Options,
): Promise<Analysed | RemoteTicket> {
  const work = workOf(facts, options);
  const instanceId = facts.forensicInstance?.instanceId;
  const before = instanceId === undefined ? null : await sentBefore(ctx, instanceId);
  if (before !== null) return { stage: 'analysing', commandId: before };
  const { at, because } = weigh(ctx, work.evidence, options.remote);
  if (at === 'here') {
    tellPlace(ctx, `here: ${because}`);
    return lookHere(ctx, { evidence: work.evidence, options: work.analysis, extent: 'whole' });
  }
  if (instanceId === undefined) {
    const message = `there is no forensic instance to do it, and ${because}`;
    return insteadHere(ctx, work, { code: 'NO_FORENSIC_INSTANCE', message });
  }
  const { canTravel } = await import('@cordon/analysis/program');
  if (!canTravel(work.analysis)) {
    const message = `some of the rules are code of this process, and ${because}`;
    return insteadHere(ctx, work, { code: 'RULES_NOT_PORTABLE', message });
  }
  tellPlace(ctx, `on the forensic instance ${instanceId}: ${because}`);
  return orInsteadHere(ctx, work, () => beginThere(ctx, instanceId, work));
}

/** Looks at what runs there: the same ticket, the next one, or the results. */
export function goOn(
  ctx: BaseContext,
  ticket: RemoteTicket,
  { options, ...facts }: Found & { readonly options: Options },
): Promise<Analysed | RemoteTicket> {
  const work = workOf(facts, options);
  const { instanceId = '', imageId: image = '' } = facts.forensicInstance ?? {};
  return orInsteadHere<Analysed | RemoteTicket>(ctx, work, async () => {
    if (ticket.stage === 'analysing') return afterAnalysis(ctx, ticket, { instanceId, work });
    const { rulePacks } = await import('@cordon/analysis');
    const path = resultsPath(ctx, 'whole');
    const keeping = { instanceId, image, work, path, rules: rulePacks(work.analysis) };
    return (await keepResults(ctx, ticket, keeping)) ?? ticket;
  });
}
