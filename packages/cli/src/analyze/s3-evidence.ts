import { type EvidenceReader, type ListedObject, objectReader, tarReader } from '@cordon/analysis';
import type { ReadableObject, S3Reading } from '@cordon/core/aws';
import { CliError } from '../cli-error.js';
import type { Io } from '../io.js';
import { counting, type LocalEvidence, metered, type Walk } from './evidence.js';

interface Place {
  readonly url: string;
  readonly bucket: string;
  /** A key, or what keys begin with. */
  readonly key: string;
}

/** The names that S3 gives to buckets of our days. */
const S3_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;

export function isS3Url(named: string): boolean {
  return named.startsWith('s3:');
}

function placeOf(named: string): Place {
  const [, bucket, key = ''] = S3_URL.exec(named) ?? [];
  if (bucket !== undefined) return { url: named, bucket, key };
  throw new CliError('NO_EVIDENCE', {
    message: `${named} is no place in S3`,
    advice: 'Name it as s3://bucket/key or s3://bucket/prefix/.',
  });
}

const ADVICE: Readonly<Record<string, string>> = {
  CREDENTIALS_LOST:
    'Give credentials as for any AWS tool, or log in again: AWS_PROFILE, AWS_ACCESS_KEY_ID, or a role of the machine.',
  AccessDenied: 'The credentials need s3:GetObject and s3:ListBucket there, and kms:Decrypt for its key.',
  NoSuchBucket: 'Look at the name of the bucket.',
};

function unreadable({ url }: Place, error: unknown): CliError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  return new CliError('NO_EVIDENCE', {
    message: `${url} cannot be read: ${code} ${message}`,
    advice: ADVICE[code] ?? 'Look at the name of the bucket, the credentials, and the network.',
  });
}

/** Its bucket, as whoever's the SDK's default credentials are. */
async function readingOf({ bucket }: Place, env: Io['env']): Promise<S3Reading> {
  const { s3Reading } = await import('@cordon/core/aws');
  const region = env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'];
  return s3Reading({ bucket, ...(region === undefined ? {} : { region }) });
}

/** A collection that was kept as one object. */
function ofObject(place: Place, object: ReadableObject, reading: S3Reading): LocalEvidence {
  const walk: Walk = { files: 0, bytesRead: 0, totalBytes: object.sizeBytes };
  const { bytes, sha256 } = metered(reading.read(object.key), walk);
  const reader = counting(tarReader(bytes), walk);
  return { ...about(place), kind: 'tar', walk, reader, sha256, changedAt: object.modifiedAt ?? new Date() };
}

/** Objects below a prefix. */
async function ofPrefix(place: Place, reading: S3Reading): Promise<LocalEvidence> {
  const objects = reading.list(place.key)[Symbol.asyncIterator]();
  const first = await objects.next();
  if (first.done === true)
    throw new CliError('NO_EVIDENCE', {
      message: `there is no object ${place.url}, and none whose key begins so`,
      advice: 'Look at the key: capital letters count.',
    });
  const walk: Walk = { files: 0, bytesRead: 0, totalBytes: undefined };
  const source = { list: () => resumed(first.value, objects), read: (key: string) => reading.read(key) };
  const reader: EvidenceReader = counting(objectReader(source, place.key), walk);
  return { ...about(place), kind: 'prefix', walk, reader, sha256: () => undefined, changedAt: new Date() };
}

async function* resumed(
  first: ListedObject,
  more: AsyncIterator<ListedObject>,
): AsyncGenerator<ListedObject> {
  yield first;
  for (let next = await more.next(); next.done !== true; next = await more.next()) yield next.value;
}

function about({ url }: Place): Pick<LocalEvidence, 'name' | 'path'> {
  return { name: url, path: undefined };
}

/**
 * Opens an object, as a tar, or all objects below a prefix, for one walk.
 *
 * @throws CliError `NO_EVIDENCE` when there is none, or it may not be read
 */
export async function openS3Evidence(named: string, env: Io['env']): Promise<LocalEvidence> {
  const place = placeOf(named);
  try {
    const reading = await readingOf(place, env);
    const object = /^$|\/$/.test(place.key) ? undefined : await reading.find(place.key);
    return object === undefined ? await ofPrefix(place, reading) : ofObject(place, object, reading);
  } catch (error) {
    throw error instanceof CliError ? error : unreadable(place, error);
  }
}
