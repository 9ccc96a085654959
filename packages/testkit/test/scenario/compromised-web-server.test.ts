import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  CreateVolumeCommand,
  DescribeInstancesCommand,
  DetachVolumeCommand,
  EC2Client,
  ModifySnapshotAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it, vi } from 'vitest';
import { hostOf } from '../../src/hosts/host-registry.js';
import { runningHost } from '../../src/hosts/world-hosts.js';
import { compromisedWebServer } from '../../src/scenario/compromised-web-server.js';
import type { RuleOptions } from '../../src/simulation/ec2/groups.js';
import { createWorld } from '../../src/simulation/world.js';
import { START, ssmWorld, TO_ENDPOINTS } from '../ssm/ssm-world.js';

const INSTANCE = 'i-0f3a9c51d2b7e8460';
const TO_S3: RuleOptions = {
  direction: 'egress',
  protocol: 'tcp',
  fromPort: 443,
  peer: { kind: 'prefix-list', id: 'pl-63a5400a' },
};
const ss =
  "#!/usr/bin/env bash\nss -tinH | paste - - | awk '{ print $5; for (i = 6; i <= NF; i++) if ($i ~ /^bytes_acked/) print $i }'\nsleep 10\nss -tinH | paste - - | awk '{ for (i = 6; i <= NF; i++) if ($i ~ /^bytes_acked/) print $i }'\n";

/** The security account's clients and a way to run a command on one of its instances. */
async function withForensics() {
  const made = await ssmWorld();
  const { world, scene } = made;
  const common = {
    region: scene.ids.region,
    credentials: world.account(scene.ids.securityAccount).credentials(),
    maxAttempts: 1,
  };
  const [ec2, ssm, s3] = [
    new EC2Client(common),
    new SSMClient(common),
    new S3Client({ ...common, requestChecksumCalculation: 'WHEN_REQUIRED' }),
  ];
  const runOn = async (id: string, script: string) => {
    const sent = await ssm.send(
      new SendCommandCommand({
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: [id],
        Parameters: { commands: [`#!/usr/bin/env bash\nset -euo pipefail\n${script}`] },
      }),
    );
    await world.clock.advance(120_000);
    return ssm.send(new GetCommandInvocationCommand({ CommandId: sent.Command?.CommandId, InstanceId: id }));
  };
  const launch = async () => {
    const { ids, security } = scene;
    const answer = await ec2.send(
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
    expect(ids.region).toBe('eu-west-1');
    await world.clock.advance(180_000);
    return answer.Instances?.[0]?.InstanceId ?? '';
  };
  return { ...made, forensics: { ec2, ssm, s3, runOn, launch } };
}

describe('the compromised web server', () => {
  it('is what its finding says', async () => {
    const { ec2, scene } = await ssmWorld();
    const details = scene.finding.detail.resource.instanceDetails;
    const { Reservations } = await ec2.send(
      new DescribeInstancesCommand({ InstanceIds: [details.instanceId] }),
    );
    const instance = Reservations?.[0]?.Instances?.[0];
    expect(instance).toMatchObject({
      InstanceType: details.instanceType,
      ImageId: details.imageId,
      LaunchTime: new Date(details.launchTime),
      PrivateIpAddress: details.networkInterfaces[0]?.privateIpAddress,
      PublicIpAddress: details.networkInterfaces[0]?.publicIp,
      VpcId: details.networkInterfaces[0]?.vpcId,
      IamInstanceProfile: { Arn: details.iamInstanceProfile.arn },
    });
    expect(instance?.BlockDeviceMappings?.map((one) => one.DeviceName)).toEqual(['/dev/sdf', '/dev/xvda']);
  });

  it('refuses a world that begins before the finding', async () => {
    await expect(compromisedWebServer(createWorld({ start: new Date('2026-11-19') }))).rejects.toThrow(
      /start/,
    );
  });

  it('is talked to by its intruder until the tracked connections are cut', async () => {
    const { send, ended, quarantine, seconds } = await ssmWorld();
    const grown = async () => {
      const lines = (await ended(await send(ss))).StandardOutputContent?.trim().split('\n') ?? [];
      const peers = lines.filter((line) => !line.startsWith('bytes'));
      const counts = lines.filter((line) => line.startsWith('bytes')).map((line) => Number(line.slice(12)));
      return peers.filter((_, index) => (counts[index + peers.length] ?? 0) > (counts[index] ?? 0));
    };
    expect(await grown()).toEqual(expect.arrayContaining(['203.0.113.66:4444', '203.0.113.66:3333']));
    await quarantine([TO_ENDPOINTS]);
    await seconds(30);
    expect(await grown()).toContain('203.0.113.66:4444');
    await quarantine([
      { direction: 'egress', peer: { kind: 'ipv4', cidr: '0.0.0.0/0' } },
      { direction: 'ingress', peer: { kind: 'ipv4', cidr: '0.0.0.0/0' } },
    ]);
    await seconds(10);
    await quarantine([TO_ENDPOINTS]);
    await seconds(60);
    expect(await grown()).not.toContain('203.0.113.66:4444');
  });

  it('has nobody connected where there is no intruder', async () => {
    const { send, ended } = await ssmWorld({ intruder: 'absent' });
    expect((await ended(await send(ss))).StandardOutputContent).not.toContain('203.0.113.66');
  });

  it('has left what the stolen role did in CloudTrail, and nothing where there was no intruder', async () => {
    const events = async (intruder: 'present' | 'absent') => {
      const { world, scene } = await ssmWorld({ intruder });
      await world.clock.advance(900_000);
      const trail = new CloudTrailClient({
        region: scene.ids.region,
        credentials: world.account(scene.ids.suspectAccount).credentials(),
      });
      const LookupAttributes = [{ AttributeKey: 'Username' as const, AttributeValue: INSTANCE }];
      const { Events = [] } = await trail.send(new LookupEventsCommand({ LookupAttributes, MaxResults: 50 }));
      return Events.map((event) => String(event.CloudTrailEvent)).filter((text) =>
        text.includes('203.0.113.66'),
      );
    };
    expect((await events('present')).length).toBeGreaterThan(1);
    expect(await events('absent')).toEqual([]);
  });

  it('keeps its objects as files where they are asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-demo-'));
    const world = createWorld({ start: START });
    const { ids } = await compromisedWebServer(world, { folder });
    const s3 = new S3Client({
      region: ids.region,
      credentials: world.account(ids.securityAccount).credentials(),
    });
    await s3.send(
      new PutObjectCommand({ Bucket: ids.evidenceBucket, Key: 'incident/report.html', Body: 'x' }),
    );
    expect(readFileSync(join(folder, 'evidence/incident/report.html'), 'utf8')).toBe('x');
    await world.dispose();
    rmSync(folder, { recursive: true });
  });
});

