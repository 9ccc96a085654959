import * as v from 'valibot';

const Count = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
const Name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._+~-]{1,128}$/));

/** What `probe.sh` answers. */
export const ProbeAnswer = v.object({
  kernel: Name,
  architecture: Name,
  lockdown: v.picklist(['none', 'integrity', 'confidentiality']),
  ram: Count,
  free: Count,
  tainted: Count,
  loaded: Count,
});
export type ProbeAnswer = v.InferOutput<typeof ProbeAnswer>;

/** What `dump.sh` answers. Ranges are decimal, inclusive, as LiME's headers have them. */
export const DumpAnswer = v.object({
  size: Count,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  ranges: v.pipe(v.string(), v.regex(/^\d+-\d+(,\d+-\d+)*$/)),
  taintedBefore: Count,
  taintedAfter: Count,
});
export type DumpAnswer = v.InferOutput<typeof DumpAnswer>;

export const UploadAnswer = v.object({ sent: Count });
export const RemoveAnswer = v.object({ removed: v.literal('1') });
