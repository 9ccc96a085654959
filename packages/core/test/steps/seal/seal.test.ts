import { addInstanceProfile, addRole, addSession, awsError } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { ec2 } from '../../../src/aws/operations.js';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { releaseIncident } from '../../../src/host/release-incident.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { type SealOptions, seal } from '../../../src/steps/seal/seal.js';
import { ENI, FINDING, GROUP, INSTANCE, type SuspectWorld, suspectWorld } from '../world/suspect-world.js';
import { contained } from './contained.js';

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
