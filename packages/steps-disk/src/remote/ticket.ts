import * as v from 'valibot';

const Digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const Size = v.pipe(v.string(), v.regex(/^\d{1,15}$/));

/** What `analyse.sh` answers. */
export const AnalyseAnswer = v.object({
  size: Size,
  sha256: Digest,
  node: v.string(),
  /** What the program told beside its results, in base64. */
  told: v.optional(v.pipe(v.string(), v.base64())),
});

/** Where an analysis on the forensic instance stands. */
export const RemoteTicket = v.variant('stage', [
  v.object({ stage: v.literal('analysing'), commandId: v.string() }),
  v.object({
    stage: v.literal('uploading'),
    commandId: v.string(),
    sizeBytes: v.number(),
    sha256: Digest,
    told: v.optional(v.string()),
  }),
]);
export type RemoteTicket = v.InferOutput<typeof RemoteTicket>;
export type Uploading = Extract<RemoteTicket, { stage: 'uploading' }>;
