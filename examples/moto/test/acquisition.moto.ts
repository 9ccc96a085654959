import { DescribeSnapshotAttributeCommand } from '@aws-sdk/client-ec2';
import { ListCommandsCommand } from '@aws-sdk/client-ssm';
import type { Containment, EvidenceSnapshots, Quarantine, RoleDenial } from '@cordon/core/steps';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  autoScalingMembersNow,
  groupsNow,
  instanceNow,
  instancesTagged,
  protectionNow,
  publicAddressesNow,
  rolePoliciesNow,
  rulesNow,
  snapshotsNow,
  targetsNow,
  volumesOf,
} from '../src/looks.ts';
import { present } from '../src/present.ts';
import type { Scene } from '../src/scene.ts';
import { type Acquired, acquire, factOf } from './acquired.ts';

let acquired: Acquired;
let scene: Scene;
const fact = <T>(name: string) => factOf<T>(acquired, name);

beforeAll(async () => {
  acquired = await acquire();
  scene = acquired.scene;
}, 120_000);

describe('the acquisition, against a server that nobody here wrote', () => {
  it('does every step up to where a host would have to answer', () => {
    const notSucceeded = acquired.result.steps.filter(({ status }) => status !== 'succeeded');
    expect(notSucceeded).toEqual([
      expect.objectContaining({
        id: 'disk.attach',
        status: 'failed',
        reason: expect.stringMatching(/^HOST_ANSWER/),
      }),
    ]);
    expect(acquired.result.outcome).toBe('incomplete');
  });

  it('was let in: two interfaces in groups of their own, public, registered, its root deleted with it', () => {
    const { firstInterfaceId, secondInterfaceId, network, publicAddress, instanceId } = scene.suspect;
    expect(acquired.before).toMatchObject({
      groups: {
        [firstInterfaceId]: [network.webGroupId, network.backGroupId].sort(),
        [secondInterfaceId]: [network.backGroupId],
      },
      addresses: [publicAddress],
      policies: ['assets'],
      targets: [instanceId],
      protection: { termination: false, stop: false, deletedWithIt: ['/dev/sda1'] },
    });
  });

  it('takes a snapshot of every volume, with tags that say nothing to an intruder', async () => {
    const { account, instanceId } = scene.suspect;
    const volumes = await volumesOf(account, instanceId);
    const ids = volumes.flatMap(({ VolumeId }) => VolumeId ?? []);
    const made = await snapshotsNow(account, { Name: 'volume-id', Values: ids });
    expect(ids).toHaveLength(2);
    expect(made.map(({ VolumeId }) => VolumeId).sort()).toEqual([...ids].sort());
    expect(JSON.stringify(made)).not.toMatch(/cordon|incident|forensic|inc-/i);
  });

  it('protects the instance against termination, stop and the loss of its volumes', async () => {
    expect(await protectionNow(scene.suspect)).toEqual({
      termination: true,
      stop: true,
      shutdown: 'stop',
      deletedWithIt: [],
      metadata: { tokens: 'required', hops: 1, endpoint: 'enabled' },
    });
  });

  it('takes it out of its Auto Scaling group, which starts another, and out of its target group', async () => {
    const { account, instanceId } = scene.suspect;
    const members = await autoScalingMembersNow(account);
    expect(members).not.toContain(instanceId);
    expect(members).toHaveLength(2);
    expect(await targetsNow(scene.suspect)).toEqual([]);
    expect((await instanceNow(account, instanceId)).State?.Name).toBe('running');
  });

  it('puts every interface into one group that lets only HTTPS out to the endpoints of SSM', async () => {
    const { account, network, firstInterfaceId, secondInterfaceId } = scene.suspect;
    const [group] = fact<Quarantine>('quarantine').groups;
    const groupId = present(group, 'quarantine group').groupId;
    expect(await groupsNow(scene.suspect)).toEqual({
      [firstInterfaceId]: [groupId],
      [secondInterfaceId]: [groupId],
    });
    expect(await rulesNow(account, groupId)).toEqual([
      { egress: true, protocol: 'tcp', ports: [443, 443], peer: network.endpointGroupId },
    ]);
  });

  it('takes its public address away', async () => {
    expect(await publicAddressesNow(scene.suspect)).toEqual([]);
    expect(fact<Quarantine>('quarantine').addressesRemoved).toEqual([scene.suspect.publicAddress]);
  });

  it('denies the role, beside the policy that it had', async () => {
    const { policyName = '' } = fact<RoleDenial>('roleDenial');
    const policies = await rolePoliciesNow(scene.suspect.account);
    expect(Object.keys(policies).sort()).toEqual(['assets', policyName].sort());
    expect(policies[policyName]).toMatchObject({
      Version: '2012-10-17',
      Statement: [expect.objectContaining({ Effect: 'Deny' })],
    });
  });

  it('reads all of that back before it says that the suspect is contained', () => {
    const { interfaces, roleDeny, residualRisks } = fact<Containment>('containment');
    expect(interfaces.map(({ contained }) => contained)).toEqual([true, true]);
    expect(roleDeny).toMatchObject({ roleName: 'shop-frontend' });
    expect(residualRisks.map(({ path }) => path)).toContain('tracked-connection');
  });

  it('shares the snapshots with the security account and nobody else', async () => {
    for (const { sourceSnapshotId: SnapshotId } of fact<EvidenceSnapshots>('evidenceSnapshots')) {
      const command = new DescribeSnapshotAttributeCommand({
        SnapshotId,
        Attribute: 'createVolumePermission',
      });
      const { CreateVolumePermissions } = await scene.suspect.account.ec2.send(command);
      expect(CreateVolumePermissions).toEqual([{ UserId: scene.security.account.id }]);
    }
    expect(fact<EvidenceSnapshots>('evidenceSnapshots')).toHaveLength(2);
  });

  it('keeps a custody copy of each in the security account, with its lineage in tags', async () => {
    const sources = fact<EvidenceSnapshots>('evidenceSnapshots').map(
      ({ sourceSnapshotId }) => sourceSnapshotId,
    );
    const filter = { Name: 'tag:cordon:source-snapshot', Values: sources };
    const copies = await snapshotsNow(scene.security.account, filter);
    const incidents = copies.map(({ Tags = [] }) => Tags.find(({ Key }) => Key === 'cordon:incident')?.Value);
    expect(incidents).toEqual([acquired.result.incidentId, acquired.result.incidentId]);
  });

  it('starts a forensic instance and attaches a volume of each snapshot to it', async () => {
    const { account, forensic } = scene.security;
    const instance = await forensicInstance();
    expect(instance).toMatchObject({
      State: { Name: 'running' },
      SubnetId: forensic.subnetId,
      MetadataOptions: { HttpTokens: 'required' },
    });
    const attached = (await volumesOf(account, instance.InstanceId ?? '')).filter(({ Tags = [] }) =>
      Tags.some(({ Key }) => Key === 'cordon:source-volume'),
    );
    expect(attached.map(({ Size, Attachments }) => [Attachments?.[0]?.Device, Size]).sort()).toEqual([
      ['/dev/sdf', 30],
      ['/dev/sdg', 20],
    ]);
  });

  it('lets it out to the endpoints of SSM and to S3, and nobody in', async () => {
    const { account, endpointGroupId } = scene.security;
    const { InstanceId: instanceId = '' } = await forensicInstance();
    const worn = Object.values(await groupsNow({ account, instanceId }));
    expect(worn).toEqual([[expect.stringMatching(/^sg-/)]]);
    const https = { egress: true, protocol: 'tcp', ports: [443, 443] };
    const rules = await rulesNow(account, worn[0]?.[0] ?? '');
    expect(rules.toSorted((a, b) => String(b.peer).localeCompare(String(a.peer)))).toEqual([
      { ...https, peer: endpointGroupId },
      { ...https, peer: expect.stringMatching(/^pl-/) },
    ]);
  });

  it('asks the forensic instance whether it keeps its hands off them, and then to mount them, once each', async () => {
    const { InstanceId = '' } = await forensicInstance();
    const { Commands = [] } = await scene.security.account.ssm.send(new ListCommandsCommand({ InstanceId }));
    expect(
      Commands.map(({ DocumentName, Comment }) => [DocumentName, Comment?.split(' ')[1]]).sort(),
    ).toEqual([
      ['AWS-RunShellScript', 'check-image'],
      ['AWS-RunShellScript', 'mount-evidence'],
    ]);
  });
});

async function forensicInstance() {
  const filter = { Name: 'tag:cordon:incident', Values: [acquired.result.incidentId] };
  const found = await instancesTagged(scene.security.account, filter);
  expect(found).toHaveLength(1);
  return present(found[0], 'forensic instance');
}
