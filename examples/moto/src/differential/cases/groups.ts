import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  ModifyNetworkInterfaceAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { type Case, UNKNOWN } from '../world.ts';
import { aGroup, EVERYTHING, WEB } from './group-requests.ts';

export const GROUP_CASES: readonly Case[] = [
  {
    name: 'CreateSecurityGroup: a new one',
    ask: ({ ec2, vpcId }) =>
      ec2.send(new CreateSecurityGroupCommand({ GroupName: 'new', Description: 'new', VpcId: vpcId })),
  },
  {
    name: 'CreateSecurityGroup: a name that is taken in the VPC',
    ask: ({ ec2, vpcId, groupName }) =>
      ec2.send(new CreateSecurityGroupCommand({ GroupName: groupName, Description: 'x', VpcId: vpcId })),
  },
  {
    name: 'CreateSecurityGroup: an unknown VPC',
    ask: ({ ec2 }) =>
      ec2.send(new CreateSecurityGroupCommand({ GroupName: 'x', Description: 'x', VpcId: UNKNOWN.vpc })),
  },
  {
    name: 'CreateSecurityGroup: a name that begins with sg-',
    ask: ({ ec2, vpcId }) =>
      ec2.send(new CreateSecurityGroupCommand({ GroupName: 'sg-x', Description: 'x', VpcId: vpcId })),
  },
  {
    name: 'DescribeSecurityGroups: one',
    ask: ({ ec2, groupId }) => ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [groupId] })),
  },
  {
    name: 'DescribeSecurityGroups: an unknown group',
    ask: ({ ec2 }) => ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [UNKNOWN.group] })),
  },
  {
    name: 'DescribeSecurityGroups: an id of the wrong form',
    ask: ({ ec2 }) => ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: ['group'] })),
  },
  {
    name: 'DeleteSecurityGroup: one that is worn',
    async ask(world) {
      const { ec2, interfaceId: NetworkInterfaceId, groupId } = world;
      const GroupId = await aGroup(world, 'worn');
      const wear = (Groups: string[]) =>
        ec2.send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups }));
      await wear([groupId, GroupId]);
      try {
        return await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
      } finally {
        await wear([groupId]);
      }
    },
  },
  {
    name: 'DeleteSecurityGroup: one that another names',
    async ask(world) {
      const { ec2 } = world;
      const [named, naming] = [await aGroup(world, 'named'), await aGroup(world, 'naming')];
      const rule = { IpProtocol: 'tcp', FromPort: 1, ToPort: 1, UserIdGroupPairs: [{ GroupId: named }] };
      await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: naming, IpPermissions: [rule] }));
      return ec2.send(new DeleteSecurityGroupCommand({ GroupId: named }));
    },
  },
  {
    name: 'DeleteSecurityGroup: twice',
    async ask(world) {
      const GroupId = await aGroup(world, 'short-lived');
      await world.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
      return world.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    },
  },
];

export const RULE_CASES: readonly Case[] = [
  {
    name: 'DescribeSecurityGroupRules: of one group',
    ask: ({ ec2, groupId }) =>
      ec2.send(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [groupId] }] })),
  },
  {
    name: 'DescribeSecurityGroupRules: of an unknown group',
    ask: ({ ec2 }) =>
      ec2.send(
        new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [UNKNOWN.group] }] }),
      ),
  },
  {
    name: 'DescribeSecurityGroupRules: an unknown rule',
    ask: ({ ec2 }) =>
      ec2.send(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: [UNKNOWN.rule] })),
  },
  {
    name: 'AuthorizeSecurityGroupIngress: a new rule',
    async ask(world) {
      const GroupId = await aGroup(world, 'with-a-rule');
      return world.ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [WEB] }));
    },
  },
  {
    name: 'AuthorizeSecurityGroupIngress: a rule that is there',
    ask: ({ ec2, groupId }) =>
      ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: groupId, IpPermissions: [WEB] })),
  },
  {
    name: 'AuthorizeSecurityGroupEgress: a rule that is there',
    ask: ({ ec2, groupId }) =>
      ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId: groupId, IpPermissions: [EVERYTHING] })),
  },
  {
    name: 'AuthorizeSecurityGroupIngress: an unknown group',
    ask: ({ ec2 }) =>
      ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: UNKNOWN.group, IpPermissions: [WEB] })),
  },
  {
    name: 'AuthorizeSecurityGroupIngress: an unknown peer',
    ask: ({ ec2, groupId }) =>
      ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: groupId,
          IpPermissions: [
            { IpProtocol: 'tcp', FromPort: 1, ToPort: 1, UserIdGroupPairs: [{ GroupId: UNKNOWN.group }] },
          ],
        }),
      ),
  },
  {
    name: 'AuthorizeSecurityGroupIngress: no CIDR',
    ask: ({ ec2, groupId }) =>
      ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: groupId,
          IpPermissions: [
            { IpProtocol: 'tcp', FromPort: 1, ToPort: 1, IpRanges: [{ CidrIp: 'everywhere' }] },
          ],
        }),
      ),
  },
  {
    name: 'RevokeSecurityGroupIngress: a rule that is not there',
    ask: ({ ec2, groupId }) =>
      ec2.send(
        new RevokeSecurityGroupIngressCommand({
          GroupId: groupId,
          IpPermissions: [
            { IpProtocol: 'tcp', FromPort: 9, ToPort: 9, IpRanges: [{ CidrIp: '10.0.0.0/8' }] },
          ],
        }),
      ),
  },
  {
    name: 'RevokeSecurityGroupEgress: an unknown rule id',
    ask: ({ ec2, groupId }) =>
      ec2.send(
        new RevokeSecurityGroupEgressCommand({ GroupId: groupId, SecurityGroupRuleIds: [UNKNOWN.rule] }),
      ),
  },
  {
    name: 'RevokeSecurityGroupEgress: by id',
    async ask(world) {
      const GroupId = await aGroup(world, 'without-egress');
      const Filters = [{ Name: 'group-id', Values: [GroupId] }];
      const { SecurityGroupRules = [] } = await world.ec2.send(
        new DescribeSecurityGroupRulesCommand({ Filters }),
      );
      const ids = SecurityGroupRules.flatMap(({ SecurityGroupRuleId }) => SecurityGroupRuleId ?? []);
      return world.ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, SecurityGroupRuleIds: ids }));
    },
  },
];
