import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  CreateVolumeCommand,
  DetachVolumeCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it, vi } from 'vitest';
import { hostOf } from '../../src/hosts/host-registry.js';
import { runningHost } from '../../src/hosts/world-hosts.js';
import type { RuleOptions } from '../../src/simulation/ec2/groups.js';
import { TO_ENDPOINTS } from '../ssm/ssm-world.js';
import { attached, forensicWorld, runOn } from './forensic-world.js';

const INSTANCE = 'i-0f3a9c51d2b7e8460';
const TO_S3: RuleOptions = {
  direction: 'egress',
  protocol: 'tcp',
  fromPort: 443,
  peer: { kind: 'prefix-list', id: 'pl-63a5400a' },
};

/** Has a shell find the disk that holds a volume. */
const findDisk = (volumeId: string) =>
  `device=$(lsblk -dnro PATH,SERIAL | awk '$2 == "${volumeId.replace('-', '')}" { print $1 }')`;

describe('the memory of the compromised web server', () => {
  it('is dumped by the module of the catalogue and uploaded while the way to S3 is open', async () => {
    const { scene, send, ended, quarantine, seconds, world, forensics } = await forensicWorld();
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

/** Mounts the disk as evidence, read-only, and tells what lies there. */
const lookAt = (volumeId: string) => `${findDisk(volumeId)}
echo "$device " $(lsblk -dnro PATH)
blockdev --setro "$device" "\${device}p1"
mkdir -p "$CORDON_ROOT/mnt/evidence"
mount -o ro,nodev,nosuid,noexec,nosymfollow,noload "\${device}p1" "$CORDON_ROOT/mnt/evidence"
cd "$CORDON_ROOT/mnt/evidence"
ls -A proc srv dev run; cat var/www/html/wp-content/uploads/2026/11/cache.php; find . -perm -4000 -name .sh
touch x 2>/dev/null || echo read-only`;

describe('its disks', () => {
  it('are examined on a forensic host, as they were when the snapshots were made', async () => {
    const all = await forensicWorld();
    const { scene, ec2, world, forensics } = all;
    const { Snapshots = [] } = await ec2.send(
      new CreateSnapshotsCommand({ InstanceSpecification: { InstanceId: INSTANCE } }),
    );
    const suspect = runningHost(scene.suspectRegion, INSTANCE);
    rmSync(join(suspect?.root ?? '', 'var/www/html/wp-content/uploads/2026/11/cache.php'));
    await world.clock.advance(1_200_000);
    const root = Snapshots.find((one) => one.VolumeId === scene.ids.rootVolumeId)?.SnapshotId ?? '';
    const { hostId, volumeId } = await attached(all, root);
    const seen = await runOn(all, hostId, lookAt(volumeId));
    expect(seen).toMatchObject({ Status: 'Success' });
    expect(seen.StandardOutputContent).toMatch(/^\/dev\/nvme1n1 /);
    expect(seen.StandardOutputContent).toContain('dev:\n\nproc:\n\nrun:\n\nsrv:\n');
    expect(seen.StandardOutputContent).toContain('object cache drop-in');
    expect(seen.StandardOutputContent).toContain('./var/tmp/.x/.sh');
    expect(seen.StandardOutputContent).toMatch(/read-only\n$/);
    const folder = hostOf(scene.securityRegion, hostId)?.root ?? '';
    expect(existsSync(folder)).toBe(true);
    await forensics.ec2.send(new TerminateInstancesCommand({ InstanceIds: [hostId] }));
    await world.clock.advance(60_000);
    world.settle();
    await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 10_000 });
  });
});

/** Makes a file system on the volume and leaves `evidence` there. */
const writeTo = (volumeId: string) => `#!/usr/bin/env bash
set -euo pipefail
${findDisk(volumeId)}
[[ -z $(lsblk -dnro FSTYPE "$device") ]]
mkfs.ext4 -q "$device"
mkdir -p "$CORDON_ROOT/mnt/dump"
mount "$device" "$CORDON_ROOT/mnt/dump"
df -B1 --output=size "$CORDON_ROOT/mnt/dump" | tail -n 1
echo evidence >"$CORDON_ROOT/mnt/dump/mem.lime"
umount "$CORDON_ROOT/mnt/dump"`;

describe('an evidence volume', () => {
  it('carries what the suspect wrote to the forensic host, through detach, snapshot and copy', async () => {
    const all = await forensicWorld();
    const { ec2, world, send, ended } = all;
    const { VolumeId = '' } = await ec2.send(
      new CreateVolumeCommand({ Size: 1, AvailabilityZone: 'eu-west-1a' }),
    );
    const wait = () => world.clock.advance(20_000);
    await wait();
    await ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId: INSTANCE, Device: '/dev/sdg' }));
    await wait();
    const written = await ended(await send(writeTo(VolumeId)));
    expect([written.Status, written.StandardOutputContent?.trim()]).toEqual(['Success', String(2 ** 30)]);
    await ec2.send(new DetachVolumeCommand({ VolumeId }));
    await wait();
    const { SnapshotId = '' } = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
    await world.clock.advance(600_000);
    const { hostId } = await attached(all, SnapshotId);
    const read = await runOn(
      all,
      hostId,
      'mkdir -p "$CORDON_ROOT/mnt/e"; mount -t ext4 -o ro,noload /dev/nvme1n1 "$CORDON_ROOT/mnt/e"; cat "$CORDON_ROOT/mnt/e/mem.lime"',
    );
    expect(read).toMatchObject({ Status: 'Success', StandardOutputContent: 'evidence\n' });
  });
});
