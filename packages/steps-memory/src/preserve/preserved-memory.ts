import { ArtifactSchema, defineFact, StepFailure } from '@cordon/core';
import type { MemoryImage } from '@cordon/core/steps';
import * as v from 'valibot';

/** The memory image in the evidence store, wherever the dump went first. */
export const preservedMemory = defineFact('preservedMemory', v.object({ artifact: ArtifactSchema }));

interface Seen {
  readonly memoryImage: MemoryImage;
  readonly preservedMemory?: { readonly artifact: MemoryImage['artifact'] } | undefined;
}

/** @throws StepFailure `IMAGE_NOT_PRESERVED` where it is on a volume and no step has taken it from there */
export function inStore({ memoryImage: image, preservedMemory: kept }: Seen): MemoryImage {
  if (kept !== undefined) return { ...image, artifact: kept.artifact };
  if (image.volume === undefined) return image;
  throw StepFailure.permanent(
    'IMAGE_NOT_PRESERVED',
    `the memory image is on ${image.volume.snapshotId} alone: add the step preserveMemory before this one`,
  );
}
