import type { Artifact, BaseContext, HashedTool } from '@cordon/core';
import type { Analysis } from '../engine/analysis.js';
import { type AnalysisResult, analyze } from '../engine/analyze.js';
import { boundedReader } from '../evidence/bounded-reader.js';
import type { EvidenceReader } from '../evidence/evidence-file.js';
import { resultLines } from './result-lines.js';
import { type Analysed, Tally } from './tally.js';

/** Of what analyses leave. */
export const RESULTS_TYPE = 'application/x-ndjson';

/** One piece of evidence and what is to be asked of it. */
export interface Examination {
  readonly evidence: Artifact;
  readonly reader: (bytes: AsyncIterable<Uint8Array>) => EvidenceReader;
  readonly analyses: readonly Analysis[];
  /** Packs of rules that the analyses judge by, for the record: `rulePacks(options)`. */
  readonly rules?: readonly HashedTool[];
}

export interface ExamineOptions {
  /** When it has to be over: what was not looked at by then is a gap. Default: it takes what it takes. */
  readonly until?: Date;
}

interface Work extends ExamineOptions {
  readonly ctx: BaseContext;
  readonly tally: Tally;
}

/** How much of a piece of evidence went by. */
class Reading {
  done = 0;

  constructor(
    private readonly ctx: BaseContext,
    private readonly evidence: Artifact,
  ) {}

  async *bytes(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.ctx.evidence.open(this.evidence)) {
      this.done += chunk.length;
      this.ctx.progress(this.done, this.evidence.sizeBytes, 'bytes');
      this.ctx.signal.throwIfAborted();
      yield chunk;
    }
  }

  cut(): void {
    const { path, sizeBytes } = this.evidence;
    const message = `${path}: ${this.done} of ${sizeBytes} bytes were read in the time that there was`;
    this.ctx.gap('EVIDENCE_NOT_ALL_ANALYSED', message);
  }
}

function contextOf(ctx: BaseContext, evidence: Artifact) {
  return { artifact: evidence.path, acquiredAt: evidence.storedAt, indicators: ctx.incident.finding.remote };
}

function readerOf({ evidence, reader }: Examination, { ctx, until }: Work): EvidenceReader {
  const reading = new Reading(ctx, evidence);
  const whole = reader(reading.bytes());
  if (until === undefined) return whole;
  return boundedReader(
    whole,
    () => ctx.now() >= until,
    () => reading.cut(),
  );
}

/** What is left of the time, in equal parts for what is left of the evidence. */
function shareOf({ ctx, until }: Work, pieces: number): ExamineOptions {
  if (until === undefined) return {};
  const now = ctx.now().getTime();
  return { until: new Date(now + (until.getTime() - now) / pieces) };
}

async function* examined(examinations: readonly Examination[], work: Work): AsyncGenerator<AnalysisResult> {
  for (const [index, examination] of examinations.entries()) {
    const { evidence, analyses } = examination;
    const reader = readerOf(examination, { ...work, ...shareOf(work, examinations.length - index) });
    for await (const result of analyze(reader, analyses, contextOf(work.ctx, evidence))) {
      work.tally.take(result);
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
  options: ExamineOptions = {},
): Promise<Analysed> {
  const tally = new Tally(ctx);
  const artifact = await ctx.evidence.put({
    path,
    body: resultLines(examined(examinations, { ...options, ctx, tally })),
    mediaType: RESULTS_TYPE,
    acquiredBy: 'cordon',
    origin: examinations.map(({ evidence }) => evidence.path).join(' '),
    rules: distinctRules(examinations),
  });
  return tally.finish(artifact);
}
