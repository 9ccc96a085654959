import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { compromisedWebServer } from '../../src/scenario/compromised-web-server.js';
import { createWorld } from '../../src/simulation/world.js';
import { START, ssmWorld, TO_ENDPOINTS } from '../ssm/ssm-world.js';

const INSTANCE = 'i-0f3a9c51d2b7e8460';
const ss =
  "#!/usr/bin/env bash\nss -tinH | paste - - | awk '{ print $5; for (i = 6; i <= NF; i++) if ($i ~ /^bytes_acked/) print $i }'\nsleep 10\nss -tinH | paste - - | awk '{ for (i = 6; i <= NF; i++) if ($i ~ /^bytes_acked/) print $i }'\n";

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
    onTestFinished(async () => {
      await world.dispose();
      rmSync(folder, { recursive: true });
    });
    const { ids } = await compromisedWebServer(world, { folder });
    const s3 = new S3Client({
      region: ids.region,
      credentials: world.account(ids.securityAccount).credentials(),
    });
    await s3.send(
      new PutObjectCommand({ Bucket: ids.evidenceBucket, Key: 'incident/report.html', Body: 'x' }),
    );
    expect(readFileSync(join(folder, 'evidence/incident/report.html'), 'utf8')).toBe('x');
  });
});
