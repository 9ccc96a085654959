import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/engine/entry.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { beginIncident } from '../../src/host/begin-incident.js';
import { beginsWith, type WorkNotifier } from '../../src/host/notifiers.js';
import { stepWorker } from '../../src/host/step-worker.js';
import { workThrough } from './workers.js';
import { engineWorld, FINDING } from './world.js';

function step<const Id extends string>(id: Id, phase: 'contain' | 'examine') {
  return defineStep({
    id,
    title: id,
    phase,
    provides: [],
    async start(ctx) {
      await ctx.sleep({ seconds: 2 });
      return ctx.done({});
    },
  });
}

const pipeline = () =>
  IncidentPipeline.create('told')
    .use(step('isolate', 'contain'))
    .use(step('deny', 'contain'))
    .use(step('look', 'examine'))
    .use(step('search', 'examine'));

/** Keeps what it was told, and whether it was flushed afterwards. */
function listener() {
  const told: Entry[] = [];
  const known = new Set<string>();
  let unflushed = 0;
  const notifier: WorkNotifier = {
    attach({ events }) {
      events.on('history', (entries) => {
        for (const entry of entries) known.add(entry.hash);
      });
      events.on('entry', (entry) => {
        told.push(entry);
        unflushed += 1;
      });
    },
    async flush() {
      unflushed = 0;
    },
  };
  return { notifier, told, known, unflushed: () => unflushed };
}

async function worked(notifiers: readonly WorkNotifier[]) {
  const { options, journal, clock } = engineWorld();
  const begun = await beginIncident(pipeline(), FINDING, options);
  if (begun.do !== 'start') throw new Error(begun.because);
  const incident = begun.incidentId;
  const worker = stepWorker(pipeline(), { ...options, notifiers, patience: { seconds: 5 } });
  await workThrough(pipeline(), { incident, worker, clock });
  const entries = await (await journal.visit(incident)).read();
  return entries.filter(({ kind }) => kind !== 'opened').map(({ hash }) => hash);
}

describe('notifiers of workers', () => {
  it('are told every entry once, by the worker that wrote it, and flushed before it ends', async () => {
    const { notifier, told, unflushed } = listener();
    const written = await worked([notifier]);
    expect(told.map(({ hash }) => hash).toSorted()).toEqual(written.toSorted());
    expect(unflushed()).toBe(0);
  });

  it('know what came before, whoever wrote it', async () => {
    const { notifier, told, known } = listener();
    await worked([notifier]);
    const intent = told.find(({ ledger, kind }) => ledger === 'search' && kind === 'intent');
    expect(Object.values(intent?.after ?? {}).every((hash) => known.has(hash))).toBe(true);
    expect(known.size).toBeGreaterThan(5);
  });

  it('are let go of when the invocation is over, after they were flushed', async () => {
    const kept = new Set<unknown>();
    const order: string[] = [];
    const notifier: WorkNotifier = {
      attach: ({ events }) => void kept.add(events),
      flush: async () => void order.push('flush'),
      detach({ events }) {
        kept.delete(events);
        order.push('detach');
      },
    };
    await worked([notifier]);
    expect(kept.size).toBe(0);
    expect(order.slice(0, 2)).toEqual(['flush', 'detach']);
  });

  it('hear from one of them only that the incident begins, and its phases', async () => {
    const began: unknown[] = [];
    const plan = pipeline().steps.map(({ step: { id, phase } }) => ({ id, phase }));
    const listen = (): WorkNotifier => ({
      attach({ events, beside }) {
        expect(beside).toBe('others');
        events.on('entry', (entry) => began.push(beginsWith(entry, plan)));
      },
    });
    await worked([listen()]);
    expect(began.filter((one) => one !== undefined)).toEqual(['incident', 'phase']);
  });

  it('stop nothing when they cannot listen', async () => {
    const deaf: WorkNotifier = {
      attach() {
        throw new Error('no');
      },
      flush: async () => Promise.reject(new Error('no')),
    };
    const { notifier, told } = listener();
    const written = await worked([deaf, notifier]);
    expect(told).toHaveLength(written.length);
  });
});
