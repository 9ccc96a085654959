import * as v from 'valibot';
import { defineFact } from '../../src/engine/fact.js';
import { StepFailure } from '../../src/engine/failure.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { definePolledStep, defineStep } from '../../src/engine/step.js';
import { engineWorld } from './world.js';

const image = defineFact('image', v.string());
const processes = defineFact('processes', v.string());
const copied = defineFact('copied', v.string());

/** What the steps did, with which keys, and whether the dump still fails. */
interface Doing {
  readonly did: string[];
  readonly keys: string[];
  readonly broken: { dump: boolean };
}

const dumping = ({ did, keys, broken }: Doing) =>
  defineStep({
    id: 'dump',
    title: 'Dumps',
    phase: 'examine',
    provides: [image],
    start: async (ctx) => {
      did.push('dump');
      keys.push(ctx.key);
      await ctx.evidence.put({
        path: 'dump.txt',
        mediaType: 'text/plain',
        acquiredBy: 'suspect',
        origin: 'test',
        body: Buffer.from(`dump ${did.length}`),
      });
      if (broken.dump) throw StepFailure.permanent('NO_MODULE_FOR_KERNEL', 'none');
      return ctx.done({ image: 'lime' });
    },
  });

const analysing = ({ did }: Doing) =>
  defineStep({
    id: 'analyse',
    title: 'Analyses',
    phase: 'examine',
    needs: [image],
    provides: [processes],
    start: async (ctx, facts) => {
      did.push(`analyse ${facts.image}`);
      return ctx.done({ processes: '3' });
    },
  });

const copy = definePolledStep({
  id: 'copy',
  title: 'Copies for an hour',
  phase: 'examine',
  provides: [copied],
  ticket: v.object({ until: v.number() }),
  timeout: { hours: 2 },
  start: async (ctx) => ctx.waiting({ until: ctx.now().getTime() + 3_600_000 }, { minutes: 10 }),
  poll: async (ctx, ticket) =>
    ctx.now().getTime() >= ticket.until ? ctx.done({ copied: 'yes' }) : ctx.waiting(ticket, { minutes: 10 }),
});

const reporting = ({ did }: Doing) =>
  defineStep({
    id: 'report',
    title: 'Reports',
    phase: 'report',
    wants: [processes],
    provides: [],
    start: async (ctx, facts) => {
      did.push(`report ${facts.processes ?? 'nothing'}`);
      return ctx.done({});
    },
  });

/** A dump that fails until it is mended, beside a copy that keeps the incident open for an hour. */
export function dumpToMend() {
  const doing: Doing = { did: [], keys: [], broken: { dump: true } };
  const pipeline = IncidentPipeline.create('t')
    .use(dumping(doing))
    .use(analysing(doing))
    .use(copy)
    .use(reporting(doing));
  return { ...doing, pipeline, world: engineWorld() };
}
