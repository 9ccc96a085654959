import { createHash } from 'node:crypto';
import type { Analysed, Analysis, LimeStructure } from '@cordon/analysis';
import { type BaseContext, StepFailure } from '@cordon/core';
import type { MemoryImage } from '@cordon/core/steps';
import { resultsPath } from '@cordon/steps-disk/remote';
import * as v from 'valibot';

export const PATH = 'analysis/memory.jsonl';

/** What the image's own headers say, wherever they were walked. */
export const StructureSchema = v.object({
  problem: v.exactOptional(v.string()),
  ranges: v.array(v.object({ start: v.string(), end: v.string() })),
});

/** @throws StepFailure `DUMP_SHORT`, `RANGES_MISMATCH` where it is not the image that was dumped */
export function assertStructure({ problem, ranges }: LimeStructure, image: MemoryImage): void {
  if (problem !== undefined) throw StepFailure.permanent('DUMP_SHORT', problem);
  if (JSON.stringify(ranges) !== JSON.stringify(image.ranges))
    throw StepFailure.permanent('RANGES_MISMATCH', 'the image has other ranges than the host has told');
}

interface Look {
  readonly image: MemoryImage;
  /** Beside the search for what the finding names. */
  readonly analyses: readonly Analysis[];
  readonly until?: Date | undefined;
}

/**
 * Reads the image in this process, as it comes. What was read to its end is what was dumped: whole, and with the digest
 * that LiME took.
 */
export async function lookHere(ctx: BaseContext, { image, analyses, until }: Look): Promise<Analysed> {
  // Not before: a host that begins to contain has no use for it yet.
  const { examine, indicatorAnalysis, LimeReading } = await import('@cordon/analysis');
  const { artifact } = image;
  const hash = createHash('sha256');
  let read = 0;
  const reading = new LimeReading((chunk) => {
    hash.update(chunk);
    read += chunk.length;
  });
  const examination = {
    evidence: artifact,
    reader: (bytes: AsyncIterable<Uint8Array>) => reading.reader(bytes, artifact.sizeBytes),
    analyses: [indicatorAnalysis(), ...analyses],
  };
  const bounds = until === undefined ? {} : { until };
  const analysed = await examine(ctx, resultsPath(ctx, PATH, until), [examination], bounds);
  // What was cut is a gap, and nobody can tell whether it is whole.
  if (until !== undefined && read < artifact.sizeBytes) return analysed;
  const { problem } = reading.structure();
  if (problem !== undefined) throw StepFailure.permanent('DUMP_SHORT', problem);
  if (hash.digest('hex') !== artifact.sha256)
    throw StepFailure.permanent(
      'DIGEST_MISMATCH',
      'the image does not have the digest that LiME took at the source',
    );
  assertStructure(reading.structure(), image);
  return analysed;
}
