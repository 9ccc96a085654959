import { s3 } from '../../../../aws/operations.js';
import type { SuspectContext } from '../../../../engine/context.js';
import { asFailure } from '../../../calls/failures.js';
import type { Piece } from '../source.js';
import type { Window } from '../window.js';

/** Where a service puts its log files. */
export interface LogPlace {
  /** What a gap calls it, and its folder under `control-plane/`. */
  readonly name: string;
  readonly bucket: string;
  /** Up to the folder of one day, which `day` names. */
  readonly day: (day: { readonly year: string; readonly month: string; readonly date: string }) => string;
  /** Part of the key of every file that is wanted. */
  readonly containing?: string;
}

interface LogObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly at: number;
}

export const LOG_OBJECT_ACTIONS: readonly string[] = ['s3:ListBucket', 's3:GetObject'];

const MOST_OBJECTS = 300;
const MOST_BYTES = 1024 ** 3;
const MOST_LISTED_PAGES = 20;
const DAY_MS = 86_400_000;
/** A file is named after the end of its minutes; it may begin up to an hour earlier. */
const LONGEST_FILE_MS = 3_600_000;

/** `_20261120T0335Z_`, in the names that flow, resolver and load-balancer logs have. */
function timeOf(key: string): number | undefined {
  const parts = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z[_.]/.exec(key);
  if (parts === null) return undefined;
  const [year, month, date, hour, minute] = parts.slice(1).map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, date, hour, minute);
}

function daysOf({ from, to }: Window): readonly Date[] {
  const days: Date[] = [];
  const first = Math.floor(from.getTime() / DAY_MS) * DAY_MS;
  for (let day = Math.floor(to.getTime() / DAY_MS) * DAY_MS; day >= first; day -= DAY_MS)
    days.push(new Date(day));
  return days;
}

/** All keys of one day. S3 goes on by a token of another name than the rest of AWS. */
async function listDay(
  ctx: SuspectContext,
  { bucket, day }: LogPlace,
  of: Date,
): Promise<readonly LogObject[]> {
  const [year = '', month = '', date = ''] = of.toISOString().slice(0, 10).split('-');
  const found: LogObject[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < MOST_LISTED_PAGES; pages += 1) {
    const page = await ctx.suspectAccount.call(s3.ListObjectsV2, {
      Bucket: bucket,
      Prefix: day({ year, month, date }),
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    for (const { Key: key = '', Size: sizeBytes = 0 } of page.Contents ?? []) {
      const at = timeOf(key);
      if (at !== undefined) found.push({ key, sizeBytes, at });
    }
    token = page.NextContinuationToken || undefined;
    if (token === undefined) break;
  }
  return found;
}

/** Those of the window, the newest first, and no more than can be copied. */
async function choose(ctx: SuspectContext, place: LogPlace, window: Window): Promise<readonly LogObject[]> {
  const all: LogObject[] = [];
  for (const day of daysOf(window)) all.push(...(await listDay(ctx, place, day)));
  const to = window.to.getTime() + LONGEST_FILE_MS;
  const wanted = all
    .filter(({ at, key }) => at >= window.from.getTime() && at <= to && key.includes(place.containing ?? ''))
    .sort((a, b) => b.at - a.at);
  let bytes = 0;
  const chosen = wanted.filter(({ sizeBytes }, index) => {
    bytes += sizeBytes;
    return index < MOST_OBJECTS && bytes <= MOST_BYTES;
  });
  if (chosen.length < wanted.length)
    ctx.gap('CUT', `${place.name}: the newest ${chosen.length} of ${wanted.length} files in ${place.bucket}`);
  return chosen;
}

/** The last part of a key, of characters that every store takes. */
function safeName(key: string): string {
  return (key.split('/').at(-1) ?? '').replace(/[^\w.-]/g, '_').slice(-180);
}

async function pieceOf(ctx: SuspectContext, place: LogPlace, { key }: LogObject): Promise<Piece> {
  const { Body } = await ctx.suspectAccount.call(s3.GetObject, { Bucket: place.bucket, Key: key });
  return {
    file: `${place.name}/${safeName(key)}`,
    mediaType: 'application/octet-stream',
    // In Node the SDK's bodies are readable streams; its type also allows the browser's.
    body: Body as AsyncIterable<Uint8Array>,
    origin: `s3://${place.bucket}/${key}`,
  };
}

/**
 * Copies the log files of the window, byte for byte, each an artifact. A bucket that may not be read is named in a gap.
 */
export async function* logObjects(
  ctx: SuspectContext,
  place: LogPlace,
  window: Window,
): AsyncIterable<Piece> {
  try {
    const chosen = await choose(ctx, place, window);
    if (chosen.length === 0)
      ctx.notice('NOT_TAKEN', `${place.name}: no files of these hours in ${place.bucket}`);
    for (const object of chosen) yield await pieceOf(ctx, place, object);
  } catch (error) {
    ctx.gap('NOT_TAKEN', `${place.name}: s3://${place.bucket}: ${asFailure(error).code}`);
  }
}
