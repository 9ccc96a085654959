import type { Artifact, BaseContext, HostScript } from '@cordon/core';
import { hostAnswer, placeInS3, s3, stagedUpload } from '@cordon/core/aws';
import type { MemoryImage } from '@cordon/core/steps';
import * as v from 'valibot';
import { symbolsFor } from '../catalogue/read-catalogue.js';
import putArchive from '../host/put-archive.sh';
import { PLUGINS, type VolatilityOptions } from './options.js';
import { RunAnswer, type Uploading } from './ticket.js';
import uploadScript from './upload.sh';
import volatilityScript from './volatility.sh';

const IMAGE_SECONDS = 15 * 60;
export const RUN: HostScript = { name: 'volatility', text: volatilityScript };
const UPLOAD: HostScript = { name: 'volatility-upload', text: [putArchive, uploadScript].join('\n') };

const stagingKey = (ctx: BaseContext) => `${ctx.incident.id}/memory/volatility.tar.gz`;

/** A kernel's name has had so many builds at most: a command has room for so many URLs. */
const MOST_TABLES = 8;

/** `SHA URL SHA URL ...` of the tables for the image's kernel: which of its builds it is, volatility finds out. */
async function tablesOf(ctx: BaseContext, kernel: string, { symbols = [] }: VolatilityOptions) {
  const tables = await symbolsFor(ctx, kernel, symbols);
  if (tables.length > MOST_TABLES)
    ctx.notice(
      'SYMBOLS_LEFT_OUT',
      `the catalogue has ${tables.length} tables for ${kernel}, of which the last ${MOST_TABLES} are tried`,
    );
  const words = tables.slice(-MOST_TABLES).map(async ({ bucket, key, sha256 }) => {
    const at = { Bucket: bucket, Key: key };
    return `${sha256} ${await ctx.securityAccount.presign(s3.GetObject, at, { expiresInSeconds: IMAGE_SECONDS })}`;
  });
  return (await Promise.all(words)).join(' ');
}

/** Has volatility run over the image; undefined where the image is in no store that a host can read. */
export async function send(
  ctx: BaseContext,
  instanceId: string,
  image: MemoryImage,
  options: VolatilityOptions,
) {
  const place = placeInS3(image.artifact);
  if (place === undefined) return undefined;
  const url = await ctx.securityAccount.presign(s3.GetObject, place, { expiresInSeconds: IMAGE_SECONDS });
  const parameters = {
    image: url,
    imagesize: image.artifact.sizeBytes,
    imagesha: image.artifact.sha256,
    symbols: options.symbolsDirectory ?? '/opt/volatility/symbols',
    tables: await tablesOf(ctx, image.kernel, options),
    plugins: (options.plugins ?? PLUGINS).join(' '),
  };
  return ctx.forensicHost(instanceId).send(RUN, { parameters, timeout: { hours: 5 } });
}

interface Given {
  readonly instanceId: string;
  readonly stagingBucket: string;
}

/** What it found goes up; undefined where there is no volatility. */
export async function afterRun(ctx: BaseContext, commandId: string, given: Given) {
  const host = ctx.forensicHost(given.instanceId);
  const result = await host.result(commandId);
  if (result.status === 'running') return { stage: 'running', commandId } as const;
  const answer = hostAnswer(result, RunAnswer);
  if (answer.available === '0') return undefined;
  const { available: _, ...archive } = answer;
  const uploadId = await ctx.makeOnce('upload command', {
    find: () => host.sent(UPLOAD.name),
    make: async () => {
      const at = { bucket: given.stagingBucket, key: stagingKey(ctx) };
      const sheet = await stagedUpload(ctx.securityAccount, at).wholeSheet();
      return host.send(UPLOAD, { parameters: { sheet }, timeout: { minutes: 30 } });
    },
  });
  if (uploadId === undefined) return { stage: 'running', commandId } as const;
  return { stage: 'uploading', commandId: uploadId, ...archive } as const;
}

export function adopt(
  ctx: BaseContext,
  ticket: Uploading,
  { stagingBucket, image }: { readonly stagingBucket: string; readonly image: string },
): Promise<Artifact> {
  return ctx.evidence.adopt({
    path: 'memory/volatility.tar.gz',
    source: { bucket: stagingBucket, key: stagingKey(ctx) },
    expected: { sizeBytes: Number(ticket.size), sha256: ticket.sha256 },
    mediaType: 'application/gzip',
    acquiredBy: 'forensic-host',
    origin: 'memory/mem.lime',
    image,
  });
}

/** Whether the archive lies in the staging bucket. */
export async function isUploaded(ctx: BaseContext, ticket: Uploading, instanceId: string): Promise<boolean> {
  const result = await ctx.forensicHost(instanceId).result(ticket.commandId);
  if (result.status === 'running') return false;
  hostAnswer(result, v.object({ uploaded: v.literal('1') }));
  return true;
}
