import type { SuspectContext } from '../../../../engine/context.js';
import { readableJson } from '../../../calls/json-bytes.js';
import type { EntryPoint } from '../../../control-plane-facts.js';
import type { ControlPlaneFacts, ControlPlaneSource } from '../source.js';

export type { EntryPoint };

/**
 * Something outside of the suspect that sends to it. Listed and never touched: a name or an accelerator serves others,
 * too, and what it should send to instead is for people to say.
 */
export function entryPointSource(
  source: Pick<ControlPlaneSource, 'actions'> & {
    readonly file: string;
    find(ctx: SuspectContext, facts: ControlPlaneFacts): Promise<readonly EntryPoint[]>;
  },
): ControlPlaneSource {
  const { file, actions } = source;
  return {
    name: file,
    actions,
    async *read(ctx, facts) {
      const found = await source.find(ctx, facts);
      if (found.length === 0) return;
      yield {
        file,
        mediaType: 'application/json',
        body: readableJson({ at: ctx.now().toISOString(), found }),
        entryPoints: () => found,
      };
    },
  };
}