describe('its memory', () => {
  it('is dumped by the module of the catalogue and uploaded while the way to S3 is open', async () => {
    const { scene, send, ended, quarantine, seconds, world, forensics } = await withForensics();
    const { limeModule } = scene.security;
    const staging = { Bucket: scene.ids.stagingBucket, Key: 'memory.lime' };
    const sign = (command: GetObjectCommand | PutObjectCommand) =>
      getSignedUrl(forensics.s3, command as GetObjectCommand, { expiresIn: 900, signingDate: world.now() });
    const module = await sign(new GetObjectCommand({ Bucket: limeModule.bucket, Key: limeModule.key }));
    const upload = await sign(new PutObjectCommand(staging));
    const script = `#!/usr/bin/env bash
set -euo pipefail
cd "$CORDON_ROOT/root"
curl -fsS --connect-timeout 20 -o lime.ko '${module}'
insmod lime.ko "path=$PWD/mem" format=lime digest=sha256
rmmod lime
curl -fsS -T mem '${upload}'
cat mem.sha256
`;
    await quarantine([TO_ENDPOINTS]);
    expect(await ended(await send(script))).toMatchObject({ Status: 'Failed', ResponseCode: 28 });
    await quarantine([TO_ENDPOINTS, TO_S3]);
    await seconds(60);
    const dumped = await ended(await send(script));
    expect(dumped.Status).toBe('Success');
    const head = await forensics.s3.send(new HeadObjectCommand(staging));
    expect(head.ContentLength).toBeGreaterThan(15 * 2 ** 20);
    const { Body } = await forensics.s3.send(new GetObjectCommand(staging));
    const image = Buffer.from((await Body?.transformToByteArray()) ?? []);
    for (const text of [
      'Linux version 6.1.0-28-cloud-amd64',
      'stratum+tcp://203.0.113.66:3333',
      'HISTFILE=/dev/null',
      '/dev/tcp/203.0.113.66/4444',
      'chattr +i /etc/ld.so.preload',
    ]) {
      expect(image.includes(text), text).toBe(true);
    }
  });
});

