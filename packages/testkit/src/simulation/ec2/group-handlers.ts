import type { SecurityGroup as SdkGroup } from '@aws-sdk/client-ec2';
import { awsError } from '../errors.js';
import type { Handlers } from '../service.js';
import { toPermissions } from './describe-rules.js';
import { type FilterTable, filtered } from './filters.js';
import { ANYWHERE_IPV4, ANYWHERE_IPV6, addRule, groupsOf, type SecurityGroup } from './groups.js';
import { interfacesOf } from './interfaces.js';
import { required } from './not-found.js';
import { paged } from './pages.js';
import { created, tagList } from './resource.js';
import { specifiedTags } from './tag-specifications.js';
import { vpcsOf } from './vpcs.js';

type Ec2 = typeof import('@aws-sdk/client-ec2');

const MOST_GROUPS_PER_REGION = 2_500;

function describe(group: SecurityGroup, owner: string): SdkGroup {
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    VpcId: group.vpcId,
    OwnerId: owner,
    IpPermissions: toPermissions(
      group.rules.filter((rule) => rule.direction === 'ingress'),
      owner,
    ),
    IpPermissionsEgress: toPermissions(
      group.rules.filter((rule) => rule.direction === 'egress'),
      owner,
    ),
    Tags: tagList(group),
  };
}

const FILTERS: FilterTable<SdkGroup> = {
  description: (group) => group.Description,
  'egress.ip-permission.cidr': (group) =>
    group.IpPermissionsEgress?.flatMap((one) => one.IpRanges?.map((range) => range.CidrIp)),
  'group-id': (group) => group.GroupId,
  'group-name': (group) => group.GroupName,
  'ip-permission.cidr': (group) =>
    group.IpPermissions?.flatMap((one) => one.IpRanges?.map((range) => range.CidrIp)),
  'ip-permission.group-id': (group) =>
    group.IpPermissions?.flatMap((one) => one.UserIdGroupPairs?.map((pair) => pair.GroupId)),
  'owner-id': (group) => group.OwnerId,
  'vpc-id': (group) => group.VpcId,
};

function checkName(name: string, description: string): void {
  if (name.startsWith('sg-')) {
    throw awsError(
      'InvalidParameterValue',
      "Invalid value for 'groupName'. It may not be in the format sg-*.",
    );
  }
  const allowed = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;
  if (!allowed.test(name))
    throw awsError('InvalidParameterValue', `Value (${name}) for parameter GroupName is invalid.`);
  if (allowed.test(description)) return;
  throw awsError(
    'InvalidParameterValue',
    `Value (${description}) for parameter GroupDescription is invalid.`,
  );
}

export const groupHandlers: Handlers<
  Ec2,
  'DescribeSecurityGroups' | 'CreateSecurityGroup' | 'DeleteSecurityGroup'
> = {
  DescribeSecurityGroups: (call) => {
    const { GroupIds: ids = [], GroupNames, Filters } = call.input;
    if (GroupNames !== undefined) {
      throw awsError(
        'VPCIdNotSpecified',
        'No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.',
      );
    }
    const collection = groupsOf(call.region);
    const wanted = ids.length > 0 ? ids.map((id) => required(collection, 'sg', id)) : collection.visible();
    const described = wanted.map((group) => describe(group, call.account.id));
    const { items, next } = paged(call, filtered(described, Filters, FILTERS), { ids });
    return { SecurityGroups: items, ...next };
  },

  CreateSecurityGroup: ({ region, account, input }) => {
    const { GroupName: name = '', Description: description = '', VpcId } = input;
    checkName(name, description);
    const vpc = required(vpcsOf(region), 'vpc', VpcId);
    const groups = groupsOf(region);
    if (groups.all().some((group) => group.name === name && group.vpcId === vpc.id)) {
      throw awsError(
        'InvalidGroup.Duplicate',
        `The security group '${name}' already exists for VPC '${vpc.id}'`,
      );
    }
    if (groups.all().length >= MOST_GROUPS_PER_REGION) {
      throw awsError('SecurityGroupLimitExceeded', 'The maximum number of security groups has been reached.');
    }
    const id = region.world.id('sg');
    const tags = specifiedTags(input.TagSpecifications, 'security-group');
    const group = groups.add({ ...created(region, id, tags), name, description, vpcId: vpc.id, rules: [] });
    addRule(region, group, { direction: 'egress', peer: ANYWHERE_IPV4 });
    if (vpc.ipv6Cidr !== undefined) addRule(region, group, { direction: 'egress', peer: ANYWHERE_IPV6 });
    const SecurityGroupArn = `arn:aws:ec2:${region.name}:${account.id}:security-group/${id}`;
    return { GroupId: id, SecurityGroupArn, Tags: tagList(group) };
  },

  DeleteSecurityGroup: ({ region, input }) => {
    const groups = groupsOf(region);
    const group = required(groups, 'sg', input.GroupId);
    if (group.name === 'default') {
      throw awsError(
        'CannotDelete',
        `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
      );
    }
    const used = interfacesOf(region)
      .all()
      .some((one) => one.groups.includes(group.id));
    const named = groups
      .all()
      .some(
        (other) =>
          other.id !== group.id &&
          other.rules.some((rule) => rule.peer.kind === 'group' && rule.peer.id === group.id),
      );
    if (used || named) throw awsError('DependencyViolation', `resource ${group.id} has a dependent object`);
    groups.delete(group.id);
    return { Return: true, GroupId: group.id };
  },
};
