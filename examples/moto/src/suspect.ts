import { AttachInstancesCommand, CreateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachNetworkInterfaceCommand,
  CreateLaunchTemplateCommand,
  CreateNetworkInterfaceCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  type Instance,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateTargetGroupCommand, RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { PlainAccount } from './accounts.ts';
import { present } from './present.ts';
import { addSuspectNetwork, type SuspectNetwork } from './suspect-network.ts';

/** The suspect as it was prepared: what release has to restore. */
export interface PreparedSuspect {
  readonly account: PlainAccount;
  readonly network: SuspectNetwork;
  readonly instanceId: string;
  readonly firstInterfaceId: string;
  readonly secondInterfaceId: string;
  readonly publicAddress: string;
  readonly targetGroupArn: string;
}

export const ROLE = 'shop-frontend';
export const PROFILE = 'shop-frontend-profile';
export const AUTO_SCALING_GROUP = 'shop-frontend';

const trust = (principal: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });

/** A role that EC2 may wear, in a profile of another name and path. */
export async function addProfile({ iam }: PlainAccount, role: string, profile: string): Promise<void> {
  await iam.send(
    new CreateRoleCommand({
      RoleName: role,
      AssumeRolePolicyDocument: trust({ Service: 'ec2.amazonaws.com' }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: role,
      PolicyName: 'assets',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
      }),
    }),
  );
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: profile, Path: '/web/' }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: profile, RoleName: role }));
}

export async function someImage({ ec2 }: PlainAccount): Promise<string> {
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({ Filters: [{ Name: 'architecture', Values: ['x86_64'] }] }),
  );
  const linux = Images.find(
    ({ Platform, RootDeviceType }) => Platform === undefined && RootDeviceType === 'ebs',
  );
  return present(linux?.ImageId, 'image');
}

async function runSuspect(
  account: PlainAccount,
  network: SuspectNetwork,
  imageId: string,
): Promise<Instance> {
  const made = await account.ec2.send(
    new RunInstancesCommand({
      ImageId: imageId,
      InstanceType: 'm6i.large',
      MinCount: 1,
      MaxCount: 1,
      IamInstanceProfile: { Name: PROFILE },
      // Groups of the instance would be added to those of its interfaces: only moto does that.
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: network.subnetId,
          Groups: [network.webGroupId, network.backGroupId],
          DeleteOnTermination: true,
        },
      ],
      BlockDeviceMappings: [
        { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 30, DeleteOnTermination: true } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 20, DeleteOnTermination: false } },
      ],
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'shop-frontend-3' }] }],
    }),
  );
  return present(made.Instances?.[0], 'instance');
}

async function addSecondInterface(account: PlainAccount, network: SuspectNetwork, instanceId: string) {
  const made = await account.ec2.send(
    new CreateNetworkInterfaceCommand({ SubnetId: network.subnetId, Groups: [network.backGroupId] }),
  );
  const id = present(made.NetworkInterface?.NetworkInterfaceId, 'interface');
  await account.ec2.send(
    new AttachNetworkInterfaceCommand({ NetworkInterfaceId: id, InstanceId: instanceId, DeviceIndex: 1 }),
  );
  return id;
}

async function addPublicAddress({ ec2 }: PlainAccount, interfaceId: string): Promise<string> {
  const made = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const AllocationId = present(made.AllocationId, 'address');
  await ec2.send(new AssociateAddressCommand({ AllocationId, NetworkInterfaceId: interfaceId }));
  return present(made.PublicIp, 'public address');
}

async function addToService(
  account: PlainAccount,
  network: SuspectNetwork,
  instance: Instance,
): Promise<string> {
  const instanceId = present(instance.InstanceId, 'instance id');
  const template = await account.ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'shop-frontend',
      LaunchTemplateData: { ImageId: present(instance.ImageId, 'image'), InstanceType: 'm6i.large' },
    }),
  );
  await account.autoscaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: AUTO_SCALING_GROUP,
      LaunchTemplate: { LaunchTemplateId: present(template.LaunchTemplate?.LaunchTemplateId, 'template') },
      MinSize: 1,
      MaxSize: 4,
      DesiredCapacity: 1,
      VPCZoneIdentifier: network.subnetId,
    }),
  );
  await account.autoscaling.send(
    new AttachInstancesCommand({ AutoScalingGroupName: AUTO_SCALING_GROUP, InstanceIds: [instanceId] }),
  );
  const made = await account.balancing.send(
    new CreateTargetGroupCommand({ Name: 'shop-frontend', Protocol: 'HTTP', Port: 80, VpcId: network.vpcId }),
  );
  const TargetGroupArn = present(made.TargetGroups?.[0]?.TargetGroupArn, 'target group');
  await account.balancing.send(
    new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: instanceId, Port: 80 }] }),
  );
  return TargetGroupArn;
}

async function describe({ ec2 }: PlainAccount, instanceId: string): Promise<Instance> {
  const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  return present(answer.Reservations?.[0]?.Instances?.[0], 'instance');
}

/** A web server with two interfaces, two volumes, a public address, in a group and behind a load balancer. */
export async function prepareSuspect(account: PlainAccount): Promise<PreparedSuspect> {
  const network = await addSuspectNetwork(account);
  await addProfile(account, ROLE, PROFILE);
  const { InstanceId } = await runSuspect(account, network, await someImage(account));
  const instanceId = present(InstanceId, 'instance id');
  const secondInterfaceId = await addSecondInterface(account, network, instanceId);
  const instance = await describe(account, instanceId);
  const firstInterfaceId = present(
    instance.NetworkInterfaces?.find((one) => one.NetworkInterfaceId !== secondInterfaceId)
      ?.NetworkInterfaceId,
    'first interface',
  );
  const publicAddress = await addPublicAddress(account, firstInterfaceId);
  const targetGroupArn = await addToService(account, network, instance);
  return { account, network, instanceId, firstInterfaceId, secondInterfaceId, publicAddress, targetGroupArn };
}
