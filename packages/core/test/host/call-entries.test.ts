import { describe, expect, it } from 'vitest';
import { ec2 } from '../../src/aws/operations.js';
import type { Entry } from '../../src/engine/entry.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { runIncident } from '../../src/host/run-incident.js';
import { engineWorld, FINDING } from './world.js';

const ID = FINDING.suspect.instanceId;

/** Two changes with reads around them; `seen` is what the journal held when each call was answered. */
async function runWithCalls() {
  const world = engineWorld();
  const seen: (readonly Entry[])[] = [];
  const look = async (incidentId: string) => {
    seen.push(await (await world.journal.visit(incidentId)).read());
  };
  const step = defineStep({
    id: 'tag',
    title: 'Tags twice',
    phase: 'contain',
    provides: [],
    actions: { suspect: ['ec2:DescribeInstances', 'ec2:CreateTags', 'ec2:DeleteTags'] },
    async start(ctx) {
      await ctx.suspectAccount.call(ec2.DescribeInstances, { InstanceIds: [ID] });
      await ctx.suspectAccount.call(ec2.DescribeInstances, { InstanceIds: [ID] });
      await look(ctx.incident.id);
      await ctx.suspectAccount.call(ec2.CreateTags, { Resources: [ID], Tags: [{ Key: 'a', Value: 'b' }] });
      await look(ctx.incident.id);
      await ctx.suspectAccount.call(ec2.DeleteTags, { Resources: [ID] });
      await look(ctx.incident.id);
      return ctx.done({});
    },
  });
  const result = await runIncident(IncidentPipeline.create('t').use(step), FINDING, world.options);
  const entries = await (await world.journal.visit(result.incidentId)).read();
  return { seen, own: entries.filter(({ ledger }) => ledger === 'tag') };
}

const callsIn = (entries: readonly Entry[] = []) =>
  entries.flatMap((entry) => (entry.kind === 'call' ? [entry.body] : []));

describe('calls to AWS', () => {
  it('are on record one by one before the next is made, where they change something', async () => {
    const { seen } = await runWithCalls();
    expect(seen.map((entries) => callsIn(entries).map(({ operation }) => operation))).toEqual([
      [],
      ['ec2:CreateTags'],
      ['ec2:CreateTags', 'ec2:DeleteTags'],
    ]);
  });

  it('travel with the next entry of their step, where they only read', async () => {
    const { own } = await runWithCalls();
    const withReads = own.filter(({ reads }) => reads !== undefined);
    expect(withReads.flatMap(({ reads = [] }) => reads.map(({ operation }) => operation))).toEqual([
      'ec2:DescribeInstances',
      'ec2:DescribeInstances',
    ]);
    expect(withReads).toHaveLength(1);
  });

  it('say who made them, where, upon what, and which request it was', async () => {
    const { own } = await runWithCalls();
    expect(callsIn(own)[0]).toEqual({
      at: '2026-11-20T03:35:00.000Z',
      operation: 'ec2:CreateTags',
      mutating: true,
      account: '111122223333',
      region: 'eu-west-1',
      principal: 'arn:aws:iam::111122223333:role/Test',
      outcome: 'ok',
      resources: [ID],
      requestId: 'request-1',
    });
  });
});
