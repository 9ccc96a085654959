import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  GetResolverQueryLogConfigCommand,
  ListResolverQueryLogConfigAssociationsCommand,
  Route53ResolverClient,
} from '@aws-sdk/client-route53resolver';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addLogGroup } from '../../src/simulation/logs/groups.js';
import { addQueryLogConfig } from '../../src/simulation/route53resolver/service.js';
import { createWorld } from '../../src/simulation/world.js';

function scene(pageSize = 2) {
  const world = createWorld({ seed: 'logs', pageSize });
  onTestFinished(() => world.dispose());
  const account = world.account('111122223333');
  const region = account.region('eu-west-1');
  const config = { region: region.name, maxAttempts: 1, credentials: account.credentials() };
  return {
    world,
    account,
    region,
    logs: new CloudWatchLogsClient(config),
    resolver: new Route53ResolverClient(config),
  };
}

const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 3, 0, second));
const message = (instance: string) => JSON.stringify({ srcids: { instance } });

describe('CloudWatch Logs', () => {
  it('answers by time, stream and pattern, and a page may be empty and have a next one', async () => {
    const { region, logs } = scene(1);
    const events = Array.from({ length: 25 }, (_, index) => ({
      at: at(index),
      stream: 'vpc-1',
      message: message(index === 24 ? 'i-1' : 'i-2'),
    }));
    addLogGroup(region, { name: '/dns', events });
    const ask = (nextToken?: string) =>
      logs.send(
        new FilterLogEventsCommand({
          logGroupName: '/dns',
          filterPattern: '{ $.srcids.instance = "i-1" }',
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
    const first = await ask();
    expect(first.events).toEqual([]);
    const second = await ask(first.nextToken);
    const third = await ask(second.nextToken);
    expect(third).toMatchObject({ events: [{ timestamp: at(24).getTime(), logStreamName: 'vpc-1' }] });
    expect(third.nextToken).toBeUndefined();
  });

  it('counts the last millisecond in', async () => {
    const { region, logs } = scene();
    addLogGroup(region, { name: '/x', events: [{ at: at(5), stream: 's', message: 'm' }] });
    const until = (endTime: number) =>
      logs
        .send(new FilterLogEventsCommand({ logGroupName: '/x', endTime }))
        .then(({ events }) => events?.length);
    expect(await until(at(5).getTime())).toBe(1);
    expect(await until(at(5).getTime() - 1)).toBe(0);
  });

  it('knows a group that is not there, and who may not look', async () => {
    const { account, region, logs } = scene();
    await expect(logs.send(new FilterLogEventsCommand({ logGroupName: '/none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    addLogGroup(region, { name: '/x' });
    const nobody = new CloudWatchLogsClient({
      region: region.name,
      maxAttempts: 1,
      credentials: account.credentials([]),
    });
    await expect(nobody.send(new FilterLogEventsCommand({ logGroupName: '/x' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

describe('Route 53 Resolver', () => {
  it('tells over pages which VPCs are logged, and where to', async () => {
    const { region, resolver } = scene(1);
    const destinationArn = 'arn:aws:s3:::logs';
    const ids = ['a', 'b'].map((name) =>
      addQueryLogConfig(region, { name, vpcIds: ['vpc-1', `vpc-${name}`], destinationArn }),
    );
    const ask = (NextToken?: string) =>
      resolver.send(
        new ListResolverQueryLogConfigAssociationsCommand({
          Filters: [{ Name: 'ResourceId', Values: ['vpc-1'] }],
          ...(NextToken === undefined ? {} : { NextToken }),
        }),
      );
    const first = await ask();
    const second = await ask(first.NextToken);
    const found = [first, second].flatMap((page) => page.ResolverQueryLogConfigAssociations ?? []);
    expect(found.map((one) => one.ResolverQueryLogConfigId)).toEqual(ids);
    expect(second.NextToken).toBeUndefined();
    const config = await resolver.send(
      new GetResolverQueryLogConfigCommand({ ResolverQueryLogConfigId: ids[0] }),
    );
    expect(config.ResolverQueryLogConfig).toMatchObject({
      DestinationArn: destinationArn,
      Status: 'CREATED',
    });
    await expect(
      resolver.send(new GetResolverQueryLogConfigCommand({ ResolverQueryLogConfigId: 'rqlc-0' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
