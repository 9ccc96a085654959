import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ssmWorld } from '../ssm/ssm-world.js';

/** The demo's world, and the security account with its forensic host beside it. */
export async function forensicWorld() {
  const made = await ssmWorld();
  const { world, scene } = made;
  const common = {
    region: scene.ids.region,
    credentials: world.account(scene.ids.securityAccount).credentials(),
    maxAttempts: 1,
  };
  const forensics = {
    ec2: new EC2Client(common),
    ssm: new SSMClient(common),
    s3: new S3Client({ ...common, requestChecksumCalculation: 'WHEN_REQUIRED' }),
  };
  return { ...made, forensics };
}

type ForensicWorld = Awaited<ReturnType<typeof forensicWorld>>;

/** Shares a snapshot of the suspect's with the security account and attaches a volume of it to a forensic host. */
export async function attached(all: ForensicWorld, SnapshotId: string) {
  const { ec2, scene, forensics, world } = all;
  await ec2.send(
    new ModifySnapshotAttributeCommand({
      SnapshotId,
      Attribute: 'createVolumePermission',
      OperationType: 'add',
      UserIds: [scene.ids.securityAccount],
    }),
  );
  const { VolumeId = '' } = await forensics.ec2.send(
    new CreateVolumeCommand({ SnapshotId, AvailabilityZone: 'eu-west-1a' }),
  );
  const hostId = await launch(all);
  await forensics.ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: hostId, Device: '/dev/sdf' }));
  await world.clock.advance(20_000);
  return { hostId, volumeId: VolumeId };
}

async function launch({ scene, forensics, world }: ForensicWorld): Promise<string> {
  const { security } = scene;
  const answer = await forensics.ec2.send(
    new RunInstancesCommand({
      ImageId: security.imageId,
      MinCount: 1,
      MaxCount: 1,
      InstanceType: 'm6i.large',
      SubnetId: security.subnetId,
      SecurityGroupIds: [security.groupId],
      IamInstanceProfile: { Name: security.instanceProfileName },
    }),
  );
  await world.clock.advance(180_000);
  return answer.Instances?.[0]?.InstanceId ?? '';
}

/** What a script says on a forensic host. */
export async function runOn({ forensics, world }: ForensicWorld, hostId: string, script: string) {
  const sent = await forensics.ssm.send(
    new SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [hostId],
      Parameters: { commands: [`#!/usr/bin/env bash\nset -euo pipefail\n${script}`] },
    }),
  );
  await world.clock.advance(120_000);
  const invocation = { CommandId: sent.Command?.CommandId, InstanceId: hostId };
  return forensics.ssm.send(new GetCommandInvocationCommand(invocation));
}
