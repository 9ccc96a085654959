import { addNatGateway, addTrailEvent } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { INSTANCE, SUBNET, type SuspectWorld, suspectWorld, VPC } from '../../world/suspect-world.js';
import { gaps, HOUR, INTRUDER, jsonLines, OWN, ROLE_SESSION, roleCalled, run, seenAfter } from './scene.js';

const useOf = (world: SuspectWorld) =>
  JSON.parse(world.evidence.text('control-plane/role-use.json') ?? 'null');

describe('what the stolen role did (point 67)', () => {
  it('is told by call, with counts, first and last time, addresses and refusals', async () => {
    const world = suspectWorld();
    const now = world.world.now().getTime();
    const at = (hours: number) => new Date(now - hours * HOUR);
    for (const hours of [30, 20, 10])
      roleCalled(world, { at: at(hours), service: 's3', name: 'ListBuckets' });
    roleCalled(world, {
      at: at(2),
      service: 's3',
      name: 'ListBuckets',
      sourceAddress: INTRUDER,
      errorCode: 'AccessDenied',
    });
    roleCalled(world, { at: at(1), service: 'sts', name: 'GetCallerIdentity', sourceAddress: INTRUDER });
    await run(world);
    const use = useOf(world);
    expect(use).toMatchObject({ session: INSTANCE, events: 5, missing: [], from: at(30).toISOString() });
    expect(use.calls.find(({ call }: { call: string }) => call === 's3:ListBuckets')).toEqual({
      call: 's3:ListBuckets',
      count: 4,
      errors: 1,
      first: at(30).toISOString(),
      last: at(2).toISOString(),
      addresses: [INTRUDER, OWN],
      elsewhere: 1,
    });
    expect(use.addresses).toEqual([
      expect.objectContaining({ address: INTRUDER, whereabouts: 'elsewhere', count: 2, errors: 1 }),
      expect.objectContaining({ address: OWN, whereabouts: 'own', count: 3, errors: 0 }),
    ]);
  });

  it('is in the region of IAM’s events, too', async () => {
    const world = suspectWorld();
    addTrailEvent(world.account.region('us-east-1'), {
      ...ROLE_SESSION,
      at: new Date(world.world.now().getTime() - HOUR),
      readOnly: false,
      service: 'iam',
      name: 'CreateAccessKey',
      sourceAddress: OWN,
    });
    const seen = await seenAfter(world);
    expect(seen).toEqual([
      expect.objectContaining({
        rule: 'role.made-access',
        severity: 'high',
        evidence: [{ artifact: 'control-plane/cloudtrail-role-session-global.jsonl', line: 1 }],
      }),
    ]);
  });

  it('says that its credentials were taken when they are used from elsewhere, and points at the line', async () => {
    const world = suspectWorld();
    const now = world.world.now().getTime();
    roleCalled(world, {
      at: new Date(now - 5 * HOUR),
      service: 'sts',
      name: 'GetCallerIdentity',
      sourceAddress: INTRUDER,
    });
    roleCalled(world, {
      at: new Date(now - 4 * HOUR),
      service: 's3',
      name: 'ListBuckets',
      sourceAddress: INTRUDER,
    });
    roleCalled(world, { at: new Date(now - 3 * HOUR), service: 's3', name: 'ListBuckets' });
    const seen = await seenAfter(world);
    expect(seen).toEqual([
      expect.objectContaining({
        rule: 'role.used-elsewhere',
        severity: 'high',
        entity: `ip:${INTRUDER}`,
        at: new Date(now - 5 * HOUR).toISOString(),
      }),
    ]);
    const [place] = seen[0]?.evidence ?? [];
    const lines = jsonLines(world.evidence.text(place?.artifact ?? ''));
    expect(lines[(place?.line ?? 0) - 1]).toMatchObject({ EventName: 'GetCallerIdentity' });
  });

  it('is less sure where neither the finding names the address nor the instance’s own way out is known', async () => {
    const world = suspectWorld();
    roleCalled(world, { service: 's3', name: 'ListBuckets', sourceAddress: '192.0.2.77' });
    expect(await seenAfter(world)).toEqual([
      expect.objectContaining({ rule: 'role.used-elsewhere', severity: 'medium', confidence: 0.5 }),
    ]);
  });

  it.each([
    ['its public address', OWN],
    ['its private address, by an endpoint', '10.20.3.44'],
    ['the gateway of its VPC', '192.0.2.5'],
    ['another host of its network, which an address cannot tell from a gateway', '10.20.9.9'],
    ['an AWS service in its name', 'ssm.amazonaws.com'],
  ])('says nothing of calls from %s', async (_from, sourceAddress) => {
    const world = suspectWorld();
    addNatGateway(world.region, { subnetId: SUBNET, vpcId: VPC, publicAddress: '192.0.2.5' });
    roleCalled(world, { service: 'secretsmanager', name: 'GetSecretValue', sourceAddress });
    expect(await seenAfter(world)).toEqual([]);
  });

  it.each([
    ['role.blinded-detection', 'cloudtrail', 'StopLogging', OWN, 'critical'],
    ['role.blinded-detection', 'guardduty', 'DeleteDetector', OWN, 'critical'],
    ['role.shared-data', 'ec2', 'ModifySnapshotAttribute', OWN, 'high'],
    ['role.read-secrets', 'secretsmanager', 'GetSecretValue', INTRUDER, 'high'],
    ['role.reached-hosts', 'ssm', 'StartSession', INTRUDER, 'high'],
    ['role.assumed-onward', 'sts', 'AssumeRole', INTRUDER, 'high'],
    ['role.made-machines', 'ec2', 'RunInstances', INTRUDER, 'high'],
  ] as const)('sees %s in %s:%s', async (rule, service, name, sourceAddress, severity) => {
    const world = suspectWorld();
    roleCalled(world, { service, name, sourceAddress, readOnly: false });
    const [found, ...more] = (await seenAfter(world)).filter((one) => one.rule !== 'role.used-elsewhere');
    expect(found).toMatchObject({ rule, severity, entity: 'role:shop-frontend' });
    expect(more).toEqual([]);
  });

  it('calls what was refused an attempt', async () => {
    const world = suspectWorld();
    roleCalled(world, { service: 'cloudtrail', name: 'StopLogging', errorCode: 'AccessDenied' });
    const [found] = await seenAfter(world);
    expect(found).toMatchObject({ rule: 'role.blinded-detection', severity: 'high' });
    expect(found?.title).toContain('refused');
  });

  it('goes on with the keys that its calls handed out, and the one that the finding names', async () => {
    const world = suspectWorld();
    roleCalled(world, {
      service: 'sts',
      name: 'AssumeRole',
      responseElements: { credentials: { accessKeyId: 'ASIAONWARD0000000000' } },
    });
    const onward = {
      ...ROLE_SESSION,
      accessKeyId: 'ASIAONWARD0000000000',
      principal: 'arn:aws:sts::111122223333:assumed-role/admin/x',
    };
    const at = new Date(world.world.now().getTime() - HOUR);
    addTrailEvent(world.region, {
      ...onward,
      at,
      service: 'ec2',
      name: 'RunInstances',
      readOnly: false,
      sourceAddress: INTRUDER,
    });
    await run(world, { accessKeyId: 'AKIANAMEDBYFINDING00' });
    const asked = world.evidence.paths().filter((path) => path.includes('cloudtrail-key-'));
    expect(asked).toHaveLength(4);
    const events = jsonLines(
      world.evidence.text('control-plane/cloudtrail-key-ASIAONWARD0000000000-eu-west-1.jsonl'),
    );
    expect(events).toEqual([expect.objectContaining({ EventName: 'RunInstances' })]);
  });

  it('is kept whole over its pages, without ever being throttled', async () => {
    const world = suspectWorld({ pageSize: 2 });
    for (let index = 0; index < 64; index += 1) roleCalled(world, { service: 's3', name: 'ListBuckets' });
    await run(world);
    expect(jsonLines(world.evidence.text('control-plane/cloudtrail-role-session.jsonl'))).toHaveLength(64);
    const asked = world.world.calls.all().filter(({ operation }) => operation === 'cloudtrail:LookupEvents');
    expect(asked.length).toBeGreaterThan(7);
    expect(asked.map(({ outcome }) => outcome)).not.toContain('ThrottlingException');
  });

  it('waits where somebody else uses up CloudTrail’s rate', async () => {
    const world = suspectWorld();
    roleCalled(world, { service: 's3', name: 'ListBuckets' });
    world.world.faults.add({ operation: 'cloudtrail:LookupEvents', fault: 'throttle', times: 4 });
    const { incidentId } = await run(world);
    expect(await gaps(world, incidentId)).not.toContainEqual(expect.stringContaining('cloudtrail'));
    expect(useOf(world)).toMatchObject({ events: 1 });
  });

  it('keeps what it has when the asking fails half-way, and says that it is not all', async () => {
    const world = suspectWorld({ pageSize: 2 });
    for (let index = 0; index < 30; index += 1) roleCalled(world, { service: 's3', name: 'ListBuckets' });
    world.world.faults.add({ operation: 'cloudtrail:LookupEvents', fault: 'throttle', nth: 2, times: 7 });
    const { incidentId } = await run(world);
    const lines = jsonLines(world.evidence.text('control-plane/cloudtrail-role-session.jsonl'));
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toEqual({ 'cordon:cut': 'ThrottlingException after 10 lines' });
    expect(await gaps(world, incidentId)).toContain(
      'CUT cloudtrail-role-session.jsonl: ThrottlingException after 10 lines',
    );
    expect(useOf(world)).toMatchObject({
      events: 10,
      missing: ['eu-west-1: ThrottlingException after 10 lines'],
    });
  });

  it('reads past events that are no JSON', async () => {
    const world = suspectWorld();
    roleCalled(world, { service: 's3', name: 'ListBuckets', requestParameters: { evil: '\u0000<script>' } });
    expect(await seenAfter(world)).toEqual([]);
    expect(useOf(world)).toMatchObject({ events: 1 });
  });
});
