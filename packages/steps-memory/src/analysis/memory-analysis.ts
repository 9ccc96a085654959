import { createHash } from 'node:crypto';
import {
  type Analysis,
  type AnalysisResult,
  analyze,
  type EvidenceReader,
  indicatorAnalysis,
  resultLines,
} from '@cordon/analysis';
import { type BaseContext, defineStep, StepFailure } from '@cordon/core';
import { type MemoryImage, memoryAnalysis as memoryAnalysisFact, memoryImage } from '@cordon/core/steps';
import { LimeWalker } from './lime-walker.js';

/** Observations that go into the journal; the artifact has all of them. */
const MAX_OBSERVED = 200;

/** The image as one file, read once: walked, hashed and searched on the way. */
class ImageReader implements EvidenceReader {
  readonly walker = new LimeWalker();
  readonly #hash = createHash('sha256');

  constructor(
    private readonly ctx: BaseContext,
    private readonly image: MemoryImage,
  ) {}

  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  async *files() {
    const { artifact } = this.image;
    yield {
      path: 'mem.lime',
      type: 'file' as const,
      sizeBytes: artifact.sizeBytes,
      content: () => this.#content(),
    };
  }

  async *#content(): AsyncGenerator<Uint8Array> {
    const { artifact } = this.image;
    let done = 0;
    for await (const chunk of this.ctx.evidence.open(artifact)) {
      this.ctx.signal.throwIfAborted();
      this.walker.push(chunk);
      this.#hash.update(chunk);
      done += chunk.length;
      this.ctx.progress(done, artifact.sizeBytes, 'bytes');
      yield chunk;
    }
  }
}

/** The image is what was dumped: whole, and with the digest that LiME took. */
function assertWhole(reader: ImageReader, image: MemoryImage): void {
  const problem = reader.walker.end();
  if (problem !== undefined) throw StepFailure.permanent('DUMP_SHORT', problem);
  if (reader.sha256 !== image.artifact.sha256)
    throw StepFailure.permanent(
      'DIGEST_MISMATCH',
      'the image does not have the digest that LiME took at the source',
    );
  if (JSON.stringify(reader.walker.ranges) !== JSON.stringify(image.ranges))
    throw StepFailure.permanent('RANGES_MISMATCH', 'the image has other ranges than the host has told');
}

async function* observed(
  ctx: BaseContext,
  results: AsyncIterable<AnalysisResult>,
  seen: { observations: number; events: number },
): AsyncGenerator<AnalysisResult> {
  for await (const result of results) {
    if (result.kind === 'event') seen.events += 1;
    if (result.kind === 'notice') ctx.notice(result.notice.code, result.notice.message);
    if (result.kind === 'observation') {
      seen.observations += 1;
      if (seen.observations <= MAX_OBSERVED) ctx.observe(result.observation);
    }
    yield result;
  }
}

export interface MemoryAnalysisOptions {
  /** Analyses of the image beside the search for what the finding names. */
  readonly analyses?: readonly Analysis[];
}

/**
 * Reads the image once: its structure to exactly the end, its digest against LiME's own, and what the finding names
 * wherever it stands, with offsets. Processes out of the image need volatility on the forensic instance: this step says
 * that it did not run it.
 */
export function memoryAnalysis({ analyses = [] }: MemoryAnalysisOptions = {}) {
  return defineStep({
    id: 'memory.analyse',
    title: 'Verifies the memory image and looks for what the finding names in it',
    phase: 'examine',
    needs: [memoryImage],
    provides: [memoryAnalysisFact],
    callTimeout: { hours: 2 },
    async start(ctx, facts) {
      const image = facts.memoryImage;
      const reader = new ImageReader(ctx, image);
      const context = {
        artifact: image.artifact.path,
        acquiredAt: image.artifact.storedAt,
        indicators: ctx.incident.finding.remote,
      };
      const seen = { observations: 0, events: 0 };
      const results = analyze(reader, [indicatorAnalysis(), ...analyses], context);
      const artifact = await ctx.evidence.put({
        path: 'analysis/memory.jsonl',
        body: resultLines(observed(ctx, results, seen)),
        mediaType: 'application/x-ndjson',
        acquiredBy: 'cordon',
        origin: image.artifact.path,
      });
      assertWhole(reader, image);
      ctx.notice(
        'VOLATILITY_NOT_RUN',
        'processes were not reconstructed from the image: volatility was not run',
      );
      return ctx.done({ memoryAnalysis: { artifact, ...seen } });
    },
  });
}
