import type { Observation } from '@cordon/core';
import { defaultAnalyses } from '../../src/analyses/default-analyses.js';
import type { AnalysisContext } from '../../src/engine/analysis.js';
import { analyze } from '../../src/engine/analyze.js';
import type { TimelineEvent } from '../../src/engine/event.js';
import type { EvidenceReader, Notice } from '../../src/evidence/evidence-file.js';
import { memoryReader } from '../evidence/evidence.js';

export const CONTEXT: AnalysisContext = {
  artifact: 'disk/vol-1.tar.gz',
  acquiredAt: '2026-11-20T04:30:00Z',
  indicators: { addresses: ['203.0.113.66'], domains: ['evil.example'], ports: [4444] },
};

export interface Results {
  /** Low or above. */
  readonly bad: readonly Observation[];
  readonly info: readonly Observation[];
  readonly events: readonly TimelineEvent[];
  readonly notices: readonly Notice[];
}

/** Everything that the default analyses say about this evidence. */
export async function resultsOf(
  evidence: EvidenceReader | { readonly [path: string]: string | Uint8Array },
  context: Partial<AnalysisContext> = {},
): Promise<Results> {
  const reader = isReader(evidence)
    ? evidence
    : memoryReader(evidence, Date.parse('2026-11-20T03:05:00Z') / 1000);
  const observations: Observation[] = [];
  const events: TimelineEvent[] = [];
  const notices: Notice[] = [];
  for await (const result of analyze(reader, defaultAnalyses(), { ...CONTEXT, ...context })) {
    if (result.kind === 'observation') observations.push(result.observation);
    else if (result.kind === 'event') events.push(result.event);
    else notices.push(result.notice);
  }
  return {
    bad: observations.filter(({ severity }) => severity !== 'info'),
    info: observations.filter(({ severity }) => severity === 'info'),
    events,
    notices,
  };
}

function isReader(evidence: object): evidence is EvidenceReader {
  return 'files' in evidence && typeof evidence.files === 'function';
}

/** `rule entity path:line` of each: what a test can compare at a glance. */
export function told(observations: readonly Observation[]): readonly string[] {
  return observations.map(
    ({ rule, entity, evidence: [first] }) => `${rule} ${entity} ${first?.path}:${first?.line ?? '-'}`,
  );
}
