import { addBucket, addFlowLog, addLogGroup, addQueryLogConfig } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import {
  ENI,
  INSTANCE,
  REGION,
  SUBNET,
  SUSPECT,
  type SuspectWorld,
  suspectWorld,
  VPC,
} from '../../world/suspect-world.js';
import { everythingThere, gaps, jsonLines, LOG_BUCKET, putLog, run } from './scene.js';

const MINUTE = 60_000;

function ago(world: SuspectWorld, minutes: number): Date {
  return new Date(world.world.now().getTime() - minutes * MINUTE);
}

const stamp = (at: Date) =>
  at
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\d\d\.\d+Z$/, 'Z');

/** In the evening: what is too old lies in the folder of the same day. */
function withBucket(): SuspectWorld {
  const world = suspectWorld({ start: new Date('2026-11-24T20:00:00Z') });
  addBucket(world.world, LOG_BUCKET, { account: SUSPECT, region: REGION });
  return world;
}

const kept = (world: SuspectWorld, folder: string) =>
  world.evidence.paths().filter((path) => path.startsWith(`control-plane/${folder}`));

describe('flow logs', () => {
  it('are read from CloudWatch by interface, the newest hour first', async () => {
    const world = await everythingThere();
    await run(world);
    const [path = ''] = kept(world, 'flow-logs-fl-');
    const lines = jsonLines(world.evidence.text(path));
    expect(lines.map(({ logStreamName }) => logStreamName)).toEqual([`${ENI}-all`, `${ENI}-all`]);
    expect(lines[0].timestamp).toBeGreaterThan(lines[1].timestamp);
  });

  it('are read over pages and empty pages', async () => {
    const world = suspectWorld({ pageSize: 1 });
    const events = Array.from({ length: 35 }, (_, index) => ({
      at: ago(world, 5 + index / 10),
      stream: `${ENI}-all`,
      message: `${index}`,
    }));
    addLogGroup(world.region, { name: '/vpc/flow', events });
    addFlowLog(world.region, { resourceId: SUBNET, destination: { logGroup: '/vpc/flow' } });
    await run(world);
    const [path = ''] = kept(world, 'flow-logs-fl-');
    expect(jsonLines(world.evidence.text(path))).toHaveLength(35);
  });

  it.each([
    ['AWS’s own folders', undefined, `AWSLogs/${SUSPECT}/vpcflowlogs/${REGION}/`, ''],
    [
      'folders for Hive',
      'hive-compatible' as const,
      `AWSLogs/aws-account-id=${SUSPECT}/aws-service=vpcflowlogs/aws-region=${REGION}/`,
      'hive',
    ],
  ])(
    'are copied from S3 out of %s, byte for byte, those of the hours that matter',
    async (_where, partitions, base, hive) => {
      const world = withBucket();
      const id = addFlowLog(world.region, {
        resourceId: VPC,
        destination: {
          bucketArn: `arn:aws:s3:::${LOG_BUCKET}/net`,
          ...(partitions === undefined ? {} : { partitions }),
        },
      });
      const put = async (minutes: number, flowLog = id) => {
        const at = ago(world, minutes);
        const [year, month, day] = at.toISOString().slice(0, 10).split('-');
        const folder = hive === 'hive' ? `year=${year}/month=${month}/day=${day}` : `${year}/${month}/${day}`;
        const name = `${SUSPECT}_vpcflowlogs_${REGION}_${flowLog}_${stamp(at)}_0a1b2c3d.log.gz`;
        await putLog(world, `net/${base}${folder}/${name}`, `bytes of ${minutes}`);
        return `control-plane/flow-logs/${name}`;
      };
      const wanted = [await put(20), await put(90)];
      await put(20, 'fl-0ffffffffffffffff');
      await put(9 * 60);
      await run(world);
      expect(kept(world, 'flow-logs/').sort()).toEqual(wanted.sort());
      expect(world.evidence.text(wanted[0] ?? '')).toMatch(/^bytes of/);
    },
  );

  it('that go elsewhere are a gap with the name of the place', async () => {
    const world = suspectWorld();
    addFlowLog(world.region, {
      resourceId: VPC,
      destination: { bucketArn: 'arn:aws:s3:::not-there-000000' },
    });
    const { incidentId } = await run(world);
    expect(await gaps(world, incidentId)).toContain(
      'NOT_TAKEN flow-logs: s3://not-there-000000: NoSuchBucket',
    );
  });

  it('that nobody writes are said to be missing, and are no fault', async () => {
    const world = suspectWorld();
    const result = await run(world);
    expect(await gaps(world, result.incidentId)).toContain('NOT_TAKEN flow-logs: none covers the instance');
  });
});

describe('DNS queries', () => {
  it('are those of the instance alone', async () => {
    const world = await everythingThere();
    await run(world);
    const [path = ''] = kept(world, 'resolver-queries-');
    const messages = jsonLines(world.evidence.text(path)).map(({ message }) => JSON.parse(message));
    expect(messages).toEqual([expect.objectContaining({ srcids: { instance: INSTANCE } })]);
  });

  it('are copied from S3', async () => {
    const world = withBucket();
    addQueryLogConfig(world.region, {
      name: 'dns',
      vpcIds: [VPC],
      destinationArn: `arn:aws:s3:::${LOG_BUCKET}`,
    });
    const at = ago(world, 30);
    const folder = at.toISOString().slice(0, 10).replaceAll('-', '/');
    const name = `vpcdnsquerylogs_${SUSPECT}_${VPC}_${stamp(at)}_abcdef.log.gz`;
    await putLog(world, `AWSLogs/${SUSPECT}/vpcdnsquerylogs/${VPC}/${folder}/${name}`, 'queries');
    await run(world);
    expect(kept(world, 'resolver-queries/')).toEqual([`control-plane/resolver-queries/${name}`]);
  });
});

describe('load-balancer logs', () => {
  it('are those of the instance’s own balancer', async () => {
    const world = await everythingThere();
    await run(world);
    const [path = '', ...more] = kept(world, 'load-balancer-logs/');
    expect(more).toEqual([]);
    expect(world.evidence.text(path)).toBe('what the balancer saw');
  });

  it('carry the place that they came from', async () => {
    const world = await everythingThere();
    const { incidentId } = await run(world);
    const entries = await (await world.journal.visit(incidentId)).read();
    const origins = entries.flatMap((entry) => (entry.kind === 'artifact' ? [entry.body.origin] : []));
    expect(origins).toContainEqual(expect.stringMatching(new RegExp(`^s3://${LOG_BUCKET}/alb/AWSLogs/`)));
  });

  it('cannot be led out of their folder by the name of an object', async () => {
    const world = await everythingThere();
    const at = ago(world, 20);
    const { calls } = world.world;
    const asked = () => calls.all().filter(({ operation }) => operation === 's3:ListObjectsV2');
    await run(world);
    const [{ input } = { input: {} }] = asked();
    const [, id = ''] = /app\.shop\.([0-9a-f]+)/.exec(kept(world, 'load-balancer-logs/')[0] ?? '') ?? [];
    const again = await everythingThere();
    const name = `..%2f..\u0000 app.shop.${id} _${stamp(at)}_x.log`;
    await putLog(again, `${Reflect.get(input, 'Prefix')}${name}`, 'x');
    await run(again);
    for (const path of kept(again, 'load-balancer-logs/'))
      expect(path).toMatch(/^control-plane\/load-balancer-logs\/[\w.-]+$/);
    expect(kept(again, 'load-balancer-logs/')).toHaveLength(2);
  });
});
