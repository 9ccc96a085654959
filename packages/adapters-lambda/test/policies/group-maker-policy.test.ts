import { awsSessions, ec2 } from '@cordon/core/aws';
import { PREPARED_GROUP_TAG, prepareQuarantineGroups } from '@cordon/core/steps';
import { afterAll, expect, it } from 'vitest';
import { groupMakerPolicy } from '../../src/policies/group-maker-policy.js';
import { DryRun, policyWorld, tagList, VPC, verdict } from './policy-world.js';
import { REGION, SUSPECT } from './whole-pipeline.js';

const { world, group, instance } = policyWorld();
afterAll(() => world.dispose());

const { policy } = groupMakerPolicy({ region: REGION });
const credentials = async () => world.account(SUSPECT).credentials([policy]);
const maker = awsSessions({ clock: world.clock, credentials }).session({
  account: SUSPECT,
  region: REGION,
  incidentId: 'inc-groups',
});
const OURS = { [PREPARED_GROUP_TAG.Key]: PREPARED_GROUP_TAG.Value };

it('is all that preparing quarantine groups takes', async () => {
  const { groups, troubles } = await prepareQuarantineGroups({ account: maker, clock: world.clock });
  expect(troubles).toEqual([]);
  expect(groups.map(({ vpcId }) => vpcId)).toEqual([VPC]);
});

it('changes no rules but those of groups that were prepared', async () => {
  const change = (tags: Readonly<Record<string, string>>) =>
    verdict(maker.call(ec2.RevokeSecurityGroupEgress, { GroupId: group(SUSPECT, tags), DryRun }));
  expect(await change(OURS)).toBe('allowed');
  expect(await change({ 'managed-by': 'terraform' })).toBe('denied');
});

it('makes no group without the tag', async () => {
  const make = (tags: Readonly<Record<string, string>>) =>
    verdict(
      maker.call(ec2.CreateSecurityGroup, {
        GroupName: 'managed-baseline-2',
        Description: 'Managed network baseline',
        VpcId: VPC,
        TagSpecifications: [{ ResourceType: 'security-group', Tags: tagList(tags) }],
        DryRun,
      }),
    );
  expect(await make(OURS)).toBe('allowed');
  expect(await make({ owner: 'me' })).toBe('denied');
});

it('puts nothing into a group, and deletes none', async () => {
  const GroupId = group(SUSPECT, OURS);
  const InstanceId = instance(SUSPECT, {});
  expect(await verdict(maker.call(ec2.DeleteSecurityGroup, { GroupId, DryRun }))).toBe('denied');
  expect(
    await verdict(maker.call(ec2.ModifyInstanceAttribute, { InstanceId, Groups: [GroupId], DryRun })),
  ).toBe('denied');
});
