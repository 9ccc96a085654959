import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  addSubnet,
  addVpc,
  awsError,
  groupsOf,
  runProcess,
  SimulatedCrash,
  snapshotsOf,
  volumesOf,
} from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { ec2 } from '../../../src/aws/operations.js';
import type { BaseContext } from '../../../src/engine/context.js';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { ownTags } from '../../../src/steps/calls/names.js';
import { cleanup } from '../../../src/steps/cleanup/cleanup.js';
import { FINDING, SECURITY, type SuspectWorld, suspectWorld } from '../world/suspect-world.js';

function given() {
  const made = suspectWorld();
  const region = made.world.account(SECURITY).region('eu-west-1');
  addVpc(region, { id: 'vpc-0aaaaaaaaaaaaaaaa' });
  addSubnet(region, { id: 'subnet-0aaaaaaaaaaaaaaaa', vpcId: 'vpc-0aaaaaaaaaaaaaaaa' });
  return { ...made, security: region };
}

const tagged = (
  type: 'instance' | 'volume' | 'snapshot' | 'security-group',
  ctx: BaseContext,
  lifetime: 'examination' | 'custody',
) => [{ ResourceType: type, Tags: ownTags(ctx, lifetime) }];

/** Makes what an examination makes: an instance, a volume, a group, an intermediate copy and one for custody. */
const examine = defineStep({
  id: 'examine',
  title: 'Examines',
  phase: 'examine',
  provides: [],
  actions: {
    security: ['ec2:RunInstances', 'ec2:CreateVolume', 'ec2:CreateSecurityGroup', 'ec2:CreateSnapshot'],
  },
  async start(ctx) {
    const account = ctx.securityAccount;
    await account.call(ec2.CreateSecurityGroup, {
      GroupName: 'examination',
      Description: 'examination',
      VpcId: 'vpc-0aaaaaaaaaaaaaaaa',
      TagSpecifications: tagged('security-group', ctx, 'examination'),
    });
    const volume = await account.call(ec2.CreateVolume, {
      AvailabilityZone: 'eu-west-1a',
      Size: 8,
      TagSpecifications: tagged('volume', ctx, 'examination'),
    });
    for (const lifetime of ['examination', 'custody'] as const) {
      // The volume has to be there, and EC2 takes one snapshot of it every 15 s.
      await ctx.sleep({ seconds: 20 });
      await account.call(ec2.CreateSnapshot, {
        VolumeId: volume.VolumeId,
        TagSpecifications: tagged('snapshot', ctx, lifetime),
      });
    }
    return ctx.done({});
  },
});

const run = ({ options }: SuspectWorld) =>
  runIncident(IncidentPipeline.create('t').use(examine).use(cleanup()), FINDING, {
    ...options,
    incidentId: 'inc-clean-0001',
  });

