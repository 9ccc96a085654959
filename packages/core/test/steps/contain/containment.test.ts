import {
  AuthorizeSecurityGroupEgressCommand,
  DescribeInstancesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  addInterface,
  addSecurityGroup,
  addSubnet,
  addVpc,
  attachInterface,
  groupsOf,
  instanceCredentials,
  terminate,
} from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { releaseIncident } from '../../../src/host/release-incident.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { denyRole } from '../../../src/steps/contain/deny-role.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { verifyContainment } from '../../../src/steps/contain/verify-containment.js';
import { seal } from '../../../src/steps/seal/seal.js';
import {
  ENDPOINT_GROUP,
  FINDING,
  GROUP,
  INSTANCE,
  type SuspectWorld,
  suspectWorld,
} from '../world/suspect-world.js';

/** Without endpoints SSM is lost, and nobody asks the host. */
const given = (options: Parameters<typeof suspectWorld>[0] = {}) =>
  suspectWorld({ endpoints: 'missing', ...options });

const PIPELINE = IncidentPipeline.create('t').use(isolate()).use(denyRole()).use(verifyContainment());
const run = ({ options }: SuspectWorld) => runIncident(PIPELINE, FINDING, options);

const inlinePolicies = ({ role }: SuspectWorld) =>
  [...role.inline.entries()].filter(([name]) => name !== 'all');

