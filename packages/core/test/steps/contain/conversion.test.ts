import { type ConnectionOptions, runProcess, SimulatedCrash } from '@cordon/testkit';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { definePolledStep } from '../../../src/engine/step.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { assertWindow, closeExposed, cutByConversion } from '../../../src/steps/contain/conversion.js';
import { cutConnections } from '../../../src/steps/contain/cut-connections.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { OWN_GROUP_ACTIONS } from '../../../src/steps/contain/own-group.js';
import { quarantine } from '../../../src/steps/containment-facts.js';
import {
  ENI,
  FINDING,
  GROUP,
  INSTANCE,
  SUBNET,
  type SuspectWorld,
  suspectWorld,
} from '../world/suspect-world.js';

/** Cuts at once, without asking the host. */
const cutting = {
  title: 'Cuts',
  phase: 'contain',
  wants: [quarantine],
  provides: [],
  callTimeout: { minutes: 2 },
  actions: {
    suspect: [
      ...OWN_GROUP_ACTIONS,
      'ec2:DescribeNetworkInterfaces',
      'ec2:ModifyNetworkInterfaceAttribute',
      'ec2:DeleteSecurityGroup',
    ],
  },
} as const;

const cut = definePolledStep({
  ...cutting,
  id: 'cut',
  ticket: v.object({}),
  async start(ctx, facts) {
    if (facts.quarantine !== undefined) await closeExposed(ctx, facts.quarantine);
    return ctx.waiting({}, { seconds: 1 });
  },
  async poll(ctx, _ticket, facts) {
    if (facts.quarantine === undefined) return ctx.done({});
    await closeExposed(ctx, facts.quarantine);
    await cutByConversion(ctx, facts.quarantine.interfaces, { seconds: 5 });
    return ctx.done({});
  },
});

const PIPELINE = IncidentPipeline.create('t').use(isolate()).use(cut);
const INCIDENT = 'inc-convert-0001';
const run = ({ freshOptions }: SuspectWorld) =>
  runIncident(PIPELINE, FINDING, { ...freshOptions(), incidentId: INCIDENT });

function withConnection(options: Partial<ConnectionOptions> = {}) {
  const world = suspectWorld({ endpoints: 'missing' });
  const flow = world.world.connections.open(world.region, {
    interfaceId: ENI,
    direction: 'outbound',
    localPort: 40_000,
    remoteAddress: '10.20.9.9',
    remotePort: 22,
    path: 'vpc',
    ...options,
  });
  const alive = () => world.world.connections.live(world.region, INSTANCE).length;
  return { ...world, flow, alive };
}

describe('a connection that was open before the swap', () => {
  it('outlives the swap of groups', async () => {
    const world = withConnection();
    await runIncident(IncidentPipeline.create('t').use(isolate()), FINDING, world.options);
    await world.world.clock.advance(60_000);
    expect(world.alive()).toBe(1);
  });

  it('dies when the interface has stood open for a moment', async () => {
    const world = withConnection();
    expect(await run(world)).toMatchObject({ outcome: 'complete' });
    await world.world.clock.advance(60_000);
    expect(world.alive()).toBe(0);
  });

  it('outlives even that where AWS tracks always', async () => {
    const world = withConnection({ remoteAddress: '203.0.113.66', remotePort: 4444, path: 'nat-gateway' });
    await run(world);
    await world.world.clock.advance(60_000);
    expect(world.alive()).toBe(1);
  });

  it('goes with the public address, without any standing open', async () => {
    const world = withConnection({
      remoteAddress: '203.0.113.66',
      remotePort: 4444,
      path: 'internet-gateway',
    });
    await runIncident(IncidentPipeline.create('t').use(isolate()), FINDING, world.options);
    expect(world.alive()).toBe(0);
  });
});

describe('an interface that stands open', () => {
  it('is on record before it does', async () => {
    const world = withConnection();
    await run(world);
    const entries = await (await world.journal.visit(INCIDENT)).read();
    const order = entries
      .filter(({ ledger }) => ledger === 'cut')
      .flatMap((entry) => {
        if (entry.kind === 'exposed') return ['exposed'];
        if (entry.kind !== 'call' || entry.body.operation !== 'ec2:ModifyNetworkInterfaceAttribute')
          return [];
        return ['swap'];
      });
    expect(order).toEqual(['exposed', 'swap', 'swap']);
  });

  it('is closed again, first thing, when the process died meanwhile', async () => {
    const world = withConnection();
    // Before it: address, quarantine, idle timeout, and the swap that opened.
    world.world.faults.add({
      operation: 'ec2:ModifyNetworkInterfaceAttribute',
      fault: 'crash-before',
      nth: 5,
    });
    await expect(runProcess(() => run(world))).rejects.toBeInstanceOf(SimulatedCrash);
    const conversion = world.ownGroups().find(({ rules }) => rules.length === 4);
    expect(world.interfaces()[0]?.groups).toEqual([conversion?.id]);
    world.journal.abandon(INCIDENT);
    const calls = world.world.calls.total;
    expect(await runProcess(() => run(world))).toMatchObject({ outcome: 'complete' });
    const changes = world.world.calls
      .all()
      .slice(calls)
      .filter(({ mutating, operation }) => mutating && operation.startsWith('ec2:'));
    expect(changes[0]?.operation).toBe('ec2:ModifyNetworkInterfaceAttribute');
    expect(changes[0]?.input['Groups']).not.toContain(conversion?.id);
    expect(world.interfaces()[0]?.groups).not.toContain(conversion?.id);
    expect(world.ownGroups()).toHaveLength(1);
  });

  it('is opened only by a call that has time to close it: what is left is for the next call', async () => {
    const world = withConnection();
    for (let more = 0; more < 2; more += 1) world.attach({ subnetId: SUBNET, groups: [GROUP] });
    const calls: (readonly string[])[] = [];
    const slow = definePolledStep({
      ...cutting,
      id: 'slow',
      ticket: v.array(v.string()),
      async start(ctx) {
        return ctx.waiting([], { seconds: 1 });
      },
      async poll(ctx, ticket, facts) {
        const left = facts.quarantine?.interfaces.filter(({ interfaceId }) => !ticket.includes(interfaceId));
        const cutNow = await cutByConversion(ctx, left ?? [], { seconds: 30 });
        calls.push(cutNow);
        const done = [...ticket, ...cutNow];
        return done.length === 3 ? ctx.done({}) : ctx.waiting(done, { seconds: 0 });
      },
    });
    const pipeline = IncidentPipeline.create('t').use(isolate()).use(slow);
    expect(await runIncident(pipeline, FINDING, world.options)).toMatchObject({ outcome: 'complete' });
    expect(calls.map(({ length }) => length)).toEqual([2, 1]);
    const conversion = world.ownGroups().filter(({ rules }) => rules.length === 4);
    expect(conversion).toEqual([]);
  });

  it('never stands open for more than half a minute', () => {
    expect(() => assertWindow({ seconds: 31 })).toThrow(expect.objectContaining({ code: 'WINDOW_TOO_LONG' }));
    expect(() => cutConnections({ window: { minutes: 1 } })).toThrow(/30 seconds/);
  });
});
