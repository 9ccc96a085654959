import { createHash } from 'node:crypto';
import type { Analysis, EvidenceReader } from '@cordon/analysis';
import { defineStep, StepFailure } from '@cordon/core';
import { type MemoryImage, memoryAnalysis as memoryAnalysisFact, memoryImage } from '@cordon/core/steps';
import { inStore, preservedMemory } from '../preserve/preserved-memory.js';
import { LimeWalker } from './lime-walker.js';

/** The image as one file: walked and hashed while others read it. */
class ImageReading {
  readonly walker = new LimeWalker();
  readonly #hash = createHash('sha256');

  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  reader(bytes: AsyncIterable<Uint8Array>, sizeBytes: number): EvidenceReader {
    const content = () => this.#watched(bytes);
    return {
      async *files() {
        yield { path: 'mem.lime', type: 'file', sizeBytes, content };
      },
    };
  }

  async *#watched(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      this.walker.push(chunk);
      this.#hash.update(chunk);
      yield chunk;
    }
  }
}

/** The image is what was dumped: whole, and with the digest that LiME took. */
function assertWhole(reading: ImageReading, image: MemoryImage): void {
  const problem = reading.walker.end();
  if (problem !== undefined) throw StepFailure.permanent('DUMP_SHORT', problem);
  if (reading.sha256 !== image.artifact.sha256)
    throw StepFailure.permanent(
      'DIGEST_MISMATCH',
      'the image does not have the digest that LiME took at the source',
    );
  if (JSON.stringify(reading.walker.ranges) !== JSON.stringify(image.ranges))
    throw StepFailure.permanent('RANGES_MISMATCH', 'the image has other ranges than the host has told');
}

export interface MemoryAnalysisOptions {
  /** Analyses of the image beside the search for what the finding names. */
  readonly analyses?: readonly Analysis[];
}

/**
 * Reads the image once: its structure to exactly the end, its digest against LiME's own, and what the finding names
 * wherever it stands, with offsets. Processes out of the image are the step `volatility`'s: where the pipeline has none,
 * this one says so.
 */
export function memoryAnalysis({ analyses = [] }: MemoryAnalysisOptions = {}) {
  return defineStep({
    id: 'memory.analyse',
    title: 'Verifies the memory image and looks for what the finding names in it',
    phase: 'examine',
    needs: [memoryImage],
    wants: [preservedMemory],
    provides: [memoryAnalysisFact],
    callTimeout: { hours: 2 },
    async start(ctx, facts) {
      const image = inStore(facts);
      // Not before: a host that begins to contain has no use for it yet.
      const { examine, indicatorAnalysis } = await import('@cordon/analysis');
      const reading = new ImageReading();
      const examination = {
        evidence: image.artifact,
        reader: (bytes: AsyncIterable<Uint8Array>) => reading.reader(bytes, image.artifact.sizeBytes),
        analyses: [indicatorAnalysis(), ...analyses],
      };
      const analysed = await examine(ctx, 'analysis/memory.jsonl', [examination]);
      assertWhole(reading, image);
      if (!ctx.incident.steps().some(({ id }) => id === 'memory.volatility'))
        ctx.notice(
          'VOLATILITY_NOT_RUN',
          'processes are not reconstructed from the image: no step runs volatility',
        );
      return ctx.done({ memoryAnalysis: analysed });
    },
  });
}
