import * as sdk from '@aws-sdk/client-cloudtrail';
import type { SimulatedRegion } from '../account.js';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedService } from '../service.js';
import { jsonErrors } from '../service-errors.js';
import { slice } from '../slice.js';
import { describeEvent, visibleEvents } from './events.js';

/** Two lookups a second for each account and region: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const MOST_PER_SECOND = 2;
const MOST_RESULTS = 50;
const KEPT_MS = 90 * 86_400_000;

const lookupsOf = slice((_region: SimulatedRegion): number[] => []);

function checkRate(region: SimulatedRegion): void {
  const nowMs = region.world.now().getTime();
  const lookups = lookupsOf(region);
  const recent = lookups.filter((ms) => nowMs - ms < 1_000);
  lookups.splice(0, lookups.length, ...recent);
  if (recent.length >= MOST_PER_SECOND) throw awsError('ThrottlingException', 'Rate exceeded');
  lookups.push(nowMs);
}

function attributeOf(event: sdk.Event, key: string | undefined): readonly (string | undefined)[] {
  if (key === 'ResourceName') return (event.Resources ?? []).map((one) => one.ResourceName);
  if (key === 'ResourceType') return (event.Resources ?? []).map((one) => one.ResourceType);
  const plain: Readonly<Record<string, string | undefined>> = {
    EventId: event.EventId,
    EventName: event.EventName,
    EventSource: event.EventSource,
    ReadOnly: event.ReadOnly,
    AccessKeyId: event.AccessKeyId,
    Username: event.Username,
  };
  if (key !== undefined && key in plain) return [plain[key]];
  throw awsError('InvalidLookupAttributesException', `The lookup attribute ${key} is not valid.`);
}

function offset(token: string | undefined): number {
  if (token === undefined) return 0;
  const number = Number(Buffer.from(token, 'base64url').toString());
  if (Number.isInteger(number) && number > 0) return number;
  throw awsError('InvalidNextTokenException', 'The token is not valid.');
}

const handlers: Handlers<typeof sdk, 'LookupEvents'> = {
  LookupEvents: ({ region, world, input }) => {
    checkRate(region);
    const { LookupAttributes = [], StartTime, EndTime, MaxResults = MOST_RESULTS, NextToken } = input;
    if (LookupAttributes.length > 1) {
      throw awsError('InvalidLookupAttributesException', 'You can only provide one lookup attribute.');
    }
    if (MaxResults < 1 || MaxResults > MOST_RESULTS) {
      throw awsError('InvalidMaxResultsException', 'Value must be between 1 and 50.');
    }
    if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime) {
      throw awsError('InvalidTimeRangeException', 'The start time must be before the end time.');
    }
    const from = Math.max(StartTime?.getTime() ?? 0, world.now().getTime() - KEPT_MS);
    const to = EndTime?.getTime() ?? Number.POSITIVE_INFINITY;
    const [wanted] = LookupAttributes;
    const events = visibleEvents(region)
      .filter((event) => event.at.getTime() >= from && event.at.getTime() <= to)
      .map((event) => describeEvent(region, event))
      .filter(
        (event) =>
          wanted === undefined || attributeOf(event, wanted.AttributeKey).includes(wanted.AttributeValue),
      );
    const begin = offset(NextToken);
    const end = begin + Math.min(MaxResults, world.pageSize * 5);
    const next = end < events.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {};
    return { Events: events.slice(begin, end), ...next };
  },
};

export const cloudTrailService: SimulatedService = {
  id: 'cloudtrail',
  client: sdk.CloudTrailClient,
  sdk,
  errors: jsonErrors,
  handlers,
};