describe('cleanup', () => {
  it('deletes what lived for the examination and keeps what is evidence', async () => {
    const world = given();
    expect(await run(world)).toMatchObject({ outcome: 'complete' });
    expect(
      volumesOf(world.security)
        .all()
        .filter(({ state }) => state !== 'deleting'),
    ).toEqual([]);
    expect(groupsOf(world.security).all()).toEqual([]);
    const kept = snapshotsOf(world.security).all();
    expect(kept).toHaveLength(1);
    expect(kept[0]?.tags.get('cordon:lifetime')).toBe('custody');
  });

  it('does not touch what carries the tags but is not in the journal', async () => {
    const world = given();
    const client = new EC2Client({
      region: 'eu-west-1',
      credentials: world.world.account(SECURITY).credentials(),
    });
    const forged = await client.send(
      new CreateVolumeCommand({
        AvailabilityZone: 'eu-west-1a',
        Size: 1,
        TagSpecifications: [
          {
            ResourceType: 'volume',
            Tags: [
              { Key: 'cordon:incident', Value: 'inc-clean-0001' },
              { Key: 'cordon:lifetime', Value: 'examination' },
            ],
          },
        ],
      }),
    );
    expect(await run(world)).toMatchObject({ outcome: 'complete' });
    expect(volumesOf(world.security).peek(forged.VolumeId ?? '')?.state).toBe('available');
  });

  it.each([
    ['ec2:DeleteVolume', 'crash-after'],
    ['ec2:DeleteSnapshot', 'crash-after'],
    ['ec2:DeleteSecurityGroup', 'crash-after'],
    ['ec2:DeleteSnapshot', 'crash-before'],
    ['ec2:DeleteVolume', 'lost-answer'],
  ] as const)(
    'leaves nothing of the examination, and all evidence, after %s with a %s',
    async (operation, fault) => {
      const world = given();
      world.world.faults.add({ operation, fault });
      const go = () =>
        runIncident(IncidentPipeline.create('t').use(examine).use(cleanup()), FINDING, {
          ...world.freshOptions(),
          incidentId: 'inc-clean-0001',
        });
      const first = await runProcess(go).catch((error: unknown) => error);
      if (first instanceof SimulatedCrash) world.journal.abandon('inc-clean-0001');
      const result = first instanceof SimulatedCrash ? await runProcess(go) : first;
      expect(first instanceof SimulatedCrash).toBe(fault !== 'lost-answer');
      expect(result).toMatchObject({ outcome: 'complete' });
      const volumes = volumesOf(world.security).all();
      expect(volumes.filter(({ state }) => state !== 'deleting' && state !== 'deleted')).toEqual([]);
      expect(groupsOf(world.security).all()).toEqual([]);
      const kept = snapshotsOf(world.security).all();
      expect(kept.map(({ tags }) => tags.get('cordon:lifetime'))).toEqual(['custody']);
    },
  );

  it('comes back to a group that something still uses, and names what it could never delete', async () => {
    const world = given();
    const busy = awsError('DependencyViolation', 'resource sg-1 has a dependent object');
    world.world.faults.add({ operation: 'ec2:DeleteSecurityGroup', fault: busy, times: 3 });
    expect(await run(world)).toMatchObject({ outcome: 'complete' });
    expect(groupsOf(world.security).all()).toEqual([]);

    const stuck = given();
    stuck.world.faults.add({ operation: 'ec2:DeleteSecurityGroup', fault: busy, times: 1000 });
    const result = await run(stuck);
    const [group] = groupsOf(stuck.security).all();
    expect(result).toMatchObject({ outcome: 'incomplete' });
    const cleaned = result.status === 'closed' ? result.steps.find(({ id }) => id === 'cleanup') : undefined;
    expect(cleaned?.reason).toBe(`NOT_CLEANED_UP: these could not be deleted: security-group ${group?.id}`);
  });

  it('adopts what a step made and died over, by key and time, and writes so down before it deletes it', async () => {
    const world = given();
    world.world.faults.add({ operation: 'ec2:CreateSecurityGroup', fault: 'lost-answer' });
    const lost = defineStep({
      id: 'lost',
      title: 'Loses the answer, and gives up',
      phase: 'examine',
      provides: [],
      actions: { security: ['ec2:CreateSecurityGroup'] },
      async start(ctx) {
        await ctx.securityAccount
          .call(ec2.CreateSecurityGroup, {
            GroupName: 'lost',
            Description: 'lost',
            VpcId: 'vpc-0aaaaaaaaaaaaaaaa',
            TagSpecifications: tagged('security-group', ctx, 'examination'),
          })
          .catch(() => undefined);
        return ctx.done({});
      },
    });
    const pipeline = IncidentPipeline.create('t').use(lost).use(cleanup());
    const options = { ...world.options, incidentId: 'inc-clean-0001' };
    expect(await runIncident(pipeline, FINDING, options)).toMatchObject({ outcome: 'complete' });
    expect(groupsOf(world.security).all()).toEqual([]);
    const entries = (await (await world.journal.visit('inc-clean-0001')).read()).filter(
      ({ ledger }) => ledger === 'cleanup',
    );
    const adopted = entries.findIndex((entry) => entry.kind === 'notice' && entry.body.code === 'ADOPTED');
    const deleted = entries.findIndex(
      (entry) => entry.kind === 'call' && entry.body.operation === 'ec2:DeleteSecurityGroup',
    );
    expect(adopted).toBeGreaterThanOrEqual(0);
    expect(deleted).toBeGreaterThan(adopted);
  });
});
