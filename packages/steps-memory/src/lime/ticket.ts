import { ArtifactSchema } from '@cordon/core';
import * as v from 'valibot';

/** How the memory was taken. */
export const METHODS = ['lime', 'kcore'] as const;

const Dumped = {
  method: v.picklist(METHODS),
  kernel: v.string(),
  sizeBytes: v.number(),
  sha256: v.string(),
  ranges: v.array(v.object({ start: v.string(), end: v.string() })),
};

/** Where a dump stands: each stage is one command on the host, or one thing to do here. */
export const LimeTicket = v.variant('stage', [
  v.object({ stage: v.literal('probing'), commandId: v.string() }),
  v.object({
    stage: v.literal('dumping'),
    commandId: v.string(),
    kernel: v.string(),
    method: v.picklist(METHODS),
    /** What to do where the kernel refuses the module. */
    otherwise: v.optional(v.literal('kcore')),
  }),
  /** `round` counts the sheets of part URLs; no command: the next sheet has to be sent. */
  v.object({
    stage: v.literal('uploading'),
    ...Dumped,
    uploadId: v.string(),
    round: v.number(),
    commandId: v.optional(v.string()),
  }),
  /** All parts are there. */
  v.object({ stage: v.literal('preserving'), ...Dumped, uploadId: v.string() }),
  /** The image is in the evidence store; the host still has it. */
  v.object({
    stage: v.literal('removing'),
    ...Dumped,
    artifact: ArtifactSchema,
    commandId: v.string(),
    since: v.string(),
  }),
]);
export type LimeTicket = v.InferOutput<typeof LimeTicket>;
export type Stage<S extends LimeTicket['stage']> = Extract<LimeTicket, { stage: S }>;