describe('containment', () => {
  it('is a fact once everything was read back, and names what may still be open', async () => {
    const result = await run(
      given({
        routes: [
          { destination: '10.20.0.0/16', target: 'local' },
          { destination: '0.0.0.0/0', target: 'nat-0123456789abcdef0' },
        ],
      }),
    );
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: {
        containment: {
          interfaces: [{ contained: true }],
          roleDeny: { roleName: 'shop-frontend' },
          ssmAlive: false,
        },
      },
    });
    const risks = JSON.stringify(result.status === 'closed' ? result.facts['containment'] : {});
    for (const path of ['nat-gateway', 'dns', 'credentials-on-disk', 'assumed-onward', 'tracked-connection'])
      expect(risks).toContain(path);
  });

  it('denies the role for this instance only, and leaves SSM’s agent its few calls', async () => {
    const world = given();
    await run(world);
    const [[, policy] = ['', undefined]] = inlinePolicies(world);
    expect(policy?.document.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        NotAction: expect.arrayContaining([
          'ssmmessages:*',
          'ec2messages:*',
          'ssm:UpdateInstanceInformation',
        ]),
        Condition: { StringLike: { 'aws:userid': `*:${INSTANCE}` } },
      }),
    ]);
  });

  it('takes the copy of the credentials too that the intruder has carried away', async () => {
    const world = given();
    const stolen = instanceCredentials(world.role, INSTANCE);
    const other = instanceCredentials(world.role, 'i-0aaaaaaaaaaaaaaaa');
    await run(world);
    await world.world.clock.advance(60_000);
    const describe = (credentials: typeof stolen) =>
      new EC2Client({ region: 'eu-west-1', credentials }).send(new DescribeInstancesCommand({}));
    await expect(describe(stolen)).rejects.toMatchObject({ name: 'UnauthorizedOperation' });
    await expect(describe(other)).resolves.toBeDefined();
  });

  it('puts right what an intruder changed in the group meanwhile, and says so', async () => {
    const world = given();
    const credentials = instanceCredentials(world.role, INSTANCE);
    const client = new EC2Client({ region: 'eu-west-1', credentials });
    const intruder = defineStep({
      id: 'intruder',
      title: 'Opens the group again',
      phase: 'contain',
      provides: [],
      async start(ctx) {
        const everything = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
        const GroupId = world.ownGroups()[0]?.id;
        await client.send(new AuthorizeSecurityGroupEgressCommand({ GroupId, IpPermissions: [everything] }));
        return ctx.done({});
      },
    });
    const pipeline = IncidentPipeline.create('t')
      .use(isolate())
      .use(intruder, { after: ['contain.isolate'] })
      .use(verifyContainment(), { after: ['intruder'] });
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'complete' });
    expect(world.ownGroups()[0]?.rules).toEqual([]);
    expect(await world.notices(result.incidentId)).toContain('CONTAINMENT_DRIFTED');
  });

  it('names an interface that came meanwhile in another VPC, and the seal closes the others all the same', async () => {
    const world = suspectWorld();
    const attach = defineStep({
      id: 'attach',
      title: 'Attaches an interface of another VPC',
      phase: 'contain',
      provides: [],
      async start(ctx) {
        const { region } = world;
        const vpcId = addVpc(region).id;
        const group = addSecurityGroup(region, { vpcId, name: 'elsewhere' });
        const subnetId = addSubnet(region, { vpcId }).id;
        const other = addInterface(region, { subnetId, groups: [group.id] });
        attachInterface(other, INSTANCE, { region, deviceIndex: 1 });
        return ctx.done({});
      },
    });
    const pipeline = IncidentPipeline.create('t')
      .use(isolate())
      .use(attach, { after: ['contain.isolate'] })
      .use(verifyContainment(), { after: ['attach'] })
      .use(seal());
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'incomplete' });
    expect(await world.notices(result.incidentId)).toEqual(
      expect.arrayContaining(['PARTLY_CONTAINED', 'NOT_CLOSED']),
    );
    expect(world.ownGroups().flatMap(({ rules }) => rules)).toEqual([]);
  });

  it('of a suspect that is terminated meanwhile is incomplete, and says why', async () => {
    const world = given();
    const end = defineStep({
      id: 'end',
      title: 'Somebody terminates the instance',
      phase: 'contain',
      provides: [],
      async start(ctx) {
        const doomed = world.instance();
        if (doomed !== undefined) terminate(doomed, { code: 'Client.UserInitiatedShutdown', message: '' });
        await world.world.clock.advance(40_000);
        world.world.settle();
        return ctx.done({});
      },
    });
    const pipeline = IncidentPipeline.create('t')
      .use(isolate())
      .use(end, { after: ['contain.isolate'] })
      .use(verifyContainment(), { after: ['end'] });
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'incomplete', facts: { containment: { interfaces: [] } } });
    expect(await world.notices(result.incidentId)).toContain('SUSPECT_TERMINATED');
  });

  it('is no fact where a running suspect shows no interface', async () => {
    const world = given();
    const hide = defineStep({
      id: 'hide',
      title: 'EC2 shows no interface',
      phase: 'contain',
      provides: [],
      async start(ctx) {
        const [one] = world.interfaces();
        if (one !== undefined) one.attachment = undefined;
        return ctx.done({});
      },
    });
    const pipeline = IncidentPipeline.create('t')
      .use(isolate())
      .use(hide, { after: ['contain.isolate'] })
      .use(verifyContainment(), { after: ['hide'] });
    expect(await runIncident(pipeline, FINDING, world.options)).toMatchObject({ outcome: 'failed' });
  });

  it('is no fact when the interfaces could not be swapped', async () => {
    const world = given();
    world.world.faults.add({
      operation: 'ec2:ModifyNetworkInterfaceAttribute',
      fault: 'server-error',
      times: 1000,
    });
    const result = await run(world);
    expect(result).toMatchObject({ outcome: 'failed' });
    expect(result.status === 'closed' && result.facts).not.toHaveProperty('containment');
  });
});

describe('release of a containment', () => {
  const release = (world: SuspectWorld, incidentId: string) =>
    releaseIncident(PIPELINE, {
      ...world.options,
      incidentId,
      approver: 'alice',
      reason: 'false alarm',
      force: true,
    });

  it('gives the groups back, takes policy and group away, and says what is lost', async () => {
    const world = given();
    const { incidentId } = await run(world);
    const released = await release(world, incidentId);
    expect(world.interfaces()[0]?.groups).toEqual([GROUP]);
    expect(inlinePolicies(world)).toEqual([]);
    expect(
      groupsOf(world.region)
        .all()
        .map(({ id }) => id),
    ).toEqual([GROUP]);
    expect(released.notRestored).toEqual([expect.stringContaining('198.51.100.23')]);
  });

  it('refuses when somebody has changed the groups since', async () => {
    const world = given();
    const { incidentId } = await run(world);
    const [one] = world.interfaces();
    if (one !== undefined) one.groups = [ENDPOINT_GROUP];
    const released = await release(world, incidentId);
    expect(released.outcome).not.toBe('complete');
    expect(JSON.stringify(released.steps)).toContain('RELEASE_CONFLICT');
    expect(world.interfaces()[0]?.groups).toEqual([ENDPOINT_GROUP]);
  });
});
