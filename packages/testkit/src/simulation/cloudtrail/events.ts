import type { Event } from '@aws-sdk/client-cloudtrail';
import type { SimulatedRegion } from '../account.js';
import type { LoggedCall } from '../call-log.js';
import { Random } from '../random.js';
import { slice } from '../slice.js';
import type { SimulatedWorld } from '../world.js';

/** An event as the simulation keeps it: what a call left, or what a scenario planted. */
export interface TrailEvent {
  readonly at: Date;
  /** `ec2` */
  readonly service: string;
  /** `RunInstances` */
  readonly name: string;
  readonly readOnly: boolean;
  /** ARN of the principal. */
  readonly principal: string;
  /** `AROA...:session` */
  readonly principalId?: string;
  readonly accessKeyId: string;
  readonly sourceAddress: string;
  readonly userAgent?: string;
  readonly resources?: readonly string[];
  readonly requestParameters?: object;
  readonly responseElements?: object;
  readonly errorCode?: string;
  readonly sourceIdentity?: string;
  readonly requestId?: string;
}

const plantedOf = slice((_region: SimulatedRegion): TrailEvent[] => []);
const addressesOf = slice((_world: SimulatedWorld) => new Map<string, string>());

/** Puts an event into the region's trail: what the intruder did before the test begins. */
export function addTrailEvent(region: SimulatedRegion, event: TrailEvent): void {
  plantedOf(region).push(event);
}

/** Says from which address calls with this key come; the runner's own address unless told. */
export function callsComeFrom(world: SimulatedWorld, accessKeyId: string, address: string): void {
  addressesOf(world).set(accessKeyId, address);
}

const RUNNER_ADDRESS = '192.0.2.10';
/** IAM's events are in one region alone. */
const GLOBAL: Readonly<Record<string, string>> = { iam: 'us-east-1' };
/** Data events are not in the event history. */
const DATA_SERVICES = new Set(['s3']);

function fromCall(world: SimulatedWorld, call: LoggedCall): TrailEvent {
  const [service = '', name = ''] = call.operation.split(':');
  return {
    at: call.at,
    service,
    name,
    readOnly: !call.mutating,
    principal: call.principal,
    accessKeyId: call.accessKeyId,
    sourceAddress: addressesOf(world).get(call.accessKeyId) ?? RUNNER_ADDRESS,
    userAgent: 'aws-sdk-js/3',
    resources: call.resources,
    requestParameters: call.input,
    requestId: call.requestId,
    ...(call.outcome === 'ok'
      ? {}
      : { errorCode: service === 'ec2' ? `Client.${call.outcome}` : call.outcome }),
    ...(call.sourceIdentity === undefined ? {} : { sourceIdentity: call.sourceIdentity }),
  };
}

/** An assumed role is also seen in the account whose role it is. */
function concerns(region: SimulatedRegion, call: LoggedCall): boolean {
  const [service = ''] = call.operation.split(':');
  if (DATA_SERVICES.has(service)) return false;
  if ((GLOBAL[service] ?? call.region) !== region.name) return false;
  if (call.account === region.account.id) return true;
  return (
    call.operation === 'sts:AssumeRole' &&
    call.resources.some((arn) => arn.split(':')[4] === region.account.id)
  );
}

const LEAST_LAG_S = 300;
const MOST_LAG_S = 900;

/** CloudTrail shows an event only 5 to 15 minutes later, each in its own time. */
function shownAt(region: SimulatedRegion, event: TrailEvent): Date {
  const lag = new Random(`${region.world.random.seed}/trail-${event.at.getTime()}-${event.name}`);
  return new Date(event.at.getTime() + 1_000 * lag.integer(LEAST_LAG_S, MOST_LAG_S));
}

/** What the event history of the region shows now, newest first. */
export function visibleEvents(region: SimulatedRegion): readonly TrailEvent[] {
  const calls = region.world.calls.all().filter((call) => concerns(region, call));
  const now = region.world.now();
  return [...plantedOf(region), ...calls.map((call) => fromCall(region.world, call))]
    .filter((event) => shownAt(region, event) <= now)
    .sort((a, b) => b.at.getTime() - a.at.getTime());
}

function userIdentity(region: SimulatedRegion, event: TrailEvent) {
  const [, , , , accountId = '', resource = ''] = event.principal.split(':');
  const [kind, name = ''] = resource.split('/');
  const common = { arn: event.principal, accountId, accessKeyId: event.accessKeyId };
  const principalId = event.principalId ?? region.world.principalOf(event.accessKeyId)?.userId;
  if (kind !== 'assumed-role') return { type: 'IAMUser', principalId, userName: name, ...common };
  const issuer = { type: 'Role', arn: `arn:aws:iam::${accountId}:role/${name}`, accountId, userName: name };
  const source = event.sourceIdentity === undefined ? {} : { sourceIdentity: event.sourceIdentity };
  return {
    type: 'AssumedRole',
    principalId,
    ...common,
    sessionContext: { sessionIssuer: issuer, ...source },
  };
}

function eventId(event: TrailEvent): string {
  const digits = new Random(`${event.requestId}-${event.at.getTime()}-${event.name}`).hex(32);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The event as `LookupEvents` answers it, the whole record in JSON inside. */
export function describeEvent(region: SimulatedRegion, event: TrailEvent): Event {
  const EventId = eventId(event);
  const eventSource = `${event.service}.amazonaws.com`;
  const record = {
    eventVersion: '1.11',
    userIdentity: userIdentity(region, event),
    eventTime: event.at.toISOString().replace(/\.\d+Z$/, 'Z'),
    eventSource,
    eventName: event.name,
    awsRegion: region.name,
    sourceIPAddress: event.sourceAddress,
    userAgent: event.userAgent ?? 'aws-cli/2',
    requestParameters: event.requestParameters ?? null,
    responseElements: event.responseElements ?? null,
    ...(event.errorCode === undefined ? {} : { errorCode: event.errorCode }),
    requestID: event.requestId ?? EventId,
    eventID: EventId,
    readOnly: event.readOnly,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: region.account.id,
    eventCategory: 'Management',
  };
  return {
    EventId,
    EventName: event.name,
    EventTime: event.at,
    EventSource: eventSource,
    ReadOnly: String(event.readOnly),
    AccessKeyId: event.accessKeyId,
    Username: event.principal.split('/').at(-1),
    Resources: (event.resources ?? []).map((ResourceName) => ({ ResourceName })),
    CloudTrailEvent: JSON.stringify(record),
  };
}
