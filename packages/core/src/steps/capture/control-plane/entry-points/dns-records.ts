import type { HostedZone, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { route53 } from '../../../../aws/operations.js';
import type { SuspectContext } from '../../../../engine/context.js';
import { namesOf, type SuspectNames } from './names.js';
import { type EntryPoint, entryPointSource } from './source.js';

/** Route 53 answers five calls a second in an account: a zone of a million names is not worth an hour of them. */
const MOST_PAGES = 200;

async function* zones(ctx: SuspectContext): AsyncIterable<HostedZone> {
  let marker: string | undefined;
  do {
    const page = await ctx.suspectAccount.call(
      route53.ListHostedZones,
      marker === undefined ? {} : { Marker: marker },
    );
    yield* page.HostedZones ?? [];
    marker = page.IsTruncated === true ? page.NextMarker : undefined;
  } while (marker !== undefined);
}

async function* recordPages(
  ctx: SuspectContext,
  zoneId: string,
): AsyncIterable<readonly ResourceRecordSet[]> {
  let next: object | undefined = {};
  while (next !== undefined) {
    const page: Awaited<ReturnType<typeof read>> = await read(next);
    yield page.ResourceRecordSets ?? [];
    const { NextRecordName, NextRecordType, NextRecordIdentifier } = page;
    next =
      page.IsTruncated === true
        ? {
            StartRecordName: NextRecordName,
            StartRecordType: NextRecordType,
            ...(NextRecordIdentifier === undefined ? {} : { StartRecordIdentifier: NextRecordIdentifier }),
          }
        : undefined;
  }
  function read(start: object) {
    return ctx.suspectAccount.call(route53.ListResourceRecordSets, { HostedZoneId: zoneId, ...start });
  }
}

function pointsAt({ Type, ResourceRecords = [] }: ResourceRecordSet, names: SuspectNames) {
  const values = ResourceRecords.flatMap(({ Value: value }) => value ?? []);
  if (Type === 'A' || Type === 'AAAA') return values.find((value) => names.addresses.has(value));
  if (Type !== 'CNAME') return undefined;
  return values.find((value) => names.hostNames.some((start) => value.toLowerCase().startsWith(start)));
}

/** Route 53's own escapes stay: a name is data, for people to read. */
const withoutDot = (name: string) => name.replace(/\.$/, '');

async function find(ctx: SuspectContext, names: SuspectNames): Promise<readonly EntryPoint[]> {
  const found: EntryPoint[] = [];
  let pages = 0;
  for await (const { Id: zone = '' } of zones(ctx))
    for await (const records of recordPages(ctx, zone)) {
      for (const record of records) {
        const target = pointsAt(record, names);
        if (target === undefined) continue;
        const name = `${withoutDot(record.Name ?? '')} ${record.Type ?? ''}`;
        found.push({ kind: 'dns-record', name, target, of: zone.replace('/hostedzone/', '') });
      }
      pages += 1;
      if (pages < MOST_PAGES) continue;
      ctx.gap('NOT_TAKEN', `dns-records.json: only the first ${MOST_PAGES} pages of records were read`);
      return found;
    }
  return found;
}

/** Names in the account's zones that lead to the suspect. Zones of other accounts are not seen. */
export const DNS_RECORDS = entryPointSource({
  file: 'dns-records.json',
  actions: ['route53:ListHostedZones', 'route53:ListResourceRecordSets'],
  find: async (ctx, facts) => find(ctx, await namesOf(ctx, facts)),
});
