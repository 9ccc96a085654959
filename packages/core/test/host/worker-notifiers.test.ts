import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/engine/entry.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { beginIncident } from '../../src/host/begin-incident.js';
import type { WorkNotifier } from '../../src/host/notifiers.js';
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
