import type { EvidenceFile } from '../evidence/evidence-file.js';
import type { HostFile } from './analysis.js';

/** The collection's own notes, what AWS knows, and a memory image. */
const OWN_FOLDERS = /^(?:live|meta|control-plane)\/|^[^/]+\.lime$/;
const SUFFIX = /\.(?:gz|zst|xz|bz2)$/;

/**
 * Names a file as the suspect knew it. Collections keep the suspect's files below `fs/` and their own
 * notes below `live/` and `meta/`; anything else is taken for a plain copy of a root file system.
 */
export function hostFile(file: EvidenceFile): HostFile {
  const hostPath = hostPathOf(file.path);
  return {
    ...file,
    hostPath,
    name: (hostPath ?? file.path).replace(SUFFIX, ''),
    content: () => file.content(),
  };
}

/** The triage copies schedules and units with their whole paths. */
const LIVE_COPY = /^live\/(?:cron|units)(\/.*)$/;

function hostPathOf(path: string): string | undefined {
  if (path.startsWith('fs/')) return path.slice(2);
  const copied = LIVE_COPY.exec(path)?.[1];
  if (copied !== undefined) return copied;
  return OWN_FOLDERS.test(path) ? undefined : `/${path}`;
}

/** What AWS itself writes to S3, wherever it was copied to. */
const AWS_LOG =
  /(?:^|\/)\d{12}_(?:vpcflowlogs|elasticloadbalancing|vpcdnsquerylogs|CloudTrail|GuardDuty)_[^/]+\.gz$/;

/** Log files are rotated and compressed; other archives are read as they are. */
export function isCompressedLog(file: HostFile): boolean {
  const isHostLog = file.hostPath?.startsWith('/var/log/') === true && SUFFIX.test(file.path);
  return isHostLog || AWS_LOG.test(file.path);
}
