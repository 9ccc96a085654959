import { type Artifact, type BaseContext, definePolledStep, type HostScript } from '@cordon/core';
import { hostAnswer, STAGED_UPLOAD_ACTIONS, stagedUpload } from '@cordon/core/aws';
import { collections, forensicInstance } from '@cordon/core/steps';
import * as v from 'valibot';
import type { Archive, ForensicHost } from './archives.js';
import { diskArchives } from './collect-files.js';
import uploadScript from './upload-archives.sh';

const UPLOAD: HostScript = { name: 'upload-archives', text: uploadScript };

export interface PreserveOptions {
  /** Bucket of the security account, without default retention, that expires what lies in it. */
  readonly stagingBucket: string;
}

function stagingKey(ctx: BaseContext, { volumeId }: Archive): string {
  return `${ctx.incident.id}/disk/${volumeId}.tar.gz`;
}

function upload(ctx: BaseContext, archive: Archive, { stagingBucket }: PreserveOptions) {
  return stagedUpload(ctx.securityAccount, { bucket: stagingBucket, key: stagingKey(ctx, archive) });
}

async function sheets(ctx: BaseContext, archives: readonly Archive[], options: PreserveOptions) {
  const urls = await Promise.all(archives.map((archive) => upload(ctx, archive, options).wholeSheet()));
  return Object.fromEntries(urls.map((url, index) => [`sheet${index}`, url]));
}

function adopt(
  ctx: BaseContext,
  archive: Archive,
  { stagingBucket, image }: PreserveOptions & { readonly image: string },
): Promise<Artifact> {
  const { volumeId, sizeBytes, sha256 } = archive;
  return ctx.evidence.adopt({
    path: `disk/${volumeId}.tar.gz`,
    source: { bucket: stagingBucket, key: stagingKey(ctx, archive) },
    expected: { sizeBytes, sha256 },
    mediaType: 'application/gzip',
    acquiredBy: 'forensic-host',
    origin: volumeId,
    image,
  });
}

/** Under the ids of the suspect's own volumes. */
async function adoptAll(
  ctx: BaseContext,
  archives: readonly Archive[],
  { host, ...options }: PreserveOptions & { readonly host: ForensicHost },
) {
  const preserved = [];
  for (const archive of archives) {
    const artifact = await adopt(ctx, archive, { ...options, image: host.imageId });
    const source = host.volumes.find(({ volumeId }) => volumeId === archive.volumeId);
    preserved.push({ volumeId: source?.sourceVolumeId ?? archive.volumeId, artifact });
  }
  return preserved;
}

const ACTIONS = [
  'ssm:SendCommand',
  'ssm:ListCommands',
  'ssm:GetCommandInvocation',
  'ssm:DescribeInstanceInformation',
  ...STAGED_UPLOAD_ACTIONS,
];

/**
 * Brings the archives from the forensic instance into the evidence store: through presigned requests to the staging
 * bucket, compared with the digest taken where they were made, then into the store.
 */
export function preserveFiles(options: PreserveOptions) {
  return definePolledStep({
    id: 'disk.preserve',
    title: 'Brings the archives into the evidence store',
    phase: 'examine',
    needs: [diskArchives, forensicInstance],
    provides: [collections],
    timeout: { hours: 4 },
    callTimeout: { minutes: 10 },
    actions: { security: ACTIONS },
    ticket: v.object({ commandId: v.string() }),
    async start(ctx, { diskArchives: { instanceId, key, archives } }) {
      const volumes = archives.map(({ volumeId }) => volumeId).join(' ');
      const parameters = { key, volumes, ...(await sheets(ctx, archives, options)) };
      const commandId = await ctx
        .forensicHost(instanceId)
        .send(UPLOAD, { parameters, timeout: { hours: 2 } });
      return ctx.waiting({ commandId }, { seconds: 20 });
    },
    async recover(ctx, { diskArchives: { instanceId } }) {
      const commandId = await ctx.forensicHost(instanceId).sent();
      return commandId === null ? null : ctx.waiting({ commandId }, { seconds: 5 });
    },
    async poll(ctx, { commandId }, { diskArchives: { instanceId, archives }, forensicInstance: host }) {
      const result = await ctx.forensicHost(instanceId).result(commandId);
      if (result.status === 'running') return ctx.waiting({ commandId }, { seconds: 20 });
      hostAnswer(result, v.object({ uploaded: v.string() }));
      return ctx.done({ collections: await adoptAll(ctx, archives, { ...options, host }) });
    },
    async cancel(ctx, { commandId }, { diskArchives: { instanceId } }) {
      await ctx.forensicHost(instanceId).cancel(commandId);
    },
  });
}
