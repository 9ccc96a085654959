import type { Event } from '@aws-sdk/client-cloudtrail';
import { cloudtrail } from '../../../../aws/operations.js';
import type { SuspectContext } from '../../../../engine/context.js';
import { type Duration, milliseconds } from '../../../../engine/duration.js';
import { jsonLines } from '../json-lines.js';
import type { Piece } from '../source.js';
import { boundsOf } from '../window.js';

/** CloudTrail answers two look-ups a second for each account and region, and keeps ninety days. */
const PAUSE: Duration = { seconds: 0.6 };
const LOOK_BACK: Duration = { days: 90 };
/** Fifty a page: some five minutes of asking. */
const MOST_EVENTS = 25_000;

export interface Question {
  readonly key: 'Username' | 'ResourceName' | 'AccessKeyId';
  readonly value: string;
  readonly region: string;
}

/** Asks one look-up after the other, never two in half a second. */
export interface Trail {
  pages(question: Question): AsyncIterable<readonly Event[]>;
}

export function trailOf(ctx: SuspectContext): Trail {
  let asked = false;
  const from = new Date(ctx.now().getTime() - milliseconds(LOOK_BACK));
  async function ask({ key, value, region }: Question, next: string | undefined) {
    if (asked) await ctx.sleep(PAUSE);
    asked = true;
    return ctx.suspectAccount.call(
      cloudtrail.LookupEvents,
      {
        LookupAttributes: [{ AttributeKey: key, AttributeValue: value }],
        StartTime: from,
        ...(next === undefined ? {} : { NextToken: next }),
      },
      { region },
    );
  }
  return {
    async *pages(question) {
      let next: string | undefined;
      do {
        const page = await ask(question, next);
        yield page.Events ?? [];
        next = page.NextToken || undefined;
      } while (next !== undefined);
    },
  };
}

export interface Kept {
  readonly file: string;
  each?(event: Event, line: number): void;
  cut?(because: string): void;
}

/** The answers to one question as an artifact, the newest first. */
export async function trailPiece(
  ctx: SuspectContext,
  pages: AsyncIterable<readonly Event[]>,
  kept: Kept,
): Promise<Piece> {
  const { file, ...told } = kept;
  const body = await jsonLines(ctx, { name: file, pages, bounds: boundsOf(ctx, MOST_EVENTS), ...told });
  return { file, mediaType: 'application/x-ndjson', body };
}
