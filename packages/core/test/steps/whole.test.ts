import {
  addAssociation,
  addInterface,
  attachInterface,
  type CompromisedWebServerOptions,
  compromisedWebServer,
  createWorld,
  instancesOf,
  interfacesOfInstance,
  routeTablesOf,
} from '@cordon/testkit';
import * as v from 'valibot';
import { describe, expect, it, onTestFinished } from 'vitest';
import { awsEnvironment } from '../../src/aws/environment.js';
import { ssm } from '../../src/aws/operations.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { runIncident } from '../../src/host/run-incident.js';
import { memoryJournal } from '../../src/journal/memory-journal.js';
import {
  controlPlaneEvidence,
  cutConnections,
  denyRole,
  deregisterTargets,
  detachFromAutoScaling,
  endForeignSessions,
  inspect,
  isolate,
  protect,
  seal,
  verifyContainment,
} from '../../src/steps/index.js';
import { memoryEvidence } from './world/memory-evidence.js';
import { FINDING } from './world/suspect-world.js';

async function demo(options: CompromisedWebServerOptions = {}) {
  const world = createWorld({ start: new Date('2026-11-20T03:36:00Z') });
  onTestFinished(() => world.dispose());
  const scene = await compromisedWebServer(world, options);
  const evidence = memoryEvidence();
  const journal = memoryJournal();
  const environment = awsEnvironment({ ...scene.aws, evidence });
  const region = scene.suspectRegion;
  return {
    world,
    region,
    evidence,
    journal,
    options: { environment, journal },
    live: () => world.connections.live(region, scene.ids.instanceId),
    instance: () => instancesOf(region).peek(scene.ids.instanceId),
    interfaces: () => interfacesOfInstance(region, scene.ids.instanceId),
    async observations(incidentId: string) {
      const entries = await (await journal.visit(incidentId)).read();
      return entries.flatMap((entry) => (entry.kind === 'observations' ? entry.body.observations : []));
    },
  };
}

const CONTAIN = IncidentPipeline.create('contain')
  .use(inspect())
  .use(protect())
  .use(detachFromAutoScaling())
  .use(deregisterTargets())
  .use(isolate())
  .use(denyRole())
  .use(endForeignSessions())
  .use(cutConnections())
  .use(verifyContainment());

