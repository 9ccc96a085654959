import type { Analysis } from '@cordon/analysis';
import type { BaseContext } from '@cordon/core';
import type { MemoryImage } from '@cordon/core/steps';
import { endOf, type ForensicInstance, type RemoteOptions, type Subject } from '@cordon/steps-disk/remote';
import { lookHere, PATH } from './whole-image.js';

/**
 * Of memory as it is: a careful guess at what a function reads from S3. The search itself takes ten times as much in a
 * second of the processor's. `npm run bench -- program`.
 */
const BYTES_PER_SECOND = 50e6;

interface Given {
  readonly image: MemoryImage;
  readonly host: ForensicInstance | undefined;
  readonly analyses: readonly Analysis[];
  readonly remote: RemoteOptions;
}

/** An image of memory, to be read here or there. */
export function memorySubject(ctx: BaseContext, { image, host, analyses, remote }: Given): Subject {
  return {
    what: 'the pages of memory',
    evidence: [image.artifact],
    ...{ host, remote },
    bytesPerSecond: BYTES_PER_SECOND,
    path: PATH,
    rules: async () => [],
    async order() {
      if (analyses.length > 0) return undefined;
      const { memoryOrder } = await import('@cordon/analysis/program');
      return memoryOrder(image.artifact, ctx.incident.finding.remote);
    },
    here: (extent) => lookHere(ctx, { image, analyses, until: endOf(ctx, extent) }),
  };
}
