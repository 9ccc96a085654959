import { ListCommandsCommand } from '@aws-sdk/client-ssm';
import { type IncidentResult, runIncident, verifyJournal } from '@cordon/core';
import type { Quarantine } from '@cordon/core/steps';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  groupsNamed,
  groupsNow,
  instancesTagged,
  rolePoliciesNow,
  rulesNow,
  snapshotsNow,
  volumesOf,
  volumesTagged,
} from '../src/looks.ts';
import { type Losses, losing } from '../src/losing.ts';
import { acquisition } from '../src/pipeline.ts';
import { present } from '../src/present.ts';
import { prepareScene, type Scene } from '../src/scene.ts';

let scene: Scene;
let result: Extract<IncidentResult, { status: 'closed' }>;
let losses: Losses;

beforeAll(async () => {
  scene = await prepareScene();
  const { environment, ...rest } = losing(scene.environment);
  losses = rest;
  const ended = await runIncident(acquisition(scene.security), scene.finding, { ...scene, environment });
  if (ended.status !== 'closed') throw new Error('another incident has this suspect');
  result = ended;
}, 120_000);

const tag = () => ({ Name: 'tag:cordon:incident', Values: [result.incidentId] });

describe('with the answer lost to the first call of every operation that changes something', () => {
  it('loses them indeed', () => {
    expect([...losses.lost].sort()).toEqual([
      'autoscaling:DetachInstances',
      'ec2:AttachVolume',
      'ec2:AuthorizeSecurityGroupEgress',
      'ec2:CopySnapshot',
      'ec2:CreateSecurityGroup',
      'ec2:CreateSnapshots',
      'ec2:CreateVolume',
      'ec2:DisassociateAddress',
      'ec2:LockSnapshot',
      'ec2:ModifyInstanceAttribute',
      'ec2:ModifyInstanceMetadataOptions',
      'ec2:ModifyNetworkInterfaceAttribute',
      'ec2:ModifySnapshotAttribute',
      'ec2:RevokeSecurityGroupEgress',
      'ec2:RunInstances',
      'elasticloadbalancing:DeregisterTargets',
      'iam:PutRolePolicy',
      'ssm:SendCommand',
    ]);
  });

  it('ends as it does without losses', () => {
    const failed = result.steps.filter(({ status }) => status !== 'succeeded');
    expect(failed.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      'disk.attach HOST_ANSWER: the host answered something else than the script prints',
    ]);
  });

  it('takes one snapshot of every volume', async () => {
    const { account, instanceId } = scene.suspect;
    const Values = (await volumesOf(account, instanceId)).flatMap(({ VolumeId }) => VolumeId ?? []);
    const made = await snapshotsNow(account, { Name: 'volume-id', Values });
    expect(made.map(({ VolumeId }) => VolumeId).sort()).toEqual([...Values].sort());
  });

  it('makes one quarantine group, with its one rule, and every interface wears it', async () => {
    const { account, network, firstInterfaceId, secondInterfaceId } = scene.suspect;
    const [made, ...more] = await groupsNamed(account, 'baseline-*');
    const groupId = present(made?.GroupId, 'group');
    expect(more).toEqual([]);
    expect((result.facts.quarantine as Quarantine).groups.map((group) => group.groupId)).toEqual([groupId]);
    expect(await rulesNow(account, groupId)).toMatchObject([{ peer: network.endpointGroupId }]);
    expect(await groupsNow(scene.suspect)).toEqual({
      [firstInterfaceId]: [groupId],
      [secondInterfaceId]: [groupId],
    });
  });

  it('writes one policy into the role', async () => {
    expect(Object.keys(await rolePoliciesNow(scene.suspect.account))).toHaveLength(2);
  });

  it('makes one custody copy of each, one forensic instance, one evidence volume of each', async () => {
    const { account } = scene.security;
    const instances = await instancesTagged(account, tag());
    const volumes = (await volumesTagged(account, tag())).filter(({ Tags = [] }) =>
      Tags.some(({ Key }) => Key === 'cordon:source-volume'),
    );
    expect([await snapshotsNow(account, tag()), instances, volumes].map(({ length }) => length)).toEqual([
      2, 1, 2,
    ]);
  });

  it('sends each command to the forensic instance once', async () => {
    const { account } = scene.security;
    const [instance] = await instancesTagged(account, tag());
    const command = new ListCommandsCommand({ InstanceId: instance?.InstanceId });
    const { Commands = [] } = await account.ssm.send(command);
    expect(Commands.map(({ Comment }) => Comment?.split(' ')[1]).sort()).toEqual([
      'check-image',
      'mount-evidence',
    ]);
  });

  it('leaves a journal that is whole', async () => {
    const { journal, environment } = scene;
    const verification = await verifyJournal(journal, result.incidentId, { evidence: environment.evidence });
    expect(verification).toMatchObject({ state: 'whole', problems: [] });
  });
});
