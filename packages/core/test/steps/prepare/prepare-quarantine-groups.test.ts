import {
  ANYWHERE_IPV4,
  addBucket,
  addRule,
  addSecurityGroup,
  addVpc,
  awsError,
  groupsOf,
} from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { awsAccount } from '../../../src/aws/account.js';
import { s3 } from '../../../src/aws/operations.js';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { keepPreparedGroups } from '../../../src/steps/contain/prepared-groups-place.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';
import {
  PREPARED_GROUP_NAME,
  prepareQuarantineGroups,
} from '../../../src/steps/prepare/prepare-quarantine-groups.js';
import {
  ENDPOINT_GROUP,
  FINDING,
  REGION,
  SECURITY,
  SUSPECT,
  suspectWorld,
  VPC,
} from '../world/suspect-world.js';

const PLACE = { bucket: 'cordon-catalogue' };
const OTHER_VPC = 'vpc-0aaaaaaaaaaaaaaa2';

/** What tests look at, past AWS. */
function looks({ region, world }: ReturnType<typeof suspectWorld>) {
  const prepared = () =>
    groupsOf(region)
      .all()
      .filter(({ name }) => name === PREPARED_GROUP_NAME);
  return {
    prepared,
    rulesIn: (vpcId: string) =>
      prepared()
        .find((group) => group.vpcId === vpcId)
        ?.rules.map(({ direction, fromPort, peer }) => [direction, fromPort, peer]),
    worn: () =>
      world.calls
        .of('ec2:ModifyNetworkInterfaceAttribute')
        .flatMap(({ input }) => (input['Groups'] === undefined ? [] : [input['Groups']])),
  };
}

function given() {
  const scene = suspectWorld();
  const { world } = scene;
  const { clock } = world;
  addVpc(scene.region, { id: OTHER_VPC, cidr: '10.30.0.0/16' });
  addBucket(world, PLACE.bucket, { account: SECURITY, region: REGION });
  const session = (id: string) =>
    awsAccount({
      ...{ id, region: REGION, clock },
      credentials: async () => world.account(id).credentials(),
      principal: async () => `arn:aws:iam::${id}:root`,
    });
  const security = session(SECURITY);
  const prepare = () => prepareQuarantineGroups({ account: session(SUSPECT), clock });
  const pipeline = IncidentPipeline.create('t')
    .use(inspect())
    .use(isolate({ prepared: PLACE }))
    .use(verifyContainment());
  return {
    ...{ ...scene, ...looks(scene), security, prepare },
    /** As a schedule of the security account does it. */
    async prepareAndKeep() {
      const { groups } = await prepare();
      await keepPreparedGroups(security, PLACE, { account: SUSPECT, region: REGION, groups });
      return groups;
    },
    run: () => runIncident(pipeline, FINDING, scene.options),
  };
}

describe('quarantine groups that are prepared', () => {
  it('lie in every VPC: nothing in, and out only what SSM needs there', async () => {
    const world = given();
    const { groups, troubles } = await world.prepare();
    expect(troubles).toEqual([]);
    expect(groups.map(({ vpcId }) => vpcId).toSorted()).toEqual([OTHER_VPC, VPC].toSorted());
    expect(world.rulesIn(VPC)).toEqual([['egress', 443, expect.objectContaining({ id: ENDPOINT_GROUP })]]);
    expect(world.rulesIn(OTHER_VPC)).toEqual([]);
  });

  it('are the same when they are prepared again, and put right where somebody has altered them', async () => {
    const world = given();
    const { groups } = await world.prepare();
    for (const group of world.prepared())
      addRule(world.region, group, { direction: 'egress', peer: ANYWHERE_IPV4 });
    expect((await world.prepare()).groups).toEqual(groups);
    expect(world.prepared()).toHaveLength(2);
    expect(world.rulesIn(OTHER_VPC)).toEqual([]);
  });

  it('are not a stranger’s of that name, and one VPC’s trouble is no other’s', async () => {
    const world = given();
    addSecurityGroup(world.region, { name: PREPARED_GROUP_NAME, vpcId: OTHER_VPC, rules: [] });
    const { groups, troubles } = await world.prepare();
    expect(groups.map(({ vpcId }) => vpcId)).toEqual([VPC]);
    expect(troubles).toMatchObject([{ vpcId: OTHER_VPC, code: 'NAME_TAKEN' }]);
  });

  it('cut an incident’s suspect off at once, found where they were written down', async () => {
    const world = given();
    const groups = await world.prepareAndKeep();
    expect(await world.run()).toMatchObject({ outcome: 'complete' });
    const ready = groups.find(({ vpcId }) => vpcId === VPC)?.groupId;
    expect(world.worn()).toEqual([[ready], [expect.not.stringMatching(ready ?? '')]]);
  });
});

describe('containment where nothing usable was written down', () => {
  it.each([
    ['nothing at all', [], async () => undefined],
    [
      'what is no list of groups',
      ['PREPARED_GROUPS_NOT_READ'],
      async ({ security }: ReturnType<typeof given>) => {
        const Key = `quarantine-groups/${SUSPECT}/${REGION}.json`;
        await security.call(s3.PutObject, { Bucket: PLACE.bucket, Key, Body: '{"groups":[{}]}' });
      },
    ],
    [
      'what nobody may read',
      ['PREPARED_GROUPS_NOT_READ'],
      async ({ world }: ReturnType<typeof given>) => {
        world.faults.add({ operation: 's3:GetObject', fault: awsError('AccessDenied', 'Access Denied') });
      },
    ],
  ] as const)('goes on with a group that is made: %s', async (_, notices, keep) => {
    const world = given();
    await keep(world);
    const result = await world.run();
    expect(result).toMatchObject({ outcome: 'complete' });
    expect(world.worn()).toHaveLength(1);
    expect(await world.notices(result.incidentId)).toEqual(notices);
  });

  it('waits three seconds for S3, and no longer', async () => {
    const world = given();
    await world.prepareAndKeep();
    world.world.faults.add({ operation: 's3:GetObject', fault: 'timeout', times: 99 });
    const result = await world.run();
    expect(result).toMatchObject({ outcome: 'complete' });
    expect(await world.notices(result.incidentId)).toContain('PREPARED_GROUPS_NOT_READ');
    const [asked] = world.world.calls.of('s3:GetObject');
    const [swap] = world.world.calls.of('ec2:ModifyNetworkInterfaceAttribute');
    expect((swap?.at.getTime() ?? 0) - (asked?.at.getTime() ?? 0)).toBeLessThan(5_000);
  });
});
