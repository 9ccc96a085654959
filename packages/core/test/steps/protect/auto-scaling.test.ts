import { addAutoScalingGroup, addTargetGroup, awsError, targetGroupsOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { releaseIncident } from '../../../src/host/release-incident.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { deregisterTargets } from '../../../src/steps/protect/deregister-targets.js';
import { detachFromAutoScaling } from '../../../src/steps/protect/detach-from-auto-scaling.js';
import { FINDING, GROUP, INSTANCE, SUBNET, suspectWorld, VPC } from '../world/suspect-world.js';

/** A shop behind a load balancer whose health check decides who lives. */
function given() {
  const made = suspectWorld();
  const targets = addTargetGroup(made.region, { name: 'shop', vpcId: VPC, targets: [] });
  const group = addAutoScalingGroup(made.region, {
    name: 'shop-frontend',
    instanceIds: [INSTANCE],
    subnetIds: [SUBNET],
    securityGroups: [GROUP],
    healthCheckType: 'ELB',
    targetGroupArns: [targets.arn],
  });
  const world = { ...made, targets, group };
  return world;
}

async function anHourAfter(world: ReturnType<typeof given>, pipeline: Parameters<typeof runIncident>[0]) {
  const result = await runIncident(pipeline, FINDING, world.options);
  await world.world.clock.advance(3_600_000);
  world.world.settle();
  return result;
}

const DETACHED = IncidentPipeline.create('t').use(detachFromAutoScaling()).use(isolate());

describe('the Auto Scaling group', () => {
  it('ends a suspect that is only isolated', async () => {
    const world = given();
    await anHourAfter(world, IncidentPipeline.create('t').use(isolate()));
    expect(world.instance()?.state).toBe('terminated');
  });

  it('leaves a detached suspect alone, and replaces it', async () => {
    const world = given();
    expect(await anHourAfter(world, DETACHED)).toMatchObject({ outcome: 'complete' });
    expect(world.instance()?.state).toBe('running');
    expect([...world.group.members.keys()]).toEqual([expect.not.stringMatching(INSTANCE)]);
  });

  it.each([
    ['puts it on standby where detaching is refused', ['autoscaling:DetachInstances']],
    [
      'stops the group’s replacing where standby is refused too',
      ['autoscaling:DetachInstances', 'autoscaling:EnterStandby'],
    ],
  ])('%s', async (_name, refused) => {
    const world = given();
    for (const operation of refused)
      world.world.faults.add({ operation, fault: awsError('ValidationError', 'no'), times: 100 });
    expect(await anHourAfter(world, DETACHED)).toMatchObject({ outcome: 'complete' });
    expect(world.instance()?.state).toBe('running');
  });

  it('gives suspended processes back at release', async () => {
    const world = given();
    for (const operation of ['autoscaling:DetachInstances', 'autoscaling:EnterStandby'])
      world.world.faults.add({ operation, fault: awsError('ValidationError', 'no'), times: 100 });
    const pipeline = IncidentPipeline.create('t').use(detachFromAutoScaling());
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    expect([...world.group.suspended].sort()).toEqual(['ReplaceUnhealthy', 'Terminate']);
    await releaseIncident(pipeline, {
      ...world.options,
      incidentId,
      approver: 'alice',
      reason: 'false alarm',
    });
    expect([...world.group.suspended]).toEqual([]);
  });

  it('is left as it is where it ends the suspect already, and that is told', async () => {
    const world = given();
    const member = world.group.members.get(INSTANCE);
    if (member !== undefined) member.state = 'Terminating:Wait';
    const result = await runIncident(DETACHED, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'incomplete' });
    expect(await world.notices(result.incidentId)).toContain('AUTO_SCALING_TERMINATING');
    expect(world.changes().filter((operation) => operation.startsWith('autoscaling:'))).toEqual([]);
  });

  it('is nothing to a suspect that is in none', async () => {
    const world = suspectWorld();
    const result = await runIncident(DETACHED, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'complete' });
    expect(world.changes().filter((operation) => operation.startsWith('autoscaling:'))).toEqual([]);
  });
});

describe('target groups', () => {
  it('no longer send to the suspect, by id or by address, and do again after release', async () => {
    const world = given();
    const byAddress = addTargetGroup(world.region, {
      name: 'by-address',
      vpcId: VPC,
      targetType: 'ip',
      targets: ['10.20.3.44', '10.20.3.99'],
    });
    const pipeline = IncidentPipeline.create('t').use(deregisterTargets());
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    const states = () =>
      [...targetGroupsOf(world.region).values()].flatMap(({ targets }) =>
        [...targets.values()].map(({ id, state }) => `${id} ${state}`),
      );
    expect(states().sort()).toEqual(['10.20.3.44 draining', '10.20.3.99 healthy', `${INSTANCE} draining`]);
    await releaseIncident(pipeline, {
      ...world.options,
      incidentId,
      approver: 'alice',
      reason: 'false alarm',
    });
    expect(byAddress.targets.get('10.20.3.44')?.state).not.toBe('draining');
    expect(world.targets.targets.get(INSTANCE)?.state).not.toBe('draining');
  });
});
