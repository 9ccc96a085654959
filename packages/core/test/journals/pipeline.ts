import * as v from 'valibot';
import { defineFact } from '../../src/engine/fact.js';
import { StepFailure } from '../../src/engine/failure.js';
import { defineGuard } from '../../src/engine/guard.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { definePolledStep, defineStep } from '../../src/engine/step.js';

/** What the steps did, and whether the world has been mended since the journal was recorded. */
export interface World {
  readonly did: string[];
  mended: boolean;
}

const network = defineFact('network', v.object({ groups: v.array(v.string()) }));
const image = defineFact('image', v.string());
const processes = defineFact('processes', v.number());
const snapshots = defineFact('snapshots', v.string());
const volume = defineFact('volume', v.string());
const copied = defineFact('copied', v.string());

const owner = defineGuard({
  id: 'owner',
  title: 'Asks the owner',
  onFailure: 'refuse',
  check: async (ctx) => ctx.allow('fine'),
});

function containing(world: World) {
  return defineStep({
    id: 'isolate',
    title: 'Isolates',
    phase: 'contain',
    provides: [network],
    saves: v.object({ groups: v.array(v.string()) }),
    before: async () => {
      world.did.push('save');
      return { groups: ['sg-0aa11bb22cc33dd44'] };
    },
    start: async (ctx) => {
      world.did.push('isolate');
      ctx.notice('TRACKED', 'connections live on');
      await ctx.exposed('eni-0a1b2c3d4e5f60718', { seconds: 5 });
      return ctx.done({ network: { groups: ['sg-quarantine'] } });
    },
    undo: async (_ctx, before) => before.groups,
  });
}

function dump(world: World) {
  return defineStep({
    id: 'dump',
    title: 'Dumps the memory',
    phase: 'capture',
    provides: [image],
    start: async (ctx) => {
      world.did.push('dump');
      if (!world.mended) throw StepFailure.permanent('NO_MODULE_FOR_KERNEL', 'none was built');
      return ctx.done({ image: 'lime' });
    },
  });
}

function analyse(world: World) {
  return defineStep({
    id: 'analyse',
    title: 'Analyses the memory',
    phase: 'examine',
    needs: [image],
    provides: [processes],
    start: async (ctx) => {
      world.did.push('analyse');
      return ctx.done({ processes: 3 });
    },
  });
}

function snapshot(world: World) {
  return definePolledStep({
    id: 'snapshot',
    title: 'Waits for a snapshot',
    phase: 'protect',
    timeout: { hours: 9 },
    provides: [snapshots],
    ticket: v.object({ id: v.string(), until: v.number() }),
    start: async (ctx) => {
      world.did.push('snapshot');
      return ctx.waiting({ id: 'snap-1', until: ctx.now().getTime() + 3_600_000 }, { minutes: 5 });
    },
    poll: async (ctx, ticket) =>
      ctx.now().getTime() >= ticket.until
        ? ctx.done({ snapshots: ticket.id })
        : ctx.waiting(ticket, { minutes: 5 }),
  });
}

function attach(world: World) {
  return defineStep({
    id: 'attach',
    title: 'Makes a volume, and its process dies of it',
    phase: 'examine',
    provides: [volume],
    start: async (ctx) => {
      world.did.push('attach');
      if (!world.mended) await ctx.sleep({ hours: 1 });
      return ctx.done({ volume: 'vol-2' });
    },
    recover: async (ctx) => {
      world.did.push('recover attach');
      return ctx.done({ volume: 'vol-1' });
    },
  });
}

function copy(world: World) {
  return definePolledStep({
    id: 'copy',
    title: 'Is told to come again',
    phase: 'examine',
    needs: [network],
    provides: [copied],
    ticket: v.object({}),
    timeout: { hours: 9 },
    start: async (ctx) => {
      world.did.push('copy');
      if (!world.mended) throw StepFailure.retryable('ResourceLimitExceeded', 'twenty copies are under way');
      const id = await ctx.makeOnce('copy of snap-1', {
        find: async () => null,
        make: async () => 'snap-2',
      });
      return id === undefined ? ctx.waiting({}, { seconds: 10 }) : ctx.done({ copied: id });
    },
    poll: async (ctx) => ctx.done({ copied: 'snap-2' }),
  });
}

function report(world: World) {
  return defineStep({
    id: 'report',
    title: 'Reports',
    phase: 'report',
    wants: [processes, snapshots, volume, copied],
    provides: [],
    start: async (ctx, facts) => {
      world.did.push(`report ${JSON.stringify(facts)}`);
      return ctx.done({});
    },
  });
}

/**
 * The pipeline that the journals here were recorded with. It never changes: a journal of it, written by any version
 * of the engine, is gone on with by every later one.
 */
export function recordedPipeline(world: World) {
  return IncidentPipeline.create('recorded')
    .use(owner)
    .use(snapshot(world))
    .use(containing(world))
    .use(dump(world))
    .use(analyse(world))
    .use(attach(world))
    .use(copy(world))
    .use(report(world));
}
