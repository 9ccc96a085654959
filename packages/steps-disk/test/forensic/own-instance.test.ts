import { IncidentPipeline } from '@cordon/core';
import { cleanup, inspect } from '@cordon/core/steps';
import { addLaunchTemplate, awsError, groupsOf, instancesOf, interfacesOfInstance } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { diskSnapshots, type ForensicOptions, forensicAttach, shareSnapshots } from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';

/** Without groups of the deployment: then the incident makes its own. */
function attached(world: Scene, options: Partial<ForensicOptions> = {}) {
  const { securityGroupIds: _, ...forensic } = world.forensic;
  return IncidentPipeline.create('disk')
    .use(inspect())
    .use(diskSnapshots())
    .use(shareSnapshots())
    .use(forensicAttach({ ...forensic, ...options }));
}

const ownGroups = (world: Scene) =>
  groupsOf(world.security)
    .all()
    .filter(({ name }) => name.startsWith('forensic-inc-'));

const running = (world: Scene) =>
  instancesOf(world.security)
    .all()
    .filter(({ state }) => state === 'running');

const failureOf = ({ steps }: Awaited<ReturnType<Scene['run']>>) =>
  steps.find(({ id }) => id === 'disk.attach')?.reason;

describe('the forensic instance’s group', () => {
  it('is the incident’s own, lets out to the endpoints and nowhere else, and is deleted with the instance', async () => {
    const world = await scene();
    // The answer to its creation is lost: it is found again by name and tag.
    world.world.faults.add({ operation: 'ec2:CreateSecurityGroup', fault: 'lost-answer' });
    const result = await world.run(attached(world));
    expect(result).toMatchObject({ outcome: 'complete' });
    const [group, ...others] = ownGroups(world);
    expect(others).toEqual([]);
    const rules =
      group?.rules.map(({ direction, protocol, fromPort, toPort, peer }) =>
        [direction, protocol, fromPort, toPort, peer.kind].join(' '),
      ) ?? [];
    expect(rules.toSorted()).toEqual(['egress tcp 443 443 group', 'egress tcp 443 443 prefix-list']);
    const worn = interfacesOfInstance(world.security, running(world)[0]?.id ?? '').flatMap(
      ({ groups }) => groups,
    );
    expect(worn).toEqual([group?.id]);
  });

  it('goes when the examination is over, however long its instance holds on to it', async () => {
    const world = await scene();
    const busy = awsError('DependencyViolation', 'resource sg-1 has a dependent object');
    world.world.faults.add({ operation: 'ec2:DeleteSecurityGroup', fault: busy, times: 2 });
    expect(await world.run(attached(world).use(cleanup()))).toMatchObject({ outcome: 'complete' });
    expect(ownGroups(world)).toEqual([]);
    expect(running(world)).toEqual([]);
  });
});

describe('the launch of the forensic instance', () => {
  it('takes the next type where there is no capacity for the first', async () => {
    const world = await scene();
    const fault = awsError(
      'InsufficientInstanceCapacity',
      'We currently do not have sufficient m7i.large capacity',
    );
    world.world.faults.add({ operation: 'ec2:RunInstances', fault });
    expect(await world.run(attached(world))).toMatchObject({ outcome: 'complete' });
    expect(running(world).map(({ instanceType }) => instanceType)).toEqual(['m6i.large']);
  });

  it('boots from a launch template, whose image it names', async () => {
    const world = await scene();
    const { imageId } = world.demo.security;
    const { id } = addLaunchTemplate(world.security, { name: 'forensic', versions: [{ ImageId: imageId }] });
    const image = { launchTemplateId: id, version: '1' };
    const result = await world.run(attached(world, { image }));
    expect(result).toMatchObject({ outcome: 'complete', facts: { forensicInstance: { imageId } } });
  });

  it('is refused with the key pair that a template gave it: nobody logs in where evidence is read', async () => {
    const world = await scene();
    const { imageId } = world.demo.security;
    const { id } = addLaunchTemplate(world.security, {
      name: 'forensic',
      versions: [{ ImageId: imageId, KeyName: 'ada' }],
    });
    const result = await world.run(attached(world, { image: { launchTemplateId: id, version: '1' } }));
    expect(failureOf(result)).toMatch(/^FORENSIC_INSTANCE_UNSAFE: i-[0-9a-f]+ has a key pair$/);
  });

  it('stops the instance for a volume of the Marketplace, which a running one refuses, and starts it again', async () => {
    const world = await scene();
    const fault = awsError('OperationNotPermitted', 'volumes with Marketplace codes may not be attached');
    world.world.faults.add({ operation: 'ec2:AttachVolume', fault });
    const result = await world.run(attached(world));
    expect(result).toMatchObject({ outcome: 'complete', said: [] });
    const calls = world.world.calls.changes().map(({ operation }) => operation);
    expect(calls.filter((operation) => /^ec2:St(?:op|art)Instances$/.test(operation))).toEqual([
      'ec2:StopInstances',
      'ec2:StartInstances',
    ]);
    expect(running(world)).toHaveLength(1);
  });
});
