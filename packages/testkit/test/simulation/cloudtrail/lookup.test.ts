import {
  CloudTrailClient,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { DescribeInstancesCommand, EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import {
  ADMINISTRATOR_ACCESS,
  addRole,
  addTrailEvent,
  callsComeFrom,
  instanceCredentials,
} from '../../../src/index.js';
import { INSTANCE, REGION, SUSPECT_ACCOUNT, scene } from '../ec2/scene.js';

const FIFTEEN_MINUTES = 15 * 60_000;

function prepare() {
  const all = scene({ pageSize: 1 });
  const account = all.world.account(SUSPECT_ACCOUNT);
  const role = addRole(account, { name: 'shop-frontend', policies: { all: ADMINISTRATOR_ACCESS } });
  const trail = new CloudTrailClient({ region: REGION, credentials: account.credentials() });
  const lookup = async (
    AttributeKey: 'Username' | 'ResourceName' | 'EventName',
    AttributeValue: string,
    more: Partial<LookupEventsCommandInput> = {},
  ) => {
    const { Events = [] } = await trail.send(
      new LookupEventsCommand({ LookupAttributes: [{ AttributeKey, AttributeValue }], ...more }),
    );
    return Events;
  };
  return { ...all, role, trail, lookup };
}

describe('CloudTrail', () => {
  it('shows what the stolen role did, from where, and only some minutes later', async () => {
    const { world, role, lookup } = prepare();
    const credentials = instanceCredentials(role, INSTANCE);
    callsComeFrom(world, credentials.accessKeyId, '203.0.113.66');
    const thief = new EC2Client({ region: REGION, credentials });
    await thief.send(new DescribeInstancesCommand({}));
    expect(await lookup('Username', INSTANCE)).toEqual([]);
    await world.clock.advance(FIFTEEN_MINUTES);
    const [event] = await lookup('Username', INSTANCE);
    expect(event).toMatchObject({
      EventName: 'DescribeInstances',
      EventSource: 'ec2.amazonaws.com',
      ReadOnly: 'true',
    });
    expect(JSON.parse(event?.CloudTrailEvent ?? '')).toMatchObject({
      sourceIPAddress: '203.0.113.66',
      userIdentity: {
        type: 'AssumedRole',
        principalId: `${role.id}:${INSTANCE}`,
        sessionContext: { sessionIssuer: { userName: 'shop-frontend' } },
      },
    });
  });

  it("shows refusals with EC2's prefix, by resource", async () => {
    const { world, lookup } = prepare();
    const stranger = new EC2Client({
      region: REGION,
      credentials: world.account(SUSPECT_ACCOUNT).credentials([]),
    });
    await stranger.send(new TerminateInstancesCommand({ InstanceIds: [INSTANCE] })).catch(() => {});
    await world.clock.advance(FIFTEEN_MINUTES);
    const [event] = await lookup('ResourceName', INSTANCE);
    expect(JSON.parse(event?.CloudTrailEvent ?? '')).toMatchObject({
      eventName: 'TerminateInstances',
      errorCode: 'Client.UnauthorizedOperation',
    });
  });

  it('shows what was planted, page by page', async () => {
    const { world, region, trail } = prepare();
    for (let minute = 0; minute < 12; minute++) {
      addTrailEvent(region, {
        at: new Date(world.now().getTime() - 3_600_000 + minute * 60_000),
        service: 'iam',
        name: 'CreateUser',
        readOnly: false,
        principal: `arn:aws:sts::${SUSPECT_ACCOUNT}:assumed-role/shop-frontend/${INSTANCE}`,
        accessKeyId: 'ASIAEXAMPLE',
        sourceAddress: '203.0.113.66',
      });
    }
    const seen: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await trail.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateUser' }],
          NextToken,
        }),
      );
      seen.push(...(page.Events ?? []).map((event) => event.EventId));
      NextToken = page.NextToken;
      await world.clock.advance(1_000);
    } while (NextToken !== undefined);
    expect(new Set(seen).size).toBe(12);
  });

  it('takes one attribute and two lookups a second', async () => {
    const { trail, lookup, world } = prepare();
    const attribute = { AttributeKey: 'EventName' as const, AttributeValue: 'x' };
    const two = trail.send(new LookupEventsCommand({ LookupAttributes: [attribute, attribute] }));
    await expect(two).rejects.toMatchObject({ name: 'InvalidLookupAttributesException' });
    await world.clock.advance(1_000);
    await lookup('EventName', 'x');
    await lookup('EventName', 'x');
    await expect(lookup('EventName', 'x')).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});
