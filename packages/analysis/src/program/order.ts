import type { Artifact } from '@cordon/core';
import * as v from 'valibot';
import type { AnalysisOptions } from '../analyses/default-analyses.js';
import type { Indicators } from '../engine/analysis.js';
import { sigmaOptions } from '../rules/sigma-options.js';

const Texts = v.array(v.object({ file: v.string(), text: v.string() }));

/** What the program is told: what to look at, and by which rules. The evidence itself lies beside it, in this order. */
export const OrderSchema = v.object({
  format: v.literal(1),
  /** Archives of files, or one image of memory as LiME writes it. */
  kind: v.picklist(['collections', 'memory']),
  evidence: v.array(
    v.object({
      /** As observations cite it. */
      path: v.string(),
      acquiredAt: v.string(),
      sizeBytes: v.number(),
    }),
  ),
  indicators: v.object({
    addresses: v.array(v.string()),
    domains: v.array(v.string()),
    ports: v.array(v.number()),
  }),
  /** Sigma of the user's; absent: none. */
  texts: v.optional(Texts),
  notices: v.array(v.object({ code: v.string(), message: v.string(), path: v.optional(v.string()) })),
});
export type AnalysisOrder = v.InferOutput<typeof OrderSchema>;

/** Whether the same analyses can be made of these options elsewhere: compiled rules, detectors and analyses are code. */
export function canTravel(options: AnalysisOptions): boolean {
  const { detectors = [], analyses = [], commands, sigma, texts } = options;
  if (detectors.length > 0 || analyses.length > 0) return false;
  return texts !== undefined || (commands === undefined && sigma === undefined);
}

/** The order for tar collections, as `defaultAnalyses(options)` would look at them here. */
export function analysisOrder(
  evidence: readonly Artifact[],
  indicators: Indicators,
  { texts, notices = [] }: AnalysisOptions,
): AnalysisOrder {
  const { addresses, domains, ports } = indicators;
  return {
    format: 1,
    kind: 'collections',
    evidence: evidence.map(({ path, storedAt, sizeBytes }) => ({ path, acquiredAt: storedAt, sizeBytes })),
    indicators: { addresses: [...addresses], domains: [...domains], ports: [...ports] },
    ...(texts === undefined ? {} : { texts: [...texts] }),
    notices: [...notices],
  };
}

/** The order for an image of memory: what the finding names, wherever it stands in it. */
export function memoryOrder(image: Artifact, indicators: Indicators): AnalysisOrder {
  return { ...analysisOrder([image], indicators, {}), kind: 'memory' };
}

/** What `analysisOrder` was made of. */
export function optionsOf({ texts, notices }: AnalysisOrder): AnalysisOptions {
  const told = notices.map(({ path, ...notice }) => (path === undefined ? notice : { ...notice, path }));
  if (texts === undefined) return { notices: told };
  const { sigma, commands } = sigmaOptions(texts);
  return { sigma, commands, texts, notices: told };
}
