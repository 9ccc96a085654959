import type { SuspectContext } from '../../../engine/context.js';
import type { Instance } from '../../facts.js';

export interface ControlPlaneFacts {
  readonly instance: Instance | undefined;
}

/** One thing that AWS itself knows about the suspect. */
export interface ControlPlaneSource {
  /** Name of its artifact, under `control-plane/`. */
  readonly file: string;
  readonly mediaType: string;
  readonly actions: readonly string[];
  /** Undefined: there is nothing of it. */
  read(ctx: SuspectContext, facts: ControlPlaneFacts): Promise<string | Uint8Array | undefined>;
}
