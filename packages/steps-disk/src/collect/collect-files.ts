import { type BaseContext, defineFact, definePolledStep, type HostScript, StepFailure } from '@cordon/core';
import { hostAnswer } from '@cordon/core/aws';
import { forensicInstance } from '@cordon/core/steps';
import * as v from 'valibot';
import { Archive, archivesOf, CollectAnswer, type ForensicHost } from './archives.js';
import collectScript from './collect-files.sh';

const COLLECT: HostScript = { name: 'collect-files', text: collectScript };

export interface CollectOptions {
  /** Larger files are left out, and counted. Default 256 MiB. */
  readonly maxFileBytes?: number;
  /** Of one volume, before compression. Default 4 GiB: what one presigned request may carry. */
  readonly maxTotalBytes?: number;
}

/** Archives that lie on the forensic instance, under this step's key. */
export const diskArchives = defineFact(
  'diskArchives',
  v.object({ instanceId: v.string(), key: v.string(), archives: v.array(Archive) }),
);

/** What is not in the archives is a gap in the examination. */
function tellMissing(ctx: BaseContext, archives: readonly Archive[]): void {
  for (const { volumeId, leftOut, unread } of archives) {
    if (leftOut > 0)
      ctx.gap('FILES_LEFT_OUT', `${leftOut} files of ${volumeId} did not fit, or lie where a link leads`);
    if (unread > 0) ctx.gap('FILES_UNREAD', `${unread} files of ${volumeId} could not be read`);
  }
}

function parametersOf(mounted: ForensicHost['volumes'], options: CollectOptions) {
  const list = mounted.map(
    ({ volumeId, mounts }) => `${volumeId}=${mounts.map(({ path }) => path).join(',')}`,
  );
  return {
    volumes: list.join(';'),
    maxfile: options.maxFileBytes ?? 256 * 2 ** 20,
    maxtotal: options.maxTotalBytes ?? 4 * 2 ** 30,
  };
}

const ACTIONS = [
  'ssm:SendCommand',
  'ssm:ListCommands',
  'ssm:GetCommandInvocation',
  'ssm:DescribeInstanceInformation',
];

/**
 * Packs what tells of an intrusion from the mounted volumes: configuration, logs, home folders, web roots, temporary
 * folders, and a line for every file there is. One archive per volume, on the forensic instance.
 */
export function collectFiles(options: CollectOptions = {}) {
  return definePolledStep({
    id: 'disk.collect',
    title: 'Packs the files that tell of an intrusion, and a list of all files',
    phase: 'examine',
    needs: [forensicInstance],
    provides: [diskArchives],
    timeout: { hours: 4 },
    actions: { security: ACTIONS },
    ticket: v.object({ commandId: v.string() }),
    async start(ctx, { forensicInstance: { instanceId, volumes } }) {
      const mounted = volumes.filter(({ mounts }) => mounts.length > 0);
      if (mounted.length === 0)
        throw StepFailure.permanent('NOTHING_MOUNTED', 'no file system of the evidence could be mounted');
      const parameters = parametersOf(mounted, options);
      const commandId = await ctx
        .forensicHost(instanceId)
        .send(COLLECT, { parameters, timeout: { hours: 4 } });
      return ctx.waiting({ commandId }, { seconds: 30 });
    },
    async recover(ctx, { forensicInstance: { instanceId } }) {
      const commandId = await ctx.forensicHost(instanceId).sent();
      return commandId === null ? null : ctx.waiting({ commandId }, { seconds: 5 });
    },
    async poll(ctx, { commandId }, { forensicInstance: { instanceId, volumes } }) {
      const result = await ctx.forensicHost(instanceId).result(commandId);
      if (result.status === 'running') return ctx.waiting({ commandId }, { seconds: 30 });
      const mounted = volumes.filter(({ mounts }) => mounts.length > 0).map(({ volumeId }) => volumeId);
      const archives = archivesOf(hostAnswer(result, CollectAnswer), mounted);
      tellMissing(ctx, archives);
      return ctx.done({ diskArchives: { instanceId, key: ctx.key, archives } });
    },
    async cancel(ctx, { commandId }, { forensicInstance: { instanceId } }) {
      await ctx.forensicHost(instanceId).cancel(commandId);
    },
  });
}
