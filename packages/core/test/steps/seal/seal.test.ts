import { addInstanceProfile, addRole, addSession, awsError } from '@cordon/testkit';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ec2 } from '../../../src/aws/operations.js';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { definePolledStep, defineStep } from '../../../src/engine/step.js';
import { releaseIncident } from '../../../src/host/release-incident.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { denyRole } from '../../../src/steps/contain/deny-role.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { instance, snapshots } from '../../../src/steps/facts.js';
import { inspect } from '../../../src/steps/inspect/inspect.js';
import { protect } from '../../../src/steps/protect/protect.js';
import { type SealOptions, seal } from '../../../src/steps/seal/seal.js';
import { ENI, FINDING, GROUP, INSTANCE, type SuspectWorld, suspectWorld } from '../world/suspect-world.js';

const contained = () =>
  IncidentPipeline.create('t')
    .use(inspect())
    .use(protect())
    .use(isolate())
    .use(denyRole())
    .use(verifyContainment());
const pipelineOf = (options: SealOptions = {}) => contained().use(seal(options));

const policies = ({ role }: SuspectWorld) =>
  [...role.inline].filter(([name]) => name !== 'all').map(([, { document }]) => document);

describe('seal', () => {
  it('widens the denial to everything, for this instance only', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    await runIncident(pipelineOf(), FINDING, world.options);
    expect(policies(world)).toEqual([
      expect.objectContaining({
        Statement: [
          expect.objectContaining({
            Effect: 'Deny',
            Action: '*',
            Condition: { StringLike: { 'aws:userid': `*:${INSTANCE}` } },
          }),
        ],
      }),
    ]);
  });

  it('takes SSM’s way out of the quarantine', async () => {
    const world = suspectWorld();
    const result = await runIncident(
      IncidentPipeline.create('t').use(isolate()).use(seal()),
      FINDING,
      world.options,
    );
    expect(result).toMatchObject({ outcome: 'complete', facts: { sealed: { ssmCut: true } } });
    expect(world.ownGroups().flatMap(({ rules }) => rules)).toEqual([]);
  });

  it('puts the given profile in the place of the suspect’s, and that one back at release', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    addRole(world.account, { name: 'nothing' });
    addInstanceProfile(world.account, { name: 'nothing', roleName: 'nothing', fresh: 'fresh' });
    const pipeline = pipelineOf({ emptyProfile: 'nothing' });
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    expect(await profileOf(world)).toMatch(/\/nothing$/);
    const released = await releaseIncident(pipeline, {
      ...world.options,
      incidentId,
      approver: 'alice',
      reason: 'false alarm',
    });
    expect(released.outcome).toBe('complete');
    expect(await profileOf(world)).toMatch(/\/web\/shop-frontend$/);
    expect(world.instance()?.metadata).toMatchObject({ httpEndpoint: 'enabled', httpTokens: 'optional' });
    expect(policies(world)).toEqual([]);
  });

  it('leaves an instance without a profile without one', async () => {
    const world = suspectWorld({ endpoints: 'missing', profile: 'none' });
    expect(await runIncident(pipelineOf({ emptyProfile: 'nothing' }), FINDING, world.options)).toMatchObject({
      outcome: 'complete',
      facts: { sealed: { profileReplaced: false } },
    });
  });

  it('goes on in the next call where one has no time left, and no call outlasts a minute', async () => {
    const world = suspectWorld({ latencyMs: [3000, 3000] });
    const result = await runIncident(
      IncidentPipeline.create('t').use(isolate()).use(seal()),
      FINDING,
      world.options,
    );
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: { sealed: { profileReplaced: true, ssmCut: true, imdsOff: true } },
    });
    const entries = await (await world.journal.visit(result.incidentId)).read();
    const calls = entries.filter(({ ledger, kind }) => ledger === 'seal' && kind === 'waiting');
    expect(calls.length).toBeGreaterThan(0);
    expect(world.instance()?.metadata.httpEndpoint).toBe('disabled');
  });

  it('ends the sessions that were opened since the containment', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    const session = addSession(world.region, {
      instanceId: INSTANCE,
      owner: 'arn:aws:iam::111122223333:user/mallory',
    });
    await runIncident(IncidentPipeline.create('t').use(isolate()).use(seal()), FINDING, world.options);
    expect(session.endedAt).toBeDefined();
  });

  it('puts right what was changed since the containment, and observes it', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    const intruder = defineStep({
      id: 'intruder',
      title: 'Gives the interface its old group back',
      phase: 'capture',
      provides: [],
      async start(ctx) {
        const [one] = world.interfaces();
        if (one !== undefined) one.groups = [GROUP];
        return ctx.done({});
      },
    });
    const pipeline = contained().use(intruder).use(seal());
    const { incidentId } = await runIncident(pipeline, FINDING, world.options);
    expect(world.interfaces()[0]?.groups).toEqual([world.ownGroups()[0]?.id]);
    const entries = await entriesOf(world, incidentId);
    const seen = entries.flatMap((entry) => (entry.kind === 'observations' ? entry.body.observations : []));
    expect(seen).toContainEqual(
      expect.objectContaining({ rule: 'containment.drift', severity: 'high', entity: `interface:${ENI}` }),
    );
  });

  it('does every other part when one is refused for good', async () => {
    const world = suspectWorld();
    const refused = awsError('UnauthorizedOperation', 'no', { status: 403 });
    world.world.faults.add({ operation: 'ec2:DisassociateIamInstanceProfile', fault: refused, times: 1000 });
    const result = await runIncident(
      IncidentPipeline.create('t').use(isolate()).use(seal()),
      FINDING,
      world.options,
    );
    expect(result).toMatchObject({ outcome: 'incomplete' });
    expect(JSON.stringify(result)).toContain('UnauthorizedOperation');
    expect(world.ownGroups().flatMap(({ rules }) => rules)).toEqual([]);
    expect(world.instance()?.metadata.httpEndpoint).toBe('disabled');
  });

  it('closes network and metadata although nobody may look the role up', async () => {
    const world = suspectWorld();
    const denied = awsError('AccessDenied', 'no', { status: 403 });
    world.world.faults.add({ operation: 'iam:*', fault: denied, times: 1000 });
    const result = await runIncident(
      IncidentPipeline.create('t').use(isolate()).use(seal()),
      FINDING,
      world.options,
    );
    expect(result).toMatchObject({
      outcome: 'incomplete',
      facts: { sealed: { ssmCut: true, imdsOff: true } },
    });
    expect(await world.notices(result.incidentId)).toContain('ROLE_NOT_DENIED');
  });

  it('tells of a suspect that is terminated meanwhile', async () => {
    const world = suspectWorld({ latencyMs: [200, 200] });
    const pipeline = IncidentPipeline.create('t').use(isolate()).use(seal());
    const doomed = world.instance();
    world.world.faults.add({
      operation: 'ec2:ModifyInstanceMetadataOptions',
      fault: awsError('InvalidInstanceID.NotFound', 'gone'),
      times: 1000,
    });
    world.world.faults.add({ operation: 'ec2:DisassociateIamInstanceProfile', fault: 'throttle' });
    world.world.agenda.at(new Date(world.world.now().getTime() + 4500), () => {
      if (doomed !== undefined) doomed.state = 'terminated';
    });
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'incomplete', facts: { sealed: { imdsOff: true } } });
    expect(await world.notices(result.incidentId)).toContain('SUSPECT_TERMINATED');
  });

  it('says that nobody knows the role of a suspect that was terminated before', async () => {
    const world = suspectWorld({ endpoints: 'missing', instance: { state: 'terminated' } });
    const result = await runIncident(IncidentPipeline.create('t').use(seal()), FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'incomplete' });
    expect(await world.notices(result.incidentId)).toEqual(['SUSPECT_TERMINATED']);
    expect(JSON.stringify(await entriesOf(world, result.incidentId))).toContain('its role is not known');
  });
});

