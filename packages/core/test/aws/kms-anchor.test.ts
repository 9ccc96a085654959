import { addKey, type SimulatedKey } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { kmsAnchor } from '../../src/aws/kms-anchor.js';
import { IncidentPipeline } from '../../src/engine/pipeline.js';
import { defineStep } from '../../src/engine/step.js';
import { runIncident } from '../../src/host/run-incident.js';
import { verifyJournal } from '../../src/journal/verify.js';
import { FINDING, suspectWorld } from '../steps/world/suspect-world.js';

const step = <const Id extends string, const P extends 'contain' | 'report'>(id: Id, phase: P) =>
  defineStep({ id, title: id, phase, provides: [], start: async (ctx) => ctx.done({}) });
const pipeline = IncidentPipeline.create('t').use(step('contain', 'contain')).use(step('report', 'report'));

const pem = (key: SimulatedKey) =>
  key.pair?.publicKey.export({ format: 'pem', type: 'spki' }).toString() ?? '';

async function scene() {
  const world = await suspectWorld();
  const region = world.world.account('999900001111').region('eu-west-1');
  return { ...world, region, key: addKey(region, { usage: 'SIGN_VERIFY' }) };
}

describe('the anchor that KMS signs', () => {
  it('signs the heads when the suspect is contained and when the incident closes', async () => {
    const { options, journal, key } = await scene();
    const anchors = [kmsAnchor({ keyArn: key.arn })];
    const { incidentId } = await runIncident(pipeline, FINDING, { ...options, anchors });
    const entries = await (await journal.visit(incidentId)).read();
    expect(entries.flatMap((entry) => (entry.kind === 'anchor' ? [entry.body.moment] : []))).toEqual([
      'contain',
      'close',
    ]);
    const verified = await verifyJournal(journal, incidentId, { publicKey: pem(key) });
    expect(verified).toMatchObject({ state: 'whole', problems: [] });
  });

  it('is missed in a journal that somebody else has signed, or nobody', async () => {
    const { options, journal, key, region } = await scene();
    const forger = addKey(region, { usage: 'SIGN_VERIFY' });
    const anchors = [kmsAnchor({ keyArn: forger.arn })];
    const forged = await runIncident(pipeline, FINDING, { ...options, anchors, incidentId: 'inc-forged' });
    const { problems } = await verifyJournal(journal, forged.incidentId, { publicKey: pem(key) });
    expect(problems.map(({ ledger, code }) => `${ledger} ${code}`)).toEqual(
      Array.from({ length: 3 }, () => 'run ANCHOR_SIGNATURE'),
    );
  });

  it('is missed in a journal without anchors', async () => {
    const { options, journal, key } = await scene();
    const { incidentId } = await runIncident(pipeline, FINDING, options);
    const verified = await verifyJournal(journal, incidentId, { publicKey: pem(key) });
    expect(verified).toMatchObject({ state: 'broken', problems: [{ code: 'ANCHOR_SIGNATURE' }] });
    expect(await verifyJournal(journal, incidentId)).toMatchObject({ state: 'whole' });
  });

  it('stops nothing when the key cannot be used', async () => {
    const { options, journal } = await scene();
    const anchors = [kmsAnchor({ keyArn: 'arn:aws:kms:eu-west-1:999900001111:key/none' })];
    const result = await runIncident(pipeline, FINDING, { ...options, anchors });
    expect(result).toMatchObject({ outcome: 'complete' });
    const entries = await (await journal.visit(result.incidentId)).read();
    expect(entries.filter(({ kind }) => kind === 'notice')).toMatchObject([
      { body: { code: 'ANCHOR_FAILED' } },
      { body: { code: 'ANCHOR_FAILED' } },
    ]);
  });
});
