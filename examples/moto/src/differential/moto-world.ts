import { randomUUID } from 'node:crypto';
import { CreateSnapshotCommand, CreateVolumeCommand } from '@aws-sdk/client-ec2';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { type PlainAccount, plainAccount, REGION } from '../accounts.ts';
import { instanceNow } from '../looks.ts';
import { present } from '../present.ts';
import { AUTO_SCALING_GROUP, PROFILE, prepareSuspect, ROLE } from '../suspect.ts';
import type { World } from './world.ts';

async function addBuckets({ s3 }: PlainAccount): Promise<{ lockedBucket: string; bucket: string }> {
  const id = randomUUID();
  const names = { lockedBucket: `locked-${id}`, bucket: `plain-${id}` };
  const place = { CreateBucketConfiguration: { LocationConstraint: REGION } } as const;
  await s3.send(new CreateBucketCommand({ Bucket: names.bucket, ...place }));
  await s3.send(
    new CreateBucketCommand({ Bucket: names.lockedBucket, ObjectLockEnabledForBucket: true, ...place }),
  );
  const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } } as const;
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule } as const;
  await s3.send(
    new PutObjectLockConfigurationCommand({ Bucket: names.lockedBucket, ObjectLockConfiguration }),
  );
  return names;
}

async function addDisks({ ec2 }: PlainAccount): Promise<{ freeVolumeId: string; snapshotId: string }> {
  const { VolumeId } = await ec2.send(new CreateVolumeCommand({ Size: 8, AvailabilityZone: `${REGION}a` }));
  const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
  return { freeVolumeId: present(VolumeId, 'volume'), snapshotId: present(SnapshotId, 'snapshot') };
}

export async function motoWorld(endpoint: string, id: string): Promise<World> {
  const account = await plainAccount(endpoint, id);
  const { network, instanceId, firstInterfaceId, targetGroupArn } = await prepareSuspect(account);
  const { ImageId, BlockDeviceMappings = [] } = await instanceNow(account, instanceId);
  const root = BlockDeviceMappings.find(({ DeviceName }) => DeviceName === '/dev/sda1');
  const { KeyMetadata } = await account.kms.send(new CreateKeyCommand({}));
  const parameter = '/cordon/parameter';
  await account.ssm.send(new PutParameterCommand({ Name: parameter, Value: 'a value', Type: 'String' }));
  return {
    ...account,
    ...(await addBuckets(account)),
    ...(await addDisks(account)),
    instanceId,
    interfaceId: firstInterfaceId,
    vpcId: network.vpcId,
    subnetId: network.subnetId,
    groupId: network.webGroupId,
    groupName: 'shop-frontend',
    rootVolumeId: present(root?.Ebs?.VolumeId, 'root volume'),
    imageId: present(ImageId, 'image'),
    roleName: ROLE,
    profileName: PROFILE,
    autoScalingGroup: AUTO_SCALING_GROUP,
    targetGroupArn,
    keyId: present(KeyMetadata?.KeyId, 'key'),
    parameter,
    settle: async () => undefined,
    rest: async () => undefined,
  };
}
