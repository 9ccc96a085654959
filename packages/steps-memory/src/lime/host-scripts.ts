import type { HostScript, SuspectContext } from '@cordon/core';
import { stagedUpload } from '@cordon/core/aws';
import dumpScript from './dump.sh';
import iomem from './iomem.sh';
import kcoreScript from './kcore.sh';
import type { LimeDumpOptions } from './options.js';
import probeScript from './probe.sh';
import removeScript from './remove.sh';
import uploadScript from './upload.sh';
import walk from './walk.sh';

export const PROBE: HostScript = { name: 'lime-probe', text: [iomem, probeScript].join('\n') };
export const DUMP: HostScript = { name: 'lime-dump', text: [iomem, walk, dumpScript].join('\n') };
export const KCORE: HostScript = { name: 'lime-kcore', text: [iomem, walk, kcoreScript].join('\n') };
export const REMOVE: HostScript = { name: 'lime-remove', text: removeScript };

/** Each sheet of part URLs is a command of its own. */
export function uploadScriptOf(round: number): HostScript {
  return { name: `lime-upload-${round}`, text: uploadScript };
}

export function directoryOf({ directory = '/var/tmp' }: LimeDumpOptions): string {
  return directory;
}

export function stagingKey(ctx: SuspectContext): string {
  return `${ctx.incident.id}/memory/mem.lime`;
}

export function limeUpload(ctx: SuspectContext, { stagingBucket }: LimeDumpOptions) {
  return stagedUpload(ctx.securityAccount, { bucket: stagingBucket, key: stagingKey(ctx) });
}

export function sendProbe(ctx: SuspectContext, options: LimeDumpOptions): Promise<string> {
  const parameters = { directory: directoryOf(options) };
  return ctx.suspect.send(PROBE, { parameters, timeout: { minutes: 5 } });
}

/** Takes the dump off the host, and the module out of its kernel. */
export function sendRemove(ctx: SuspectContext, options: LimeDumpOptions): Promise<string> {
  const parameters = { directory: directoryOf(options) };
  return ctx.suspect.send(REMOVE, { parameters, timeout: { minutes: 5 } });
}
