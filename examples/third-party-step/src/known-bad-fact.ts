import { defineFact } from '@cordon/core';
import * as v from 'valibot';

/** What later steps may want to know: small. Who ran what is in the observations. */
const KnownBadSchema = v.object({
  /** Processes whose program has a hash. */
  programs: v.number(),
  /** Lines of processes.tsv whose program is on the list. */
  hits: v.number(),
});
export type KnownBad = v.InferOutput<typeof KnownBadSchema>;

export const knownBad = defineFact('acme.known-bad', KnownBadSchema);
