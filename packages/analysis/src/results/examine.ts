import type { Artifact, BaseContext, HashedTool } from '@cordon/core';
import type { Analysis } from '../engine/analysis.js';
import { type AnalysisResult, analyze } from '../engine/analyze.js';
import type { EvidenceReader } from '../evidence/evidence-file.js';
import { resultLines } from './result-lines.js';
import { Tally } from './tally.js';

export interface Analysed {
  readonly artifact: Artifact;
  readonly observations: number;
  readonly events: number;
}

/** One piece of evidence and what is to be asked of it. */
export interface Examination {
  readonly evidence: Artifact;
  readonly reader: (bytes: AsyncIterable<Uint8Array>) => EvidenceReader;
  readonly analyses: readonly Analysis[];
  /** Packs of rules that the analyses judge by, for the record: `rulePacks(options)`. */
  readonly rules?: readonly HashedTool[];
}

async function* counted(ctx: BaseContext, evidence: Artifact): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of ctx.evidence.open(evidence)) {
    done += chunk.length;
    ctx.progress(done, evidence.sizeBytes, 'bytes');
    ctx.signal.throwIfAborted();
    yield chunk;
  }
}

function contextOf(ctx: BaseContext, evidence: Artifact) {
  return { artifact: evidence.path, acquiredAt: evidence.storedAt, indicators: ctx.incident.finding.remote };
}

async function* examined(
  ctx: BaseContext,
  examinations: readonly Examination[],
  tally: Tally,
): AsyncGenerator<AnalysisResult> {
  for (const { evidence, reader, analyses } of examinations) {
    const results = analyze(reader(counted(ctx, evidence)), analyses, contextOf(ctx, evidence));
    for await (const result of results) {
      tally.take(result);
      yield result;
    }
  }
}

/** Many disks are judged by the same packs. */
function distinctRules(examinations: readonly Examination[]): readonly HashedTool[] {
  const all = examinations.flatMap(({ rules = [] }) => rules);
  return [...new Map(all.map((rule) => [`${rule.name} ${rule.sha256}`, rule])).values()];
}

/**
 * Streams evidence through analyses, in constant memory: observations into the journal, everything into one artifact of
 * JSON lines at `path`.
 */
export async function examine(
  ctx: BaseContext,
  path: string,
  examinations: readonly Examination[],
): Promise<Analysed> {
  const tally = new Tally(ctx);
  const artifact = await ctx.evidence.put({
    path,
    body: resultLines(examined(ctx, examinations, tally)),
    mediaType: 'application/x-ndjson',
    acquiredBy: 'cordon',
    origin: examinations.map(({ evidence }) => evidence.path).join(' '),
    rules: distinctRules(examinations),
  });
  tally.finish();
  return { artifact, observations: tally.observations, events: tally.events };
}