describe('its disks', () => {
  it('are examined on a forensic host, as they were when the snapshots were made', async () => {
    const { scene, ec2, world, forensics } = await withForensics();
    const { Snapshots = [] } = await ec2.send(
      new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: INSTANCE } }),
    );
    const suspect = runningHost(scene.suspectRegion, INSTANCE);
    rmSync(join(suspect?.root ?? '', 'var/www/html/wp-content/uploads/2026/11/cache.php'));
    await world.clock.advance(1_200_000);
    const root = Snapshots.find((one) => one.VolumeId === scene.ids.rootVolumeId)?.SnapshotId ?? '';
    await ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId: root,
        Attribute: 'createVolumePermission',
        OperationType: 'add',
        UserIds: [scene.ids.securityAccount],
      }),
    );
    const volume = await forensics.ec2.send(
      new CreateVolumeCommand({ SnapshotId: root, AvailabilityZone: 'eu-west-1a' }),
    );
    const id = await forensics.launch();
    await forensics.ec2.send(
      new AttachVolumeCommand({ VolumeId: volume.VolumeId, InstanceId: id, Device: '/dev/sdf' }),
    );
    await world.clock.advance(10_000);
    const seen = await forensics.runOn(
      id,
      `device=$(lsblk -dnro PATH,SERIAL | awk -v serial='${volume.VolumeId?.replace('-', '')}' '$2 == serial { print $1 }')
      echo "$device " $(lsblk -dnro PATH)
      blockdev --setro "$device" "\${device}p1"
      mkdir -p "$CORDON_ROOT/mnt/evidence"
      mount -o ro,nodev,nosuid,noexec,nosymfollow,noload "\${device}p1" "$CORDON_ROOT/mnt/evidence"
      cd "$CORDON_ROOT/mnt/evidence"
      ls -A proc srv dev run; cat var/www/html/wp-content/uploads/2026/11/cache.php; find . -perm -4000 -name .sh
      touch x 2>/dev/null || echo read-only`,
    );
    expect(seen).toMatchObject({ Status: 'Success' });
    expect(seen.StandardOutputContent).toMatch(/^\/dev\/nvme1n1 /);
    expect(seen.StandardOutputContent).toContain('dev:\n\nproc:\n\nrun:\n\nsrv:\n');
    expect(seen.StandardOutputContent).toContain('object cache drop-in');
    expect(seen.StandardOutputContent).toContain('./var/tmp/.x/.sh');
    expect(seen.StandardOutputContent).toMatch(/read-only\n$/);
    const folder = hostOf(scene.securityRegion, id)?.root ?? '';
    expect(existsSync(folder)).toBe(true);
    await forensics.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await world.clock.advance(60_000);
    world.settle();
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 10_000 });
  });
});

describe('an evidence volume', () => {
  it('carries what the suspect wrote to the forensic host, through detach, snapshot and copy', async () => {
    const { scene, ec2, world, send, ended, forensics } = await withForensics();
    const volume = await ec2.send(new CreateVolumeCommand({ Size: 1, AvailabilityZone: 'eu-west-1a' }));
    const VolumeId = volume.VolumeId ?? '';
    const wait = () => world.clock.advance(20_000);
    await wait();
    await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: INSTANCE, Device: '/dev/sdg' }));
    await wait();
    const written = await ended(
      await send(`#!/usr/bin/env bash
set -euo pipefail
device=$(lsblk -dnro PATH,SERIAL | awk '$2 == "${VolumeId.replace('-', '')}" { print $1 }')
[[ -z $(lsblk -dnro FSTYPE "$device") ]]
mkfs.ext4 -q "$device"
mkdir -p "$CORDON_ROOT/mnt/dump"
mount "$device" "$CORDON_ROOT/mnt/dump"
df -B1 --output=size "$CORDON_ROOT/mnt/dump" | tail -n 1
echo evidence >"$CORDON_ROOT/mnt/dump/mem.lime"
umount "$CORDON_ROOT/mnt/dump"`),
    );
    expect([written.Status, written.StandardOutputContent?.trim()]).toEqual(['Success', String(2 ** 30)]);
    await ec2.send(new DetachVolumeCommand({ VolumeId }));
    await wait();
    const { SnapshotId = '' } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await world.clock.advance(600_000);
    await ec2.send(
      new ModifySnapshotAttributeCommand({
        SnapshotId,
        Attribute: 'createVolumePermission',
        OperationType: 'add',
        UserIds: [scene.ids.securityAccount],
      }),
    );
    const copy = await forensics.ec2.send(
      new CreateVolumeCommand({ SnapshotId, AvailabilityZone: 'eu-west-1a' }),
    );
    const id = await forensics.launch();
    await forensics.ec2.send(
      new AttachVolumeCommand({ VolumeId: copy.VolumeId, InstanceId: id, Device: '/dev/sdf' }),
    );
    await wait();
    const read = await forensics.runOn(
      id,
      'mkdir -p "$CORDON_ROOT/mnt/e"; mount -t ext4 -o ro,noload /dev/nvme1n1 "$CORDON_ROOT/mnt/e"; cat "$CORDON_ROOT/mnt/e/mem.lime"',
    );
    expect(read).toMatchObject({ Status: 'Success', StandardOutputContent: 'evidence\n' });
  });
});
