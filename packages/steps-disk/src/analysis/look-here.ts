import type { Analysed, AnalysisOptions } from '@cordon/analysis';
import type { Artifact, BaseContext } from '@cordon/core';

/** To write the end of the results, and what came of it. */
const RESERVE_MS = 60_000;

interface Look {
  readonly evidence: readonly Artifact[];
  readonly options: AnalysisOptions;
  /** `whole`: however long it takes. `as-far-as-time-allows`: until shortly before this process ends; the rest is a gap. */
  readonly extent: 'whole' | 'as-far-as-time-allows';
}

/**
 * Where the results lie. What ends by the clock ends at another byte each time, and a store keeps the first bytes of a
 * path for good.
 */
export function resultsPath(ctx: BaseContext, extent: Look['extent']): string {
  if (extent === 'whole') return 'analysis/disk.jsonl';
  return `analysis/disk-part-${ctx
    .now()
    .toISOString()
    .replace(/[^0-9TZ]/g, '')}.jsonl`;
}

/** Looks through collections in this process, reading them as they come. */
export async function lookHere(ctx: BaseContext, { evidence, options, extent }: Look): Promise<Analysed> {
  const { defaultAnalyses, examine, rulePacks, tarReader } = await import('@cordon/analysis');
  const examinations = evidence.map((artifact) => ({
    evidence: artifact,
    reader: tarReader,
    analyses: defaultAnalyses(options),
    rules: rulePacks(options),
  }));
  const { endsAt } = ctx.limits;
  const bounded = extent === 'as-far-as-time-allows' && endsAt !== undefined;
  const bounds = bounded ? { until: new Date(endsAt.getTime() - RESERVE_MS) } : {};
  return examine(ctx, resultsPath(ctx, bounded ? extent : 'whole'), examinations, bounds);
}
