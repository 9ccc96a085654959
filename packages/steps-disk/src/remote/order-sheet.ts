import { createHash } from 'node:crypto';
import { type Artifact, type BaseContext, StepFailure } from '@cordon/core';
import { type PlaceInS3, placeInS3, s3 } from '@cordon/core/aws';
import type { Subject } from './subject.js';

/**
 * The last piece of evidence is begun when all others have been fetched. Signature version 4 holds no longer than the
 * session that signed, and that may be an hour: more would not be kept.
 */
const URL_SECONDS = 60 * 60;

type At = Pick<PlaceInS3, 'Bucket' | 'Key'>;

/** What lies beside the results on their way: the sweep knows it by its ending. */
type Passing = '' | '.order' | '.order.sheet' | '.progress';

/** Where results, and what passes beside them, lie in the staging bucket. */
export function staged(ctx: BaseContext, { path, remote }: Subject, ending: Passing): At {
  return { Bucket: remote.stagingBucket, Key: `${ctx.incident.id}/${path}${ending}` };
}

const get = (ctx: BaseContext, at: PlaceInS3) =>
  ctx.securityAccount.presign(s3.GetObject, at, { expiresInSeconds: URL_SECONDS });

async function put(ctx: BaseContext, at: At, body: string): Promise<string> {
  await ctx.securityAccount.call(s3.PutObject, { ...at, Body: body, ContentType: 'text/plain' });
  return get(ctx, at);
}

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

/** @throws StepFailure `EVIDENCE_NOT_IN_S3` where no host can read it */
function inS3(artifact: Artifact): PlaceInS3 {
  const place = placeInS3(artifact);
  if (place === undefined)
    throw StepFailure.permanent(
      'EVIDENCE_NOT_IN_S3',
      `${artifact.path} lies in no store that a host can read`,
    );
  return place;
}

async function lineOf(ctx: BaseContext, kind: string, artifact: Artifact): Promise<string> {
  return `${kind} ${artifact.sizeBytes} ${artifact.sha256} ${await get(ctx, inS3(artifact))}`;
}

/** What the program is told. It holds no URL, and stands in no command. */
async function orderLine(ctx: BaseContext, subject: Subject, order: string): Promise<string> {
  const url = await put(ctx, staged(ctx, subject, '.order'), order);
  return `order ${Buffer.byteLength(order)} ${sha256Of(order)} ${url}`;
}

async function nodeLines(ctx: BaseContext, { remote: { node } }: Subject): Promise<readonly string[]> {
  if (node === undefined) return [];
  const url = await get(ctx, { Bucket: node.bucket, Key: node.key });
  return [`node ${node.sizeBytes} ${node.sha256} ${url}`];
}

/** The URL of all that `analyse.sh` needs: what a command says stays in Systems Manager's history, what lies there not. */
export async function orderSheet(
  ctx: BaseContext,
  subject: Subject,
  { program, order }: { readonly program: Artifact; readonly order: string },
): Promise<string> {
  const progress = await ctx.securityAccount.presign(s3.PutObject, staged(ctx, subject, '.progress'), {
    expiresInSeconds: URL_SECONDS,
  });
  const lines = [
    await lineOf(ctx, 'program', program),
    await orderLine(ctx, subject, order),
    ...(await nodeLines(ctx, subject)),
    ...(await Promise.all(subject.evidence.map((artifact) => lineOf(ctx, 'evidence', artifact)))),
    `progress 0 - ${progress}`,
  ];
  return put(ctx, staged(ctx, subject, '.order.sheet'), lines.map((line) => `${line}\n`).join(''));
}
