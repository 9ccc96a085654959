import { explain, IncidentPipeline, plan } from '@cordon/core';
import { inspect } from '@cordon/core/steps';
import { addKey, awsError, DEMO, snapshotSpeedOf, snapshotsOf, volumesOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { type CustodyOptions, custodyCopies, diskSnapshots, shareSnapshots } from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';

const pipeline = (world: Scene, options: Partial<CustodyOptions> = {}) =>
  IncidentPipeline.create('disk')
    .use(inspect())
    .use(diskSnapshots())
    .use(shareSnapshots())
    .use(custodyCopies({ kmsKeyArn: world.kmsKeyArn, ...options }));

const KEY = `arn:aws:kms:${DEMO.region}:${DEMO.securityAccount}:key/00000000-0000-4000-8000-000000000000`;
const copies = (world: Scene) => snapshotsOf(world.security).all();
const minutesOf = ({ startedAt, endsAt }: ReturnType<typeof copies>[number]) =>
  (endsAt.getTime() - startedAt.getTime()) / 60_000;

/** What the plan says that the copies of such volumes cost. */
function costs(options: Partial<CustodyOptions>, sizesGiB: readonly number[] = [8, 100]) {
  const disk = IncidentPipeline.create('disk')
    .use(inspect())
    .use(diskSnapshots())
    .use(shareSnapshots())
    .use(custodyCopies({ kmsKeyArn: KEY, ...options }));
  const volumes = sizesGiB.map((sizeGiB, index) => ({ volumeId: `vol-${index}`, sizeGiB }));
  const text = explain(plan(disk, { instance: { availabilityZone: `${DEMO.region}a`, volumes } }));
  return text.split('\n').filter((line) => /costs .*custody copies/.test(line));
}

describe('the time of a copy', () => {
  it('is bought where that is asked for, and takes what it takes where it is not', async () => {
    const world = await scene();
    snapshotSpeedOf(world.security).gibPerMinute = 0.05;
    expect(await world.run(pipeline(world, { completeWithin: { minutes: 30 } }))).toMatchObject({
      outcome: 'complete',
      said: [],
    });
    expect(copies(world).map(minutesOf)).toEqual([30, 30]);

    const other = await scene();
    snapshotSpeedOf(other.security).gibPerMinute = 0.05;
    await other.run(pipeline(other));
    for (const copy of copies(other)) expect(minutesOf(copy)).toBeGreaterThan(60);
  });

  it('is bought for copies under the transfer key too', async () => {
    const world = await scene({ encryption: 'own-key' });
    const transferKeyArn = addKey(world.suspect, { sharedWith: [DEMO.securityAccount] }).arn;
    await world.run(
      IncidentPipeline.create('disk')
        .use(inspect())
        .use(diskSnapshots())
        .use(shareSnapshots({ transferKeyArn, completeWithin: { hours: 1 } })),
    );
    const made = snapshotsOf(world.suspect).all();
    expect(made.filter(({ boundMinutes }) => boundMinutes === 60)).toMatchObject([
      { copiedFrom: expect.any(String) },
    ]);
  });

  it.each([{ minutes: 10 }, { minutes: 20 }, { hours: 49 }, {}])(
    'is not for sale as %j, which is said before there is an incident',
    (completeWithin) => {
      expect(() => custodyCopies({ kmsKeyArn: KEY, completeWithin })).toThrow(RangeError);
      expect(() => shareSnapshots({ completeWithin })).toThrow('15 minutes to 48 hours in steps of 15');
    },
  );

  it('has its price in the plan, and a warning where no money makes it so fast', () => {
    expect(costs({})).toEqual([expect.stringContaining('custody copies: 108 GiB')]);
    const [, bound] = costs({ completeWithin: { minutes: 15 } });
    expect(bound).toContain('custody copies, each: 108 GiB within 15 min: $2.16, about 15 min (at most');
    expect(bound).not.toContain('longer: 500');
    const [, mine] = costs({ completeWithin: { minutes: 15 }, usdPerGiBBounded: 0.01 }, [1000]);
    expect(mine).toContain('$10.00');
    expect(mine).toContain('vol-0 may take longer: 500 MiB/s');
  });

  it('is told when it was longer than was bought', async () => {
    const world = await scene();
    snapshotSpeedOf(world.security).gibPerMinute = 0.05;
    // 35 minutes at 500 MiB/s, were it full.
    for (const volume of volumesOf(world.suspect).all()) Object.assign(volume, { sizeGiB: 1024 });
    const result = await world.run(pipeline(world, { completeWithin: { minutes: 15 } }));
    expect(result.outcome).toBe('complete');
    expect(result.said).toHaveLength(2);
    for (const line of result.said)
      expect(line).toMatch(/^BOUND_MISSED: snap-\w+ took 35 min, 15 were bought$/);
  });

  it('is given up for the copy itself where EC2 sells none', async () => {
    const world = await scene();
    const fault = awsError('InvalidParameterCombination', 'not supported for this snapshot');
    world.world.faults.add({ operation: 'ec2:CopySnapshot', fault });
    const result = await world.run(pipeline(world, { completeWithin: { minutes: 15 } }));
    expect(result.outcome).toBe('complete');
    expect(result.said).toEqual([expect.stringMatching(/^COPY_WITHOUT_BOUND: snap-\w+ is made without/)]);
    expect(copies(world).map(({ boundMinutes }) => boundMinutes)).toEqual(
      expect.arrayContaining([undefined, 15]),
    );
  });
});

describe('the place of a copy', () => {
  const ELSEWHERE = 'eu-central-1';

  it('is the suspect’s own region unless somebody says otherwise', async () => {
    const world = await scene();
    const result = await world.run(pipeline(world));
    const regions = result.entries.flatMap((entry) => (entry.kind === 'call' ? [entry.body.region] : []));
    expect(new Set(regions)).toEqual(new Set([DEMO.region]));
  });

  it('is another region where it is named, with the lineage over both', async () => {
    const world = await scene();
    const there = world.world.account(DEMO.securityAccount).region(ELSEWHERE);
    const { arn: kmsKeyArn } = addKey(there);
    const result = await world.run(pipeline(world, { region: ELSEWHERE, kmsKeyArn }));
    expect(result).toMatchObject({ outcome: 'complete', said: [] });
    expect(copies(world)).toEqual([]);
    const made = snapshotsOf(there).all();
    expect(made).toHaveLength(2);
    for (const copy of made)
      expect(copy).toMatchObject({ kmsKeyArn, state: 'completed', lock: { mode: 'governance' } });
    expect(result.facts['custodySnapshots']).toMatchObject([{ lineage: LINEAGE }, { lineage: LINEAGE }]);
  });

  const LINEAGE = [
    { is: 'volume', region: DEMO.region },
    { is: 'snapshot', region: DEMO.region, completedAt: expect.any(String) },
    { is: 'custody', region: ELSEWHERE, completedAt: expect.any(String) },
  ];

  it.each(['lost-answer', 'timeout'] as const)('holds one copy of each there after a %s', async (fault) => {
    const world = await scene();
    const there = world.world.account(DEMO.securityAccount).region(ELSEWHERE);
    const { arn: kmsKeyArn } = addKey(there);
    world.world.faults.add({ operation: 'ec2:CopySnapshot', fault });
    expect(await world.run(pipeline(world, { region: ELSEWHERE, kmsKeyArn }))).toMatchObject({
      outcome: 'complete',
    });
    expect(snapshotsOf(there).all()).toHaveLength(2);
  });

  it('has its price in the plan', () => {
    const far = { region: ELSEWHERE, kmsKeyArn: KEY.replace(DEMO.region, ELSEWHERE) };
    expect(costs(far)).toContainEqual(expect.stringContaining(`carried to ${ELSEWHERE}: 108 GiB: $2.16`));
    expect(costs({ region: DEMO.region })).toHaveLength(1);
  });

  it('is refused, before there is an incident, where the key lies elsewhere', () => {
    expect(() => custodyCopies({ kmsKeyArn: KEY, region: ELSEWHERE })).toThrow(RangeError);
  });
});
