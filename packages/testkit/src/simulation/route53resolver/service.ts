import * as sdk from '@aws-sdk/client-route53resolver';
import type { SimulatedRegion } from '../account.js';
import { awsError, NotSimulated } from '../errors.js';
import type { Handlers, SimulatedService } from '../service.js';
import { jsonErrors } from '../service-errors.js';
import { slice } from '../slice.js';

interface QueryLogConfig {
  readonly id: string;
  readonly name: string;
  readonly destinationArn: string;
  readonly vpcIds: readonly string[];
  readonly createdAt: Date;
}

const configsOf = slice((_region: SimulatedRegion) => new Map<string, QueryLogConfig>());

/** Has the DNS queries of VPCs logged to a log group, a bucket or a stream. */
export function addQueryLogConfig(
  region: SimulatedRegion,
  options: Pick<QueryLogConfig, 'name' | 'destinationArn' | 'vpcIds'>,
): string {
  const id = `rqlc-${region.world.id('r').slice(2, 18)}`;
  configsOf(region).set(id, { ...options, id, createdAt: region.world.now() });
  return id;
}

function associations(region: SimulatedRegion): readonly sdk.ResolverQueryLogConfigAssociation[] {
  return [...configsOf(region).values()].flatMap(({ id, vpcIds, createdAt }) =>
    vpcIds.map((ResourceId) => ({
      Id: `rqlca-${id.slice(5)}${ResourceId.slice(-4)}`,
      ResolverQueryLogConfigId: id,
      ResourceId,
      Status: 'ACTIVE' as const,
      Error: 'NONE' as const,
      CreationTime: createdAt.toISOString(),
    })),
  );
}

function keeps(one: sdk.ResolverQueryLogConfigAssociation, { Name, Values = [] }: sdk.Filter): boolean {
  if (Name === 'ResourceId') return Values.includes(one.ResourceId ?? '');
  if (Name === 'ResolverQueryLogConfigId') return Values.includes(one.ResolverQueryLogConfigId ?? '');
  throw new NotSimulated(`the filter ${Name} of ListResolverQueryLogConfigAssociations`);
}

const handlers: Handlers<typeof sdk, 'ListResolverQueryLogConfigAssociations' | 'GetResolverQueryLogConfig'> =
  {
    ListResolverQueryLogConfigAssociations: ({ region, world, input }) => {
      const { Filters = [], NextToken, MaxResults = 100 } = input;
      const all = associations(region);
      const found = all.filter((one) => Filters.every((filter) => keeps(one, filter)));
      const from = NextToken === undefined ? 0 : Number(/^page-(\d+)$/.exec(NextToken)?.[1] ?? Number.NaN);
      if (Number.isNaN(from)) throw awsError('InvalidNextTokenException', 'The token is not valid.');
      const to = from + Math.min(MaxResults, world.pageSize);
      return {
        ResolverQueryLogConfigAssociations: found.slice(from, to),
        TotalCount: all.length,
        TotalFilteredCount: found.length,
        ...(to < found.length ? { NextToken: `page-${to}` } : {}),
      };
    },

    GetResolverQueryLogConfig: ({ region, account, input }) => {
      const config = configsOf(region).get(input.ResolverQueryLogConfigId ?? '');
      if (config === undefined)
        throw awsError(
          'ResourceNotFoundException',
          `[RSLVR-01601] The query logging configuration '${input.ResolverQueryLogConfigId}' doesn't exist.`,
        );
      return {
        ResolverQueryLogConfig: {
          Id: config.id,
          OwnerId: account.id,
          Status: 'CREATED',
          ShareStatus: 'NOT_SHARED',
          AssociationCount: config.vpcIds.length,
          Arn: region.arn('route53resolver', `resolver-query-log-config/${config.id}`),
          Name: config.name,
          DestinationArn: config.destinationArn,
          CreationTime: config.createdAt.toISOString(),
        },
      };
    },
  };

export const resolverService: SimulatedService = {
  id: 'route53resolver',
  client: sdk.Route53ResolverClient,
  sdk,
  errors: jsonErrors,
  handlers,
};
