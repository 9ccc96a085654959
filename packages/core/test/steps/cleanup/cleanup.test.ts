import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2';
import { addSubnet, addVpc, groupsOf, snapshotsOf, volumesOf } from '@cordon/testkit';
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
});