async function entriesOf(world: SuspectWorld, incidentId: string) {
  return (await world.journal.visit(incidentId)).read();
}

async function profileOf(world: SuspectWorld): Promise<string | undefined> {
  const account = world.options.environment.account('suspect', {
    id: 'inc-looking-01',
    suspect: FINDING.suspect,
  });
  const answer = await account.call(ec2.DescribeIamInstanceProfileAssociations, {
    Filters: [{ Name: 'instance-id', Values: [INSTANCE] }],
  });
  return answer.IamInstanceProfileAssociations?.[0]?.IamInstanceProfile?.Arn;
}

/** Takes snapshots of all volumes and waits until they have completed. */
const snapshot = definePolledStep({
  id: 'snapshot',
  title: 'Takes snapshots',
  phase: 'capture',
  wants: [instance],
  provides: [snapshots],
  timeout: { hours: 1 },
  actions: { suspect: ['ec2:CreateSnapshots', 'ec2:DescribeSnapshots'] },
  ticket: v.array(v.object({ snapshotId: v.string(), volumeId: v.string() })),
  async start(ctx) {
    const made = await ctx.suspectAccount.call(ec2.CreateSnapshots, {
      InstanceSpecification: { InstanceId: INSTANCE },
    });
    const ticket = (made.Snapshots ?? []).map(({ SnapshotId, VolumeId }) => ({
      snapshotId: SnapshotId ?? '',
      volumeId: VolumeId ?? '',
    }));
    return ctx.waiting(ticket, { minutes: 1 });
  },
  async poll(ctx, ticket, facts) {
    const found = await ctx.suspectAccount.call(ec2.DescribeSnapshots, {
      SnapshotIds: ticket.map(({ snapshotId }) => snapshotId),
    });
    if (found.Snapshots?.some(({ State }) => State !== 'completed'))
      return ctx.waiting(ticket, { minutes: 1 });
    const device = facts.instance?.volumes[0]?.device ?? '';
    return ctx.done({
      snapshots: ticket.map((one) => ({ ...one, device, sizeGiB: 8, encrypted: false, startedAt: '' })),
    });
  },
});

describe('a stop', () => {
  it('is made when nothing is lost by it', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    const pipeline = contained()
      .use(snapshot)
      .use(seal({ stop: { withoutMemoryBecause: 'no module for this kernel' } }));
    expect(await runIncident(pipeline, FINDING, world.options)).toMatchObject({
      outcome: 'complete',
      facts: { sealed: { stopped: true } },
    });
    expect(world.instance()?.state).toMatch(/^stopp/);
    const [stop] = world.world.calls.of('ec2:StopInstances');
    expect(stop?.input).toMatchObject({ SkipOsShutdown: true });
  });

  it('is refused, aloud, when memory would be lost', async () => {
    const world = suspectWorld({ endpoints: 'missing' });
    const pipeline = contained()
      .use(snapshot)
      .use(seal({ stop: {} }));
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'incomplete', facts: { sealed: { stopped: false } } });
    expect(world.instance()?.state).toBe('running');
    expect(await world.notices(result.incidentId)).toContain('STOP_WOULD_DESTROY');
  });
});
