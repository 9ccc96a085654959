import * as v from 'valibot';

const Count = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
const Flag = v.pipe(
  v.picklist(['0', '1']),
  v.transform((flag) => flag === '1'),
);
const Name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._+~-]{1,128}$/));

/** What `probe.sh` answers. */
export const ProbeAnswer = v.object({
  kernel: Name,
  architecture: Name,
  lockdown: v.picklist(['none', 'integrity', 'confidentiality']),
  ram: Count,
  free: Count,
  tainted: Count,
  /** A module named lime is there. */
  loaded: Flag,
  /** /proc/kcore can be read. */
  kcore: Flag,
  /** The firmware has checked what it booted. */
  secureBoot: Flag,
  /** Only signed modules are loaded, lockdown or not. */
  signaturesEnforced: Flag,
});
export type ProbeAnswer = v.InferOutput<typeof ProbeAnswer>;

/** What `dump.sh`, `avml.sh` and `kcore.sh` answer. Ranges are decimal, inclusive, as LiME's headers have them. */
export const DumpAnswer = v.object({
  size: Count,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  ranges: v.pipe(v.string(), v.regex(/^\d+-\d+(,\d+-\d+)*$/)),
  /** Bytes of System RAM in /proc/iomem. */
  ram: Count,
  taintedBefore: Count,
  taintedAfter: Count,
  /** LiME could not be taken out again. */
  loaded: Flag,
});
export type DumpAnswer = v.InferOutput<typeof DumpAnswer>;

export const FetchAnswer = v.object({ fetched: v.literal('1') });
export const MountAnswer = v.object({ free: Count });
export const RemoveAnswer = v.object({ removed: v.literal('1') });
