import * as v from 'valibot';

const Dumped = {
  kernel: v.string(),
  sizeBytes: v.number(),
  sha256: v.string(),
  ranges: v.array(v.object({ start: v.string(), end: v.string() })),
};

/** Where a dump stands: each stage is one command on the host, or one thing to do here. */
export const LimeTicket = v.variant('stage', [
  v.object({ stage: v.literal('probing'), commandId: v.string() }),
  v.object({ stage: v.literal('dumping'), commandId: v.string(), kernel: v.string() }),
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
]);
export type LimeTicket = v.InferOutput<typeof LimeTicket>;
export type Stage<S extends LimeTicket['stage']> = Extract<LimeTicket, { stage: S }>;
