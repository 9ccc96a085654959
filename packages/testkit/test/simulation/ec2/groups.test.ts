import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupEgressCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { addVpc } from '../../../src/index.js';
import { ENI, GROUP, scene, VPC } from './scene.js';

const create = (ec2: EC2Client, VpcId = VPC, GroupName = 'quarantine') =>
  ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: 'closed', VpcId }));
const rulesOf = async (ec2: EC2Client, id = '') => {
  const Filters = [{ Name: 'group-id', Values: [id] }];
  return (await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }))).SecurityGroupRules ?? [];
};

describe('a new security group', () => {
  it('lets everything out', async () => {
    const { ec2 } = scene();
    const { GroupId } = await create(ec2);
    expect(await rulesOf(ec2, GroupId)).toMatchObject([
      { IsEgress: true, IpProtocol: '-1', CidrIpv4: '0.0.0.0/0' },
    ]);
  });

  it('lets everything out over IPv6 too, where the VPC has it', async () => {
    const { ec2, region } = scene();
    addVpc(region, { id: 'vpc-0aaaaaaaaaaaaaaa6', ipv6Cidr: '2001:db8::/56' });
    const { GroupId } = await create(ec2, 'vpc-0aaaaaaaaaaaaaaa6');
    const rules = await rulesOf(ec2, GroupId);
    expect(rules.map((rule) => rule.CidrIpv4 ?? rule.CidrIpv6)).toEqual(['0.0.0.0/0', '::/0']);
  });

  it('is refused under a name that the VPC has already', async () => {
    const { ec2 } = scene();
    await create(ec2);
    await expect(create(ec2)).rejects.toMatchObject({
      name: 'InvalidGroup.Duplicate',
      message: `The security group 'quarantine' already exists for VPC '${VPC}'`,
    });
  });

  it('cannot be seen, tagged or used until it has spread, but its name is taken at once', async () => {
    const { ec2, world } = scene({ visibilityLagSeconds: 60, seed: 4 });
    const { GroupId = '' } = await create(ec2);
    const missing = { name: 'InvalidGroup.NotFound' };
    await expect(ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }))).rejects.toMatchObject(
      missing,
    );
    const tag = new CreateTagsCommand({ Resources: [GroupId], Tags: [{ Key: 'a', Value: 'b' }] });
    await expect(ec2.send(tag)).rejects.toMatchObject(missing);
    const swap = new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: ENI, Groups: [GroupId] });
    await expect(ec2.send(swap)).rejects.toMatchObject(missing);
    await expect(create(ec2)).rejects.toMatchObject({ name: 'InvalidGroup.Duplicate' });
    await world.clock.advance(60_000);
    await ec2.send(tag);
    await ec2.send(swap);
  });
});

describe('security group rules', () => {
  it('go by id or by what they say', async () => {
    const { ec2 } = scene();
    const { GroupId } = await create(ec2);
    const [rule] = await rulesOf(ec2, GroupId);
    const byId = new RevokeSecurityGroupEgressCommand({
      GroupId,
      SecurityGroupRuleIds: [rule?.SecurityGroupRuleId ?? ''],
    });
    await ec2.send(byId);
    expect(await rulesOf(ec2, GroupId)).toEqual([]);
    await expect(ec2.send(byId)).rejects.toMatchObject({ name: 'InvalidSecurityGroupRuleId.NotFound' });
    const byContent = new RevokeSecurityGroupEgressCommand({
      GroupId,
      IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    await expect(ec2.send(byContent)).rejects.toMatchObject({ name: 'InvalidPermission.NotFound' });
  });

  it('are refused twice, beyond sixty, and with a bad network', async () => {
    const { ec2 } = scene();
    const { GroupId } = await create(ec2);
    const allow = (...cidrs: string[]) =>
      ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId,
          IpPermissions: [
            { IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: cidrs.map((CidrIp) => ({ CidrIp })) },
          ],
        }),
      );
    await allow('10.0.0.1/32');
    await expect(allow('10.0.0.1/32')).rejects.toMatchObject({
      name: 'InvalidPermission.Duplicate',
      message: 'the specified rule "peer: 10.0.0.1/32, TCP, ALLOW" already exists',
    });
    await expect(allow('10.0.0/8')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const many = Array.from({ length: 60 }, (_, i) => `10.1.0.${i}/32`);
    await expect(allow(...many)).rejects.toMatchObject({ name: 'RulesPerSecurityGroupLimitExceeded' });
    await allow(...many.slice(0, 59));
  });

  it('may name another group, which then cannot be deleted', async () => {
    const { ec2 } = scene();
    const { GroupId } = await create(ec2);
    const UserIdGroupPairs = [{ GroupId }];
    await ec2.send(
      new AuthorizeSecurityGroupEgressCommand({
        GroupId: GROUP,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs }],
      }),
    );
    const remove = (id = '') => ec2.send(new DeleteSecurityGroupCommand({ GroupId: id }));
    await expect(remove(GroupId)).rejects.toMatchObject({ name: 'DependencyViolation' });
    await expect(remove(GROUP)).rejects.toMatchObject({ name: 'DependencyViolation' });
  });
});

describe('groups on an interface', () => {
  const swap = (ec2: EC2Client, ...Groups: string[]) =>
    ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId: ENI, Groups }));

  it('must be of its VPC, at least one and at most five', async () => {
    const { ec2, region } = scene();
    addVpc(region, { id: 'vpc-0bbbbbbbbbbbbbbbb' });
    const { GroupId = '' } = await create(ec2, 'vpc-0bbbbbbbbbbbbbbbb');
    await expect(swap(ec2, GroupId)).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
    await expect(swap(ec2)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    const six = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => create(ec2, VPC, name)));
    const ids = six.map((group) => group.GroupId ?? '');
    await expect(swap(ec2, ...ids)).rejects.toMatchObject({
      name: 'SecurityGroupsPerInterfaceLimitExceeded',
    });
    await swap(ec2, ...ids.slice(1));
  });
});
