import type { Event } from '@aws-sdk/client-cloudtrail';
import { cloudtrail } from '../../../aws/operations.js';
import type { SuspectContext } from '../../../engine/context.js';
import { type Duration, milliseconds } from '../../../engine/duration.js';
import { readableJson } from '../../calls/json-bytes.js';
import type { ControlPlaneSource } from './source.js';

/** CloudTrail answers two look-ups a second, fifty events each, ninety days back. */
const PAUSE: Duration = { seconds: 0.6 };
const LOOK_BACK: Duration = { days: 90 };
const MOST_PAGES = 40;

interface Question {
  readonly AttributeKey: 'Username' | 'ResourceName';
  readonly AttributeValue: string;
}

async function lookUp(ctx: SuspectContext, question: Question): Promise<string> {
  const start = new Date(ctx.now().getTime() - milliseconds(LOOK_BACK));
  const events: Event[] = [];
  let next: string | undefined;
  let pages = 0;
  do {
    if (pages > 0) await ctx.sleep(PAUSE);
    const page = await ctx.suspectAccount.call(cloudtrail.LookupEvents, {
      LookupAttributes: [question],
      StartTime: start,
      ...(next === undefined ? {} : { NextToken: next }),
    });
    events.push(...(page.Events ?? []));
    next = page.NextToken || undefined;
    pages += 1;
  } while (next !== undefined && pages < MOST_PAGES);
  const complete = next === undefined;
  if (!complete)
    ctx.notice('CLOUDTRAIL_CUT', `${question.AttributeValue}: more than the newest ${events.length} events`);
  return readableJson({ question, from: start.toISOString(), complete, events });
}

/** The first question of every responder: what did the stolen role do? Its session is named after the instance. */
const roleSession: ControlPlaneSource = {
  file: 'cloudtrail-role-session.json',
  mediaType: 'application/json',
  actions: ['cloudtrail:LookupEvents'],
  read: (ctx) => lookUp(ctx, { AttributeKey: 'Username', AttributeValue: ctx.incident.suspect.instanceId }),
};

const resource: ControlPlaneSource = {
  file: 'cloudtrail-instance.json',
  mediaType: 'application/json',
  actions: ['cloudtrail:LookupEvents'],
  read: (ctx) =>
    lookUp(ctx, { AttributeKey: 'ResourceName', AttributeValue: ctx.incident.suspect.instanceId }),
};

export const CLOUDTRAIL_SOURCES: readonly ControlPlaneSource[] = [roleSession, resource];
