import type { Artifact, Bytes } from '../../../engine/artifact.js';
import type { SuspectContext } from '../../../engine/context.js';
import type { Observation } from '../../../engine/observation.js';
import type { EntryPoint, RoleUse } from '../../control-plane-facts.js';
import type { Instance } from '../../facts.js';

export interface ControlPlaneFacts {
  readonly instance: Instance | undefined;
}

/** One artifact of a source. */
export interface Piece {
  /** Its name, under `control-plane/`. */
  readonly file: string;
  readonly mediaType: string;
  readonly body: Bytes;
  /** What it was taken from. Default: the instance. */
  readonly origin?: string;
  /** What it shows; asked when it is stored, and its body has been read to the end. */
  observations?(stored: Artifact): readonly Observation[];
  /** Asked then, too: for the report. */
  roleUse?(): RoleUse;
  entryPoints?(): readonly EntryPoint[];
}

/** One thing that AWS itself knows about the suspect. It fails alone. */
export interface ControlPlaneSource {
  /** What a gap calls it. */
  readonly name: string;
  readonly actions: readonly string[];
  /** Yields nothing when there is nothing of it. */
  read(ctx: SuspectContext, facts: ControlPlaneFacts): AsyncIterable<Piece>;
}

/** A source of one JSON document; undefined: there is nothing of it. */
export function jsonSource(
  source: Pick<ControlPlaneSource, 'actions'> & {
    readonly file: string;
    document(ctx: SuspectContext, facts: ControlPlaneFacts): Promise<Document | undefined>;
  },
): ControlPlaneSource {
  const { file, actions } = source;
  return {
    name: file,
    actions,
    async *read(ctx, facts) {
      const document = await source.document(ctx, facts);
      if (document === undefined) return;
      const { observations } = document;
      yield {
        file,
        mediaType: 'application/json',
        body: document.text,
        ...(observations === undefined ? {} : { observations }),
      };
    },
  };
}

export interface Document {
  readonly text: string;
  observations?(stored: Artifact): readonly Observation[];
}
