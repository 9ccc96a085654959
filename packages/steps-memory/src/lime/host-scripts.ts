import type { HostScript, SuspectContext } from '@cordon/core';
import { stagedUpload } from '@cordon/core/aws';
import deviceOf from '../host/device-of.sh';
import mountScript from '../volume/mount.sh';
import unmountScript from '../volume/unmount.sh';
import avmlScript from './avml.sh';
import dumpScript from './dump.sh';
import fetchScript from './fetch.sh';
import iomem from './iomem.sh';
import kcoreScript from './kcore.sh';
import { isUpload, type LimeDumpOptions, type UploadOptions } from './options.js';
import probeScript from './probe.sh';
import removeScript from './remove.sh';
import type { Method } from './ticket.js';
import walk from './walk.sh';

export const PROBE: HostScript = { name: 'lime-probe', text: [iomem, probeScript].join('\n') };
export const REMOVE: HostScript = { name: 'lime-remove', text: removeScript };
export const MOUNT: HostScript = { name: 'memory-mount', text: [deviceOf, mountScript].join('\n') };
export const UNMOUNT: HostScript = { name: 'memory-unmount', text: unmountScript };

/** What brings a method's tool onto the host: a command of its own for each. */
export function fetchScriptOf(method: Method): HostScript {
  return { name: `${method}-fetch`, text: fetchScript };
}

const taking = (script: string) => [iomem, walk, script].join('\n');

/** What takes the memory, by method. */
export const DUMPS: Readonly<Record<Method, HostScript>> = {
  lime: { name: 'lime-dump', text: taking(dumpScript) },
  avml: { name: 'avml-dump', text: taking(avmlScript) },
  kcore: { name: 'lime-kcore', text: taking(kcoreScript) },
};

/** Folder of the host in which the dump's own folder lies; on a volume that is where the volume is mounted. */
export function folderOf(options: LimeDumpOptions): string {
  return isUpload(options) ? (options.directory ?? '/var/tmp') : '/run';
}

export function stagingKey(ctx: SuspectContext): string {
  return `${ctx.incident.id}/memory/mem.lime`;
}

export function limeUpload(ctx: SuspectContext, { stagingBucket }: UploadOptions) {
  return stagedUpload(ctx.securityAccount, { bucket: stagingBucket, key: stagingKey(ctx) });
}

export function sendProbe(ctx: SuspectContext, options: LimeDumpOptions): Promise<string> {
  const parameters = { directory: folderOf(options) };
  return ctx.suspect.send(PROBE, { parameters, timeout: { minutes: 5 } });
}

/** Takes the dump off the host, and the module out of its kernel. */
export function sendRemove(ctx: SuspectContext, options: UploadOptions): Promise<string> {
  const parameters = { directory: folderOf(options) };
  return ctx.suspect.send(REMOVE, { parameters, timeout: { minutes: 5 } });
}
