import type { Analysed, AnalysisOptions } from '@cordon/analysis';
import type { Artifact, BaseContext } from '@cordon/core';
import type { RemoteOptions } from '../remote/options.js';
import { endOf, type ForensicInstance, resultsPath, type Subject } from '../remote/subject.js';

const PATH = 'analysis/disk.jsonl';

/**
 * Of a collection as it is packed: half of what logs are measured at, which pack best and so take longest for their
 * bytes. `npm run bench -- program`.
 */
const BYTES_PER_SECOND = 2e6;

interface Look {
  readonly evidence: readonly Artifact[];
  readonly options: AnalysisOptions;
  readonly until?: Date | undefined;
}

/** Looks through collections in this process, reading them as they come. */
export async function lookHere(ctx: BaseContext, { evidence, options, until }: Look): Promise<Analysed> {
  const { defaultAnalyses, examine, rulePacks, tarReader } = await import('@cordon/analysis');
  const examinations = evidence.map((artifact) => ({
    evidence: artifact,
    reader: tarReader,
    analyses: defaultAnalyses(options),
    rules: rulePacks(options),
  }));
  const bounds = until === undefined ? {} : { until };
  return examine(ctx, resultsPath(ctx, PATH, until), examinations, bounds);
}

interface Given {
  readonly evidence: readonly Artifact[];
  readonly host: ForensicInstance | undefined;
  readonly options: AnalysisOptions;
  readonly remote: RemoteOptions;
}

/** Collections of disks, to be looked through here or there. */
export function diskSubject(ctx: BaseContext, { evidence, host, options, remote }: Given): Subject {
  return {
    what: 'the disks',
    ...{ evidence, host, remote },
    bytesPerSecond: BYTES_PER_SECOND,
    path: PATH,
    async rules() {
      const { rulePacks } = await import('@cordon/analysis');
      return rulePacks(options);
    },
    async order() {
      const { analysisOrder, canTravel } = await import('@cordon/analysis/program');
      if (!canTravel(options)) return undefined;
      return analysisOrder(evidence, ctx.incident.finding.remote, options);
    },
    here: (extent) => lookHere(ctx, { evidence, options, until: endOf(ctx, extent) }),
  };
}
