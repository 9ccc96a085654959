import * as v from 'valibot';

const Progress = v.variant('stage', [
  /** The snapshot of the suspect account is not complete yet. */
  v.object({ stage: v.literal('completing') }),
  /** It is being copied under a key that can be shared. */
  v.object({ stage: v.literal('re-encrypting'), copyId: v.optional(v.string()) }),
  /** The security account may use it. */
  v.object({ stage: v.literal('shared'), readFromSnapshotId: v.string() }),
  v.object({ stage: v.literal('lost'), reason: v.string() }),
]);
export type Progress = v.InferOutput<typeof Progress>;

/** Where each snapshot stands. */
export const SharingTicket = v.object({
  since: v.string(),
  volumes: v.array(v.object({ sourceSnapshotId: v.string(), progress: Progress })),
});
export type SharingTicket = v.InferOutput<typeof SharingTicket>;
export type SharedVolume = SharingTicket['volumes'][number];
