import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  type Filter,
  type Instance,
  type NetworkInterface,
  type SecurityGroup,
  type Snapshot,
  type Volume,
} from '@aws-sdk/client-ec2';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetRolePolicyCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import type { PlainAccount } from './accounts.ts';
import { present } from './present.ts';
import { AUTO_SCALING_GROUP, type PreparedSuspect, ROLE } from './suspect.ts';

/** An instance, and the account it is in. */
type Place = Pick<PreparedSuspect, 'account' | 'instanceId'>;

// What moto says, asked with the SDK alone.

const byId = (name: string, id: string): Filter[] => [{ Name: name, Values: [id] }];

export async function instanceNow({ ec2 }: PlainAccount, instanceId: string): Promise<Instance> {
  const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  return present(answer.Reservations?.[0]?.Instances?.[0], 'instance');
}

/** The attributes that `protect` sets. */
export async function protectionNow({ account, instanceId }: PreparedSuspect) {
  const ask = (Attribute: 'disableApiTermination' | 'disableApiStop' | 'instanceInitiatedShutdownBehavior') =>
    account.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: instanceId, Attribute }));
  const instance = await instanceNow(account, instanceId);
  const { HttpTokens, HttpPutResponseHopLimit, HttpEndpoint } = instance.MetadataOptions ?? {};
  return {
    termination: (await ask('disableApiTermination')).DisableApiTermination?.Value,
    stop: (await ask('disableApiStop')).DisableApiStop?.Value,
    shutdown: (await ask('instanceInitiatedShutdownBehavior')).InstanceInitiatedShutdownBehavior?.Value,
    deletedWithIt: (instance.BlockDeviceMappings ?? [])
      .filter(({ Ebs }) => Ebs?.DeleteOnTermination)
      .map(({ DeviceName }) => DeviceName),
    metadata: { tokens: HttpTokens, hops: HttpPutResponseHopLimit, endpoint: HttpEndpoint },
  };
}

export async function interfacesNow({ account, instanceId }: Place): Promise<readonly NetworkInterface[]> {
  const Filters = byId('attachment.instance-id', instanceId);
  const answer = await account.ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
  return answer.NetworkInterfaces ?? [];
}

/** Interface by interface the groups that it wears, sorted. */
export async function groupsNow(place: Place): Promise<Readonly<Record<string, readonly string[]>>> {
  const found = await interfacesNow(place);
  return Object.fromEntries(
    found.map(({ NetworkInterfaceId: id = '', Groups = [] }) => [
      id,
      Groups.flatMap(({ GroupId }) => GroupId ?? []).sort(),
    ]),
  );
}

export async function publicAddressesNow(suspect: PreparedSuspect): Promise<readonly string[]> {
  const found = await interfacesNow(suspect);
  return found.flatMap(({ Association }) => Association?.PublicIp ?? []);
}

export async function rulesNow({ ec2 }: PlainAccount, groupId: string) {
  const Filters = byId('group-id', groupId);
  const answer = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return (answer.SecurityGroupRules ?? []).map(
    ({ IsEgress, IpProtocol, FromPort, ToPort, ReferencedGroupInfo, CidrIpv4, CidrIpv6, PrefixListId }) => ({
      egress: IsEgress,
      protocol: IpProtocol,
      ports: [FromPort, ToPort],
      peer: ReferencedGroupInfo?.GroupId ?? CidrIpv4 ?? CidrIpv6 ?? PrefixListId,
    }),
  );
}

/** The role's inline policies, by name. */
export async function rolePoliciesNow({ iam }: PlainAccount): Promise<Readonly<Record<string, unknown>>> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: ROLE }));
  const all = PolicyNames.map(async (PolicyName) => {
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName: ROLE, PolicyName }));
    return [PolicyName, JSON.parse(decodeURIComponent(PolicyDocument))] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

export async function autoScalingMembersNow({ autoscaling }: PlainAccount): Promise<readonly string[]> {
  const AutoScalingGroupNames = [AUTO_SCALING_GROUP];
  const answer = await autoscaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames }));
  return (answer.AutoScalingGroups?.[0]?.Instances ?? []).flatMap(({ InstanceId }) => InstanceId ?? []);
}

export async function targetsNow({ account, targetGroupArn }: PreparedSuspect): Promise<readonly string[]> {
  const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn });
  const { TargetHealthDescriptions = [] } = await account.balancing.send(command);
  return TargetHealthDescriptions.flatMap(({ Target }) => Target?.Id ?? []);
}

export async function snapshotsNow({ ec2 }: PlainAccount, filter: Filter): Promise<readonly Snapshot[]> {
  const answer = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters: [filter] }));
  return answer.Snapshots ?? [];
}

export async function volumesOf({ ec2 }: PlainAccount, instanceId: string): Promise<readonly Volume[]> {
  const Filters = byId('attachment.instance-id', instanceId);
  return (await ec2.send(new DescribeVolumesCommand({ Filters }))).Volumes ?? [];
}

export async function volumesTagged({ ec2 }: PlainAccount, filter: Filter): Promise<readonly Volume[]> {
  return (await ec2.send(new DescribeVolumesCommand({ Filters: [filter] }))).Volumes ?? [];
}

export async function instancesTagged({ ec2 }: PlainAccount, filter: Filter): Promise<readonly Instance[]> {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters: [filter] }));
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

export async function groupsNamed({ ec2 }: PlainAccount, pattern: string): Promise<readonly SecurityGroup[]> {
  const Filters = [{ Name: 'group-name', Values: [pattern] }];
  return (await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups ?? [];
}
