import { type AutoScalingGroupOptions, addAutoScalingGroup, awsError } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';
import { FINDING, GROUP, INSTANCE, SUBNET, suspectWorld } from '../world/suspect-world.js';

const PIPELINE = IncidentPipeline.create('t').use(inspect());
const GROUP_NAME = 'shop-frontend';

function given(options: Partial<AutoScalingGroupOptions> = {}) {
  const world = suspectWorld();
  const group = addAutoScalingGroup(world.region, {
    name: GROUP_NAME,
    instanceIds: [INSTANCE],
    subnetIds: [SUBNET],
    securityGroups: [GROUP],
    ...options,
  });
  const look = async () => {
    const result = await runIncident(PIPELINE, FINDING, world.options);
    return { result, notices: await world.notices(result.incidentId) };
  };
  return { ...world, group, look };
}

describe('what the Auto Scaling group has in store', () => {
  it('is nothing to tell of for a plain member', async () => {
    const { result, notices } = await given().look();
    expect(result).toMatchObject({
      facts: {
        instance: {
          autoScalingGroup: GROUP_NAME,
          autoScaling: { state: 'InService', hooks: [], refreshes: [] },
        },
      },
    });
    expect(notices).toEqual([]);
  });

  it('is read and told: lifecycle hooks, the warm pool, and a refresh under way', async () => {
    const world = given({
      hooks: [
        { name: 'drain', transition: 'terminating', heartbeatSeconds: 300 },
        { name: 'warm-up', transition: 'launching', heartbeatSeconds: 60 },
      ],
      refreshes: [
        { id: 'r-2', status: 'InProgress', percentage: 40 },
        { id: 'r-1', status: 'Successful', percentage: 100 },
      ],
      warmPoolMinSize: 7,
    });
    for (let index = 0; index < 7; index += 1)
      world.group.members.set(`i-0000000000000000${index}`, {
        instanceId: `i-0000000000000000${index}`,
        state: 'Warmed:Stopped',
        health: 'Healthy',
        protectedFromScaleIn: false,
      });
    const { result, notices } = await world.look();
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: {
        instance: {
          autoScaling: {
            hooks: [
              { name: 'drain', transition: 'terminating', seconds: 300 },
              { name: 'warm-up', transition: 'launching', seconds: 60 },
            ],
            warmPool: { instances: 7 },
            refreshes: [{ id: 'r-2', status: 'InProgress', percentage: 40 }],
          },
        },
      },
    });
    expect(notices).toEqual(['LIFECYCLE_HOOK', 'LIFECYCLE_HOOK', 'WARM_POOL', 'INSTANCE_REFRESH']);
    expect(world.changes()).toEqual([]);
  });

  it.each(['Pending:Wait', 'Warmed:Stopped', 'Terminating:Wait'] as const)(
    'tells of a suspect that is %s there',
    async (state) => {
      const world = given();
      const member = world.group.members.get(INSTANCE);
      if (member !== undefined) member.state = state;
      const { result, notices } = await world.look();
      expect(result).toMatchObject({ facts: { instance: { autoScaling: { state } } } });
      expect(notices).toContain('AUTO_SCALING_STATE');
    },
  );

  it('is left out where it may not be read; the group is known all the same', async () => {
    const world = given();
    const fault = awsError('AccessDenied', 'no', { status: 403 });
    world.world.faults.add({ operation: 'autoscaling:DescribeWarmPool', fault, times: 100 });
    const { result, notices } = await world.look();
    expect(result).toMatchObject({ facts: { instance: { autoScalingGroup: GROUP_NAME } } });
    expect(notices).toEqual(['NOT_READ']);
  });
});
