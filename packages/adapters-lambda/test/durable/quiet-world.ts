import {
  defineFact,
  definePolledStep,
  defineStep,
  type Environment,
  type Finding,
  IncidentPipeline,
  StepFailure,
} from '@cordon/core';
import { VirtualClock } from '@cordon/testkit';
import * as v from 'valibot';

export const FINDING: Finding = {
  source: 'manual',
  id: 'finding-1',
  type: 'Manual',
  title: 'A person said so',
  description: '',
  severity: 8,
  band: 'high',
  sample: false,
  suspect: {
    instanceId: 'i-0f3a9c51d2b7e8460',
    account: '111122223333',
    region: 'eu-west-1',
    partition: 'aws',
  },
  remote: { addresses: [], domains: [], ports: [] },
};

function refuse(): never {
  throw new Error('no AWS here');
}

/** A world of steps that call nothing: what is looked at is who calls them, and when. */
export function quietWorld() {
  const clock = new VirtualClock(new Date('2026-11-20T03:35:00Z'));
  const account = { region: 'eu-west-1', partition: 'aws', principal: refuse, call: refuse, presign: refuse };
  const environment: Environment = {
    clock,
    evidence: { put: refuse, adopt: refuse, open: refuse, check: refuse },
    account: (role) => ({ id: role, ...account }),
    remoteHost: () => ({ instanceId: 'i', send: refuse, result: refuse, sent: refuse, cancel: refuse }),
  };
  return { clock, environment };
}

const image = defineFact('image', v.string());

/** Says after so many minutes that it is done; has a ticket like everything that AWS takes its time for. */
function slow<const Id extends string>(id: Id, minutes: number) {
  return definePolledStep({
    id,
    title: id,
    phase: 'capture',
    provides: [],
    timeout: { hours: 2 },
    ticket: v.object({ readyAt: v.string() }),
    async start(ctx) {
      const readyAt = new Date(ctx.now().getTime() + minutes * 60_000).toISOString();
      return ctx.waiting({ readyAt }, { seconds: minutes * 30 });
    },
    async poll(ctx, { readyAt }) {
      if (ctx.now().toISOString() < readyAt) return ctx.waiting({ readyAt }, { seconds: minutes * 15 });
      return ctx.done({});
    },
  });
}

const isolate = defineStep({
  id: 'isolate',
  title: 'Isolates',
  phase: 'contain',
  provides: [],
  async start(ctx) {
    await ctx.sleep({ seconds: 2 });
    return ctx.done({});
  },
});
const dump = defineStep({
  id: 'dump',
  title: 'Fails',
  phase: 'capture',
  provides: [image],
  async start() {
    throw StepFailure.permanent('NO_MODULE_FOR_KERNEL', 'none');
  },
});
const analyse = defineStep({
  id: 'analyse',
  title: 'Needs what failed',
  phase: 'examine',
  needs: [image],
  provides: [],
  start: async (ctx) => ctx.done({}),
});

function report() {
  let tries = 0;
  return defineStep({
    id: 'report',
    title: 'Is tried again',
    phase: 'report',
    provides: [],
    async start(ctx) {
      tries += 1;
      if (tries === 1) throw StepFailure.retryable('SlowDown', 'later');
      return ctx.done({});
    },
  });
}

/** Two things that take their time beside each other, one that fails, one that needs it, one that is tried again. */
export function slowPipeline() {
  return IncidentPipeline.create('slow')
    .use(isolate)
    .use(slow('snapshots', 40))
    .use(slow('triage', 7))
    .use(dump)
    .use(analyse)
    .use(report());
}