describe('the demo’s web server', () => {
  it('is contained: the intruder’s connections are dead, SSM lives', async () => {
    const world = await demo();
    expect(world.live().length).toBeGreaterThan(2);
    const result = await runIncident(CONTAIN, FINDING, world.options);
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: { containment: { ssmAlive: true, interfaces: [{ contained: true }] } },
    });
    expect(world.live()).toEqual([]);
  });

  it('has the connections of every interface cut, over as many calls as that takes', async () => {
    const world = await demo();
    const [first] = world.interfaces();
    for (const deviceIndex of [1, 2]) {
      const more = addInterface(world.region, {
        subnetId: first?.subnet.id ?? '',
        groups: first?.groups ?? [],
      });
      attachInterface(more, FINDING.suspect.instanceId, { region: world.region, deviceIndex });
    }
    const pipeline = IncidentPipeline.create('contain')
      .use(inspect())
      .use(isolate())
      .use(cutConnections({ window: { seconds: 30 } }));
    const result = await runIncident(pipeline, FINDING, world.options);
    const ids = world.interfaces().map(({ id }) => id);
    expect(result).toMatchObject({ outcome: 'complete', facts: { connections: { looked: true } } });
    const { cutOn } = v.parse(
      v.object({ cutOn: v.array(v.string()) }),
      result.status === 'closed' && result.facts['connections'],
    );
    expect([...cutOn].sort()).toEqual([...ids].sort());
    const exposures = (await (await world.journal.visit(result.incidentId)).read()).filter(
      ({ kind }) => kind === 'exposed',
    );
    expect(exposures).toHaveLength(3);
    expect(world.live()).toEqual([]);
  });

  it('does not stand open beside a NAT gateway, and says which connections live on', async () => {
    const world = await demo();
    for (const table of routeTablesOf(world.region).all())
      table.routes.push({ destination: '203.0.113.0/24', target: 'nat-0123456789abcdef0' });
    const result = await runIncident(CONTAIN, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'complete', facts: { connections: { cutOn: [] } } });
    const risks = JSON.stringify(result.status === 'closed' && result.facts['containment']);
    expect(risks).toContain('lives on by vpc: cutting it would open nat-gateway');
    expect(await world.observations(result.incidentId)).toContainEqual(
      expect.objectContaining({ rule: 'containment.live-connection', severity: 'high' }),
    );
    // What is left is offered by name, each with its price.
    expect(JSON.stringify(result)).toMatch(/a network ACL \(cuts off SSM[^"]*a route to nowhere, or a stop/);
  });

  it('has the intruder’s own session ended, and told of', async () => {
    const world = await demo();
    const { incidentId } = await runIncident(CONTAIN, FINDING, world.options);
    expect(await world.observations(incidentId)).toContainEqual(
      expect.objectContaining({ rule: 'ssm.foreign-session', severity: 'medium' }),
    );
  });

  it('gives nothing to see at low or above where there is no intruder', async () => {
    const world = await demo({ intruder: 'absent' });
    const result = await runIncident(CONTAIN, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'complete' });
    const seen = await world.observations(result.incidentId);
    expect(seen.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it('is contained without an agent, and nobody waits for one', async () => {
    const world = await demo({ agent: 'absent' });
    const began = world.world.now().getTime();
    const result = await runIncident(CONTAIN, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'complete', facts: { containment: { ssmAlive: false } } });
    expect(world.world.now().getTime() - began).toBeLessThan(30_000);
  });

  it('is contained in a VPC without endpoints, where SSM is lost', async () => {
    const world = await demo({ endpoints: 'absent' });
    const result = await runIncident(CONTAIN, FINDING, world.options);
    expect(result).toMatchObject({ outcome: 'complete', facts: { containment: { ssmAlive: false } } });
  });

  it('is sealed: no role, no SSM, no metadata', async () => {
    const world = await demo();
    const pipeline = CONTAIN.use(controlPlaneEvidence()).use(seal());
    const result = await runIncident(pipeline, FINDING, world.options);
    expect(result).toMatchObject({
      outcome: 'complete',
      facts: { sealed: { profileReplaced: true, ssmCut: true, imdsOff: true, stopped: false } },
    });
    expect(world.instance()).toMatchObject({ state: 'running', metadata: { httpEndpoint: 'disabled' } });
    expect(world.evidence.paths()).toEqual(
      expect.arrayContaining(['control-plane/ssm-commands.jsonl', 'control-plane/role-use.json']),
    );
  });
});

describe('commands on the suspect', () => {
  it('are cancelled when they are not ours, and ours go on', async () => {
    const world = await demo({ intruder: 'absent' });
    // Somebody with rights in the account, not the response: another environment's session sends it.
    const stranger = world.options.environment.account('suspect', {
      id: 'inc-stranger-01',
      suspect: FINDING.suspect,
    });
    const sent = await stranger.call(ssm.SendCommand, {
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [FINDING.suspect.instanceId],
      Comment: 'patching',
      Parameters: { commands: ['sleep 600'] },
    });
    const own = defineStep({
      id: 'own',
      title: 'Runs a command of ours',
      phase: 'protect',
      provides: [],
      actions: { suspect: ['ssm:SendCommand'] },
      async start(ctx) {
        await ctx.suspect.send({ name: 'wait', text: 'sleep 300' }, { timeout: { minutes: 10 } });
        return ctx.done({});
      },
    });
    addAssociation(world.region, {
      instanceId: FINDING.suspect.instanceId,
      document: 'AWS-GatherSoftwareInventory',
    });
    const pipeline = IncidentPipeline.create('t').use(own).use(endForeignSessions());
    expect(await runIncident(pipeline, FINDING, world.options)).toMatchObject({
      outcome: 'complete',
      facts: {
        foreignAccess: {
          commandsCancelled: [{ commandId: sent.Command?.CommandId }],
          associations: [{ document: 'AWS-GatherSoftwareInventory' }],
        },
      },
    });
  });
});
