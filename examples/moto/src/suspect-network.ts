import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
} from '@aws-sdk/client-ec2';
import { type PlainAccount, REGION } from './accounts.ts';
import { present } from './present.ts';

/** Where the suspect stands: two subnets, groups of its own, and SSM's endpoints. */
export interface SuspectNetwork {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly webGroupId: string;
  readonly backGroupId: string;
  readonly endpointGroupId: string;
}

export async function addVpc({ ec2 }: PlainAccount, cidr: string): Promise<string> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: cidr }));
  return present(Vpc?.VpcId, 'VPC');
}

export async function addSubnet({ ec2 }: PlainAccount, vpcId: string, cidr: string): Promise<string> {
  const command = new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: cidr, AvailabilityZone: `${REGION}a` });
  return present((await ec2.send(command)).Subnet?.SubnetId, 'subnet');
}

export interface PlainGroup {
  readonly vpcId: string;
  readonly name: string;
  /** Lets TCP in on this port, from this CIDR. */
  readonly port: number;
  readonly from: string;
}

export async function addGroup({ ec2 }: PlainAccount, group: PlainGroup): Promise<string> {
  const { vpcId, name, port, from } = group;
  const made = await ec2.send(
    new CreateSecurityGroupCommand({ VpcId: vpcId, GroupName: name, Description: name }),
  );
  const id = present(made.GroupId, 'security group');
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: from }] }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: id, IpPermissions }));
  return id;
}

export interface EndpointPlace {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly groupId: string;
}

/** What SSM's agent needs in a VPC without a way out. */
export async function addEndpoints({ ec2 }: PlainAccount, place: EndpointPlace): Promise<void> {
  for (const service of ['ssm', 'ssmmessages', 'ec2messages'])
    await ec2.send(
      new CreateVpcEndpointCommand({
        VpcId: place.vpcId,
        VpcEndpointType: 'Interface',
        ServiceName: `com.amazonaws.${REGION}.${service}`,
        SubnetIds: [place.subnetId],
        SecurityGroupIds: [place.groupId],
        PrivateDnsEnabled: true,
      }),
    );
}

/** The way to S3, which needs no group. */
export async function addStorageEndpoint({ ec2 }: PlainAccount, vpcId: string): Promise<void> {
  const ServiceName = `com.amazonaws.${REGION}.s3`;
  await ec2.send(new CreateVpcEndpointCommand({ VpcId: vpcId, VpcEndpointType: 'Gateway', ServiceName }));
}

export async function addSuspectNetwork(account: PlainAccount): Promise<SuspectNetwork> {
  const vpcId = await addVpc(account, '10.20.0.0/16');
  const subnetId = await addSubnet(account, vpcId, '10.20.3.0/24');
  const services = await addSubnet(account, vpcId, '10.20.9.0/24');
  const group = (name: string, port: number, from: string) => addGroup(account, { vpcId, name, port, from });
  const webGroupId = await group('shop-frontend', 80, '10.20.1.0/24');
  const backGroupId = await group('shop-backend', 5432, '10.20.0.0/16');
  const endpointGroupId = await group('vpc-endpoints', 443, '10.20.0.0/16');
  await addEndpoints(account, { vpcId, subnetId: services, groupId: endpointGroupId });
  return { vpcId, subnetId, webGroupId, backGroupId, endpointGroupId };
}
