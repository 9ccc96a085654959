import { DescribeIamInstanceProfileAssociationsCommand } from '@aws-sdk/client-ec2';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import {
  type Entry,
  type IncidentResult,
  releaseIncident,
  runIncident,
  verifyJournal,
  visitJournal,
} from '@cordon/core';
import type { Quarantine, RoleDenial } from '@cordon/core/steps';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  groupsNamed,
  groupsNow,
  instanceNow,
  instancesTagged,
  rolePoliciesNow,
  rulesNow,
  snapshotsNow,
  volumesTagged,
} from '../src/looks.ts';
import { wholeEngagement } from '../src/pipeline.ts';
import { present } from '../src/present.ts';
import { prepareScene, type Scene } from '../src/scene.ts';
import { ROLE } from '../src/suspect.ts';

type Closed = Extract<IncidentResult, { status: 'closed' }>;

let scene: Scene;
let result: Closed;
let entries: readonly Entry[];

const fact = <T>(name: string): T => present(result.facts[name], `fact ${name}`) as T; // The engine has validated it.

beforeAll(async () => {
  scene = await prepareScene();
  const ended = await runIncident(wholeEngagement(scene.security), scene.finding, scene);
  if (ended.status !== 'closed') throw new Error('another incident has this suspect');
  result = ended;
  const journal = await visitJournal(scene.journal, ended.incidentId, scene.environment.clock);
  entries = journal.entries;
  await journal.close();
}, 120_000);

async function textOf(path: string): Promise<string> {
  const address = { Bucket: scene.security.bucket, Key: `${result.incidentId}/evidence/${path}` };
  const { Body } = await scene.security.account.s3.send(new GetObjectCommand(address));
  return present(await Body?.transformToString(), path);
}

describe('a whole engagement', () => {
  it('does every step but the one that a host would have to answer', () => {
    const failed = result.steps.filter(({ status }) => status !== 'succeeded');
    expect(failed.map(({ id }) => id)).toEqual(['disk.attach']);
  });

  it('keeps what the control plane says of the suspect, in the words of the server', async () => {
    const { artifacts } = fact<{ readonly artifacts: readonly string[] }>('controlPlane');
    const texts = await Promise.all(artifacts.map((path) => textOf(path)));
    for (const word of [scene.suspect.instanceId, ROLE])
      expect(texts.filter((text) => text.includes(word)).length, word).toBeGreaterThan(0);
  });

  it('names what the control plane would not tell', () => {
    const told = entries.flatMap((entry) =>
      entry.kind === 'notice' && entry.ledger === 'capture.control-plane' ? [entry.body] : [],
    );
    const messages = told.map(({ code, message }) => `${code} ${message}`);
    expect(messages).toContainEqual(expect.stringMatching(/^NOT_TAKEN .*screenshot.*UNREADABLE_ANSWER/));
    expect(messages).toContainEqual(expect.stringMatching(/^NOT_TAKEN .*trail.*UNREADABLE_ANSWER/));
  });

  it('denies the whole role with the seal', async () => {
    const { policyName = '' } = fact<RoleDenial>('roleDenial');
    const policies = await rolePoliciesNow(scene.suspect.account);
    expect(policies[policyName]).toMatchObject({
      Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
    });
  });

  it('takes the instance profile away', async () => {
    const Filters = [{ Name: 'instance-id', Values: [scene.suspect.instanceId] }];
    const answer = await scene.suspect.account.ec2.send(
      new DescribeIamInstanceProfileAssociationsCommand({ Filters }),
    );
    expect(answer.IamInstanceProfileAssociations).toEqual([]);
  });

  it('leaves the quarantine without a single rule', async () => {
    const [group] = fact<Quarantine>('quarantine').groups;
    expect(await rulesNow(scene.suspect.account, group?.groupId ?? '')).toEqual([]);
  });

  it('turns the metadata service off, and leaves the instance running', async () => {
    expect(await instanceNow(scene.suspect.account, scene.suspect.instanceId)).toMatchObject({
      MetadataOptions: { HttpEndpoint: 'disabled' },
      State: { Name: 'running' },
    });
  });

  it('cleans up the forensic instance and its volumes, and keeps the copies for custody', async () => {
    const { account } = scene.security;
    const tag = { Name: 'tag:cordon:incident', Values: [result.incidentId] };
    const instances = await instancesTagged(account, tag);
    expect(instances.map(({ State }) => State?.Name)).toEqual(['terminated']);
    expect(await volumesTagged(account, tag)).toEqual([]);
    expect(await groupsNamed(account, 'forensic-inc-*')).toEqual([]);
    expect(await snapshotsNow(account, tag)).toHaveLength(2);
  });
});

describe('the release of a sealed suspect', () => {
  beforeAll(async () => {
    const { incidentId } = result;
    const order = { incidentId, approver: 'an analyst', reason: 'the shop is clean again' };
    const released = await releaseIncident(wholeEngagement(scene.security), { ...scene, ...order });
    expect(released.outcome).toBe('complete');
  }, 60_000);

  it('gives back profile, role and metadata service', async () => {
    const { account, instanceId } = scene.suspect;
    const instance = await instanceNow(account, instanceId);
    expect(instance).toMatchObject({
      IamInstanceProfile: { Arn: expect.stringMatching(/instance-profile\/web\/shop-frontend-profile$/) },
      MetadataOptions: { HttpEndpoint: 'enabled' },
    });
    expect(Object.keys(await rolePoliciesNow(account))).toEqual(['assets']);
  });

  it('gives back the groups, and keeps the evidence', async () => {
    const { firstInterfaceId, secondInterfaceId, network } = scene.suspect;
    expect(await groupsNow(scene.suspect)).toEqual({
      [firstInterfaceId]: [network.webGroupId, network.backGroupId].sort(),
      [secondInterfaceId]: [network.backGroupId],
    });
    const { journal, environment } = scene;
    const verification = await verifyJournal(journal, result.incidentId, { evidence: environment.evidence });
    expect(verification).toMatchObject({ state: 'whole', problems: [] });
  });
});
