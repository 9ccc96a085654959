import { defineFact, definePolledStep, IncidentPipeline } from '@cordon/core';
import { hostAnswer } from '@cordon/core/aws';
import { DEMO, killAgent } from '@cordon/testkit';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { DyingJournal } from './dying-journal.js';
import { HOSTS, type Host } from './hosts.js';
import { scene } from './scene.js';

const MINUTE_MS = 60_000;
const SLOW = { name: 'slow', text: 'sleep 3000; echo "{}"' };

const taken = defineFact('taken', v.object({}));

/** Waits for most of an hour for a script on the suspect. */
const slowStep = definePolledStep({
  id: 'test.slow',
  title: 'Has a script run for fifty minutes',
  phase: 'capture',
  provides: [taken],
  timeout: { minutes: 58 },
  actions: {
    suspect: ['ssm:SendCommand', 'ssm:GetCommandInvocation', 'ssm:DescribeInstanceInformation'],
  },
  ticket: v.object({ commandId: v.string() }),
  async start(ctx) {
    const commandId = await ctx.suspect.send(SLOW, { timeout: { minutes: 55 } });
    return ctx.waiting({ commandId }, { seconds: 15 });
  },
  async poll(ctx, ticket) {
    const result = await ctx.suspect.result(ticket.commandId);
    if (result.status === 'running') return ctx.waiting(ticket, { seconds: 15 });
    return ctx.done({ taken: hostAnswer(result, v.object({})) });
  },
});

/** The minute in which the step has ended, and how. */
async function drivenUntilSilent(host: Host) {
  const { world, journal, finding, environment } = await scene();
  const { clock } = world;
  try {
    const pipeline = IncidentPipeline.create('t').use(slowStep);
    const beganMs = world.now().getTime();
    const dying = new DyingJournal(journal, undefined);
    const driving = host.drive({ pipeline, finding, clock, environment, journal, dying });
    await clock.sleepUntil(new Date(beganMs + 12 * MINUTE_MS));
    killAgent(world.account(DEMO.suspectAccount).region(DEMO.region), DEMO.instanceId);
    const entries = await (await journal.visit(await driving)).read();
    const failed = entries.find(({ ledger, kind }) => ledger === 'test.slow' && kind === 'failed');
    if (failed?.kind !== 'failed') throw new Error('the step has not failed');
    return { minute: (Date.parse(failed.at) - beganMs) / MINUTE_MS, failure: failed.body.failure };
  } finally {
    await world.dispose();
  }
}

describe('a command whose agent is killed in the twelfth minute', () => {
  it.each(HOSTS)('has ended by the 31st of its 55 on $name', async (host) => {
    const { minute, failure } = await drivenUntilSilent(host);
    expect(failure).toMatchObject({ kind: 'permanent', code: 'AGENT_SILENT' });
    expect(minute).toBeGreaterThan(15);
    expect(minute).toBeLessThan(31);
  });
});
