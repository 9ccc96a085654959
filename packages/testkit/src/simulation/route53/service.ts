import * as sdk from '@aws-sdk/client-route-53';
import type { SimulatedAccount } from '../account.js';
import { awsError } from '../errors.js';
import type { Handlers, SimulatedService } from '../service.js';
import { queryErrors } from '../service-errors.js';
import { slice } from '../slice.js';

export interface DnsRecord {
  /** With or without the dot at its end. */
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'MX' | 'NS' | 'SOA';
  readonly values: readonly string[];
  readonly ttlSeconds?: number;
  /** Tells records of one name and type apart (weighted, failover). */
  readonly identifier?: string;
}

interface HostedZone {
  readonly id: string;
  readonly name: string;
  readonly kind: 'public' | 'private';
  readonly records: readonly DnsRecord[];
}

export interface HostedZoneOptions {
  readonly name: string;
  readonly records: readonly DnsRecord[];
  /** Default: public. */
  readonly kind?: HostedZone['kind'];
}

const zonesOf = slice((_account: SimulatedAccount) => new Map<string, HostedZone>());

const withDot = (name: string) => (name.endsWith('.') ? name : `${name}.`);
const reversed = (name: string) => name.split('.').reverse().join('.');

/** Route 53 orders records by the labels of their names, last label first. */
function order(one: DnsRecord, other: DnsRecord): number {
  const [left, right] = [one, other].map(
    ({ name, type, identifier = '' }) => `${reversed(withDot(name))} ${type} ${identifier}`,
  );
  return (left ?? '') < (right ?? '') ? -1 : 1;
}

/** Gives the account a hosted zone; the answer is its id. */
export function addHostedZone(account: SimulatedAccount, options: HostedZoneOptions): string {
  const { name, records, kind = 'public' } = options;
  const id = `Z${account.world.id('z').slice(2, 22).toUpperCase()}`;
  zonesOf(account).set(id, { id, name: withDot(name), kind, records: [...records].sort(order) });
  return id;
}

function describeRecord({
  name,
  type,
  values,
  ttlSeconds = 300,
  identifier,
}: DnsRecord): sdk.ResourceRecordSet {
  return {
    Name: withDot(name),
    Type: type,
    TTL: ttlSeconds,
    ResourceRecords: values.map((Value) => ({ Value })),
    ...(identifier === undefined ? {} : { SetIdentifier: identifier, Weight: 1 }),
  };
}

const handlers: Handlers<typeof sdk, 'ListHostedZones' | 'ListResourceRecordSets'> = {
  ListHostedZones: ({ account, world, input }) => {
    const zones = [...zonesOf(account).values()];
    const from = input.Marker === undefined ? 0 : zones.findIndex(({ id }) => id === input.Marker);
    if (from < 0) throw awsError('InvalidInput', `The marker ${input.Marker} is not valid.`);
    const to = from + Math.min(input.MaxItems ?? 100, world.pageSize);
    const next = zones[to];
    return {
      HostedZones: zones.slice(from, to).map(({ id, name, kind, records }) => ({
        Id: `/hostedzone/${id}`,
        Name: name,
        CallerReference: id,
        Config: { PrivateZone: kind === 'private' },
        ResourceRecordSetCount: records.length,
      })),
      Marker: input.Marker,
      IsTruncated: next !== undefined,
      MaxItems: input.MaxItems ?? 100,
      ...(next === undefined ? {} : { NextMarker: next.id }),
    };
  },

  ListResourceRecordSets: ({ account, world, input }) => {
    const id = (input.HostedZoneId ?? '').replace('/hostedzone/', '');
    const zone = zonesOf(account).get(id);
    if (zone === undefined)
      throw awsError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`, { status: 404 });
    const { StartRecordName: name, StartRecordType: type, StartRecordIdentifier: identifier } = input;
    const from = zone.records.findIndex(
      (record) =>
        name === undefined ||
        (withDot(record.name) === withDot(name) &&
          (type === undefined || record.type === type) &&
          (identifier === undefined || record.identifier === identifier)),
    );
    const to = from + Math.min(input.MaxItems ?? 300, world.pageSize);
    const next = from < 0 ? undefined : zone.records[to];
    return {
      ResourceRecordSets: from < 0 ? [] : zone.records.slice(from, to).map(describeRecord),
      IsTruncated: next !== undefined,
      MaxItems: input.MaxItems ?? 300,
      ...(next === undefined
        ? {}
        : {
            NextRecordName: withDot(next.name),
            NextRecordType: next.type,
            NextRecordIdentifier: next.identifier,
          }),
    };
  },
};

export const route53Service: SimulatedService = {
  id: 'route53',
  client: sdk.Route53Client,
  sdk,
  errors: queryErrors,
  handlers,
};
