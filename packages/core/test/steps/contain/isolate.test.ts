import { awsError, placeAddress } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { releaseIncident } from '../../../src/host/release-incident.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { memoryJournal } from '../../../src/journal/memory-journal.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import {
  ENDPOINT_GROUP,
  ENI,
  FINDING,
  GROUP,
  SUBNET,
  SUSPECT,
  type SuspectWorld,
  suspectWorld,
} from '../world/suspect-world.js';

const PIPELINE = IncidentPipeline.create('t').use(isolate());
const run = ({ options }: SuspectWorld) => runIncident(PIPELINE, FINDING, options);

describe('isolate', () => {
  it('leaves the interface with one group that lets only HTTPS out to the endpoints', async () => {
    const world = suspectWorld();
    const result = await run(world);
    const [group] = world.ownGroups();
    expect(result).toMatchObject({ outcome: 'complete' });
    expect(world.interfaces()[0]?.groups).toEqual([group?.id]);
    expect(
      group?.rules.map(({ direction, protocol, fromPort, toPort, peer }) => ({
        direction,
        protocol,
        fromPort,
        toPort,
        peer,
      })),
    ).toEqual([
      expect.objectContaining({
        direction: 'egress',
        protocol: 'tcp',
        fromPort: 443,
        toPort: 443,
        peer: expect.objectContaining({ id: ENDPOINT_GROUP }),
      }),
    ]);
  });

  it('takes the public address away', async () => {
    const world = suspectWorld();
    await run(world);
    expect(world.interfaces()[0]?.public).toBeUndefined();
  });

  it('needs at most six round trips, one after the other, until the group is on', async () => {
    const world = suspectWorld({ latencyMs: [100, 100] });
    await run(world);
    const calls = world.world.calls.all();
    const first = calls.find(({ operation }) => operation === 'ec2:DescribeNetworkInterfaces');
    const swap = calls.find(
      ({ operation, input }) =>
        operation === 'ec2:ModifyNetworkInterfaceAttribute' && input['Groups'] !== undefined,
    );
    const elapsed = (swap?.at.getTime() ?? 0) - (first?.at.getTime() ?? 0);
    // The log stamps a call when it is answered: five more answers after the first.
    expect(elapsed).toBeLessThanOrEqual(500);
  });

  it('names nothing in the suspect account after what it is for', async () => {
    const world = suspectWorld();
    await run(world);
    for (const { input } of world.world.calls.changes().filter(({ account }) => account === '111122223333'))
      expect(JSON.stringify(input)).not.toMatch(/cordon|quarantine|forensic|incident|isolat/i);
  });

  it('swaps every interface, and an interface that refuses holds up no other', async () => {
    const world = suspectWorld();
    const second = world.attach({ subnetId: SUBNET, groups: [GROUP], requesterId: 'amazon-elb' });
    const result = await run(world);
    expect(world.interfaces().find(({ id }) => id === ENI)?.groups).not.toContain(GROUP);
    expect(second.groups).toEqual([GROUP]);
    expect(result).toMatchObject({
      outcome: 'incomplete',
      facts: {
        quarantine: {
          interfaces: expect.arrayContaining([
            expect.objectContaining({ interfaceId: second.id, contained: false, reason: 'AuthFailure' }),
          ]),
          residualRisks: [expect.objectContaining({ path: 'interface' })],
        },
      },
    });
  });

  it('makes one group although the answer to its creation is lost', async () => {
    const world = suspectWorld();
    world.world.faults.add({ operation: 'ec2:CreateSecurityGroup', fault: 'lost-answer' });
    expect(await run(world)).toMatchObject({ outcome: 'complete' });
    expect(world.ownGroups()).toHaveLength(1);
    expect(world.interfaces()[0]?.groups).toEqual([world.ownGroups()[0]?.id]);
  });

  it('contains although AWS shows late what was just made', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const world = suspectWorld({ seed, visibilityLagSeconds: 8 });
      expect(await run(world)).toMatchObject({ outcome: 'complete' });
      const [group, ...more] = world.ownGroups();
      expect(more).toEqual([]);
      expect(group?.rules).toHaveLength(1);
      expect(world.interfaces()[0]?.groups).toEqual([group?.id]);
    }
  });

  it.each(['InvalidGroup.NotFound', 'InvalidSecurityGroupID.NotFound'])(
    'waits until interfaces know the new group, which EC2 calls %s before',
    async (code) => {
      const world = suspectWorld();
      const fault = awsError(code, 'The security group does not exist');
      // The first such call takes the public address away.
      world.world.faults.add({ operation: 'ec2:ModifyNetworkInterfaceAttribute', fault, nth: 2, times: 3 });
      expect(await run(world)).toMatchObject({ outcome: 'complete' });
      expect(world.interfaces()[0]?.groups).toEqual([world.ownGroups()[0]?.id]);
    },
  );

  it('lets nothing out where the VPC has no endpoints', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    await run(world);
    expect(world.ownGroups()[0]?.rules).toEqual([]);
  });

  it('has idle connections forgotten after a minute', async () => {
    const world = suspectWorld();
    await run(world);
    expect(world.interfaces()[0]?.tcpEstablishedTimeoutSeconds).toBe(60);
  });

  it('takes Elastic IPs off, and puts them back at release', async () => {
    const world = suspectWorld();
    const elastic = world.elasticAddress('198.51.100.99');
    const [one] = world.interfaces();
    if (one !== undefined) placeAddress(world.region, elastic, one);
    const { incidentId } = await run(world);
    expect(world.interfaces()[0]?.public).toBeUndefined();
    const released = await releaseIncident(PIPELINE, {
      ...world.options,
      incidentId,
      approver: 'alice',
      reason: 'false alarm',
    });
    expect(world.interfaces()[0]?.public?.address).toBe('198.51.100.99');
    expect(released.notRestored).toEqual([]);
  });

  it('swaps the groups although an address cannot be taken off, and names it as a risk', async () => {
    const world = suspectWorld();
    const [one] = world.interfaces();
    if (one !== undefined) placeAddress(world.region, world.elasticAddress('198.51.100.99'), one);
    // As EC2 answers where the interface has a public dual-stack name.
    const refused = awsError('OperationNotPermitted', 'no');
    world.world.faults.add({ operation: 'ec2:DisassociateAddress', fault: refused, times: 100 });
    const result = await run(world);
    expect(world.interfaces()[0]?.groups).toEqual([world.ownGroups()[0]?.id]);
    expect(result).toMatchObject({
      outcome: 'incomplete',
      facts: {
        quarantine: {
          addressesRemoved: [],
          residualRisks: [
            { path: 'public-address', detail: expect.stringContaining('198.51.100.99 stays on') },
          ],
        },
      },
    });
  });

  it('knows when the endpoints do not let the suspect in any more', async () => {
    const admitting = await run(suspectWorld({ endpointsAdmit: { kind: 'ipv4', cidr: '10.20.0.0/16' } }));
    expect(admitting).toMatchObject({ facts: { quarantine: { groups: [{ ssmVia: 'endpoints' }] } } });
    const world = suspectWorld({ endpointsAdmit: { kind: 'group', id: GROUP, owner: SUSPECT } });
    const result = await run(world);
    expect(result).toMatchObject({ facts: { quarantine: { groups: [{ ssmVia: 'none' }] } } });
    expect(await world.notices(result.incidentId)).toContain('SSM_NOT_ADMITTED');
    // What lets SSM out and does not reach it would be of use to nobody but the intruder.
    expect(world.ownGroups()[0]?.rules).toEqual([]);
  });

  it('swaps an interface that the intruder attaches meanwhile', async () => {
    const world = suspectWorld({ latencyMs: [50, 50] });
    // The state was saved after 100 ms; the first swap is answered after 350 ms.
    world.world.agenda.at(new Date(world.world.now().getTime() + 200), () => {
      world.attach({ subnetId: SUBNET, groups: [GROUP] });
    });
    const result = await run(world);
    expect(world.interfaces()).toHaveLength(2);
    for (const { groups } of world.interfaces()) expect(groups).toEqual([world.ownGroups()[0]?.id]);
    expect(await world.notices(result.incidentId)).toContain('INTERFACE_CAME');
  });

  it('keeps no group of ours as a state to go back to', async () => {
    const world = suspectWorld();
    await run(world);
    // Somebody begins anew, in a journal that knows nothing of the first incident.
    const later = { ...world.freshOptions(), journal: memoryJournal() };
    await world.world.clock.advance(60_000);
    const { incidentId } = await runIncident(PIPELINE, FINDING, later);
    const groups = world.interfaces()[0]?.groups;
    const released = await releaseIncident(PIPELINE, {
      ...later,
      incidentId,
      approver: 'alice',
      reason: 'false alarm',
    });
    expect(world.interfaces()[0]?.groups).toEqual(groups);
    expect(released.notRestored).toEqual(
      expect.arrayContaining([expect.stringContaining('was quarantined before this incident')]),
    );
  });
});
