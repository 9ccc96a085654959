import { addBucket, createWorld } from '@cordon/testkit';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { awsAccount } from '../../src/aws/account.js';
import { defineFact } from '../../src/engine/fact.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { definePolledStep, defineStep } from '../../src/engine/step.js';
import { beginIncident } from '../../src/host/begin-incident.js';
import { stepWorker } from '../../src/host/step-worker.js';
import { s3Journal } from '../../src/journal/s3-journal.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { workThrough } from './workers.js';
import { engineWorld, FINDING } from './world.js';

/** The whole thousand: `CORDON_RACES=1000`. */
const RACES = Number(process.env['CORDON_RACES'] ?? 20);
const ACCOUNT = '999900001111';
const REGION = 'eu-west-1';
const BUCKET = 'cordon-evidence-999900001111';

const started = defineFact('started', v.string());

/** Steps that tell how often each of them was begun. */
function counted() {
  const begun = new Map<string, number>();
  const count = (id: string) => begun.set(id, (begun.get(id) ?? 0) + 1);
  const contain = defineStep({
    id: 'contain',
    title: 'Is done at once',
    phase: 'contain',
    provides: [started],
    async start(ctx) {
      count('contain');
      ctx.observe({
        rule: 'race',
        title: 'seen',
        severity: 'info',
        techniques: [],
        entity: 'x',
        evidence: [],
      });
      return ctx.done({ started: ctx.key });
    },
    saves: v.object({ rules: v.array(v.string()) }),
    before: async () => ({ rules: ['open'] }),
    undo: async () => [],
  });
  const dump = definePolledStep({
    id: 'dump',
    title: 'Takes a while',
    phase: 'capture',
    wants: [started],
    provides: [],
    ticket: v.string(),
    async start(ctx) {
      count('dump');
      return ctx.waiting('t', { seconds: 1 });
    },
    poll: async (ctx) => ctx.done({}),
  });
  return { begun, pipeline: IncidentPipeline.create('race').use(contain).use(dump) };
}

/** A bucket whose answers are slow, sometimes lost, and sometimes a refusal to answer. */
function raceCourse() {
  const world = createWorld({ seed: 'races', latencyMs: [1, 200] });
  addBucket(world, BUCKET, { account: ACCOUNT, region: REGION });
  world.faults.randomly({
    probability: 0.03,
    operation: 's3:*',
    faults: ['throttle', 'server-error', 'lost-answer', 'server-error-after', 'timeout'],
  });
  const account = () =>
    awsAccount({
      id: ACCOUNT,
      region: REGION,
      clock: world.clock,
      credentials: async () => world.account(ACCOUNT).credentials(),
      principal: async () => `arn:aws:iam::${ACCOUNT}:root`,
    });
  const provider = () => s3Journal({ account: account(), bucket: BUCKET, clock: world.clock });
  return { world, provider };
}

async function race(course: ReturnType<typeof raceCourse>, nth: number) {
  const { world, provider } = course;
  const { begun, pipeline } = counted();
  const environment = { ...engineWorld().environment, clock: world.clock };
  const instanceId = `i-${nth.toString(16).padStart(17, '0')}`;
  const finding = { ...FINDING, suspect: { ...FINDING.suspect, instanceId } };
  const racer = async () => {
    const journal = provider();
    const decision = await beginIncident(pipeline, finding, { journal, environment });
    if (!('incidentId' in decision)) throw new Error('no incident');
    const incident = decision.incidentId;
    const worker = stepWorker(pipeline, { journal, environment });
    await workThrough(pipeline, { incident, worker, clock: world.clock });
    return incident;
  };
  const [incident = '', other] = await Promise.all([racer(), racer()]);
  expect(other).toBe(incident);
  const journal = provider();
  const verified = await verifyJournal(journal, incident);
  expect(verified).toMatchObject({ state: 'whole', problems: [] });
  const entries = await (await journal.visit(incident)).read();
  const of = (ledger: string) => entries.filter((entry) => entry.ledger === ledger).map(({ kind }) => kind);
  expect(Object.fromEntries(begun)).toEqual({ contain: 1, dump: 1 });
  expect(of('contain')).toEqual(['before', 'intent', 'observations', 'succeeded']);
  expect(of('dump')).toEqual(['intent', 'waiting', 'succeeded']);
  expect(of('run')).toEqual(['opened', 'closed']);
}

describe('two workers who race on one journal in S3', () => {
  it(`fork nothing, lose nothing and do nothing twice, ${RACES} times`, { timeout: 3_600_000 }, async () => {
    const course = raceCourse();
    for (let nth = 0; nth < RACES; nth += 1) await race(course, nth);
    await course.world.dispose();
  });
});
