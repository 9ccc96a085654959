import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { StepFailure } from '../../../src/engine/failure.js';
import { defineGuard } from '../../../src/engine/guard.js';
import { IncidentPipeline } from '../../../src/engine/pipeline.js';
import { defineStep } from '../../../src/engine/step.js';
import { runIncident } from '../../../src/host/run-incident.js';
import { isolate } from '../../../src/steps/contain/isolate.js';
import { exportManifest } from '../../../src/steps/report/export-manifest.js';
import { report } from '../../../src/steps/report/report.js';
import { FINDING, type SuspectWorld, suspectWorld } from '../world/suspect-world.js';

const analysis = defineStep({
  id: 'analysis',
  title: 'Sees a miner',
  phase: 'examine',
  provides: [],
  async start(ctx) {
    await ctx.evidence.put({
      path: 'analysis/result.jsonl',
      body: '{"seen":"miner"}\n',
      mediaType: 'application/x-ndjson',
      acquiredBy: 'cordon',
      origin: 'i-1',
    });
    ctx.observe({
      rule: 'process.miner',
      title: 'A miner runs',
      severity: 'high',
      techniques: ['T1496'],
      at: '2026-11-20T03:11:52.000Z',
      entity: 'process:4242',
      evidence: [{ artifact: 'analysis/result.jsonl', line: 1 }],
    });
    return ctx.done({});
  },
});
const broken = defineStep({
  id: 'broken',
  title: 'Fails',
  phase: 'capture',
  provides: [],
  start: () => Promise.reject(StepFailure.permanent('NO_DISK', 'there is no disk')),
});

const owner = defineGuard({
  id: 'guard.owner',
  title: 'Asks the owner',
  onFailure: 'refuse',
  check: async (ctx) => ctx.allow('ada says yes', { by: 'ada' }),
});

const PIPELINE = IncidentPipeline.create('t')
  .use(owner)
  .use(isolate())
  .use(broken)
  .use(analysis)
  .use(
    report({
      render: (model) => `<h1>${model.incidentId}</h1>`,
      exports: ({ observations }) => [
        { file: 'hunt/all.txt', mediaType: 'text/plain', body: observations.map(({ rule }) => rule).join() },
      ],
    }),
  )
  .use(exportManifest());

const run = ({ options }: SuspectWorld) => runIncident(PIPELINE, FINDING, options);
const json = (world: SuspectWorld, path: string) => JSON.parse(world.evidence.text(path) ?? 'null');

describe('the report', () => {
  it('has files for other tools beside it, and they are evidence as all is', async () => {
    const world = suspectWorld();
    await run(world);
    expect(world.evidence.text('report/hunt/all.txt')).toBe('process.miner');
    expect(world.evidence.text('SHA256SUMS')).toContain('  report/hunt/all.txt\n');
  });

  it('is written although a step has failed, and tells of it', async () => {
    const world = suspectWorld();
    expect(await run(world)).toMatchObject({ outcome: 'incomplete' });
    const model = json(world, 'report/model.json');
    expect(model.steps).toContainEqual(
      expect.objectContaining({ id: 'broken', reason: expect.stringContaining('NO_DISK') }),
    );
    expect(model.observations).toContainEqual(expect.objectContaining({ rule: 'process.miner' }));
    expect(model.facts.quarantine.interfaces).toHaveLength(1);
    expect(model.changes.map(({ operation }: { operation: string }) => operation)).toContain(
      'ec2:CreateSecurityGroup',
    );
  });

  it('says who said that the suspect may be touched, beside the evidence', async () => {
    const world = suspectWorld();
    await run(world);
    const said = {
      guard: 'guard.owner',
      allow: true,
      reason: 'ada says yes',
      by: 'ada',
      at: expect.any(String),
    };
    expect(json(world, 'report/model.json').decisions).toEqual([said]);
    expect(json(world, 'manifest.json')).toMatchObject({
      decisions: [said],
      planSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('has a timeline in order, with what was seen and what was done', async () => {
    const world = suspectWorld();
    await run(world);
    const lines = (world.evidence.text('report/timeline.jsonl') ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const times = lines.map(({ datetime }) => datetime);
    expect(times).toEqual([...times].sort());
    expect(lines.map(({ message }) => message)).toContain('A miner runs (process:4242)');
    expect(lines.some(({ message }) => message.startsWith('ec2:CreateSecurityGroup'))).toBe(true);
  });
});

describe('the manifest', () => {
  it('lists every artifact with the hash of its bytes', async () => {
    const world = suspectWorld();
    await run(world);
    const manifest = json(world, 'manifest.json');
    const listed: { path: string; sha256: string }[] = manifest.artifacts;
    expect(listed.map(({ path }) => path).sort()).toEqual([
      'analysis/result.jsonl',
      'report/hunt/all.txt',
      'report/index.html',
      'report/model.json',
      'report/timeline.jsonl',
    ]);
    for (const { path, sha256 } of listed)
      expect(
        createHash('sha256')
          .update(world.evidence.text(path) ?? '')
          .digest('hex'),
      ).toBe(sha256);
  });

  it('names the heads of the journal as they stand in it', async () => {
    const world = suspectWorld();
    const { incidentId } = await run(world);
    const entries = await (await world.journal.visit(incidentId)).read();
    const hashes = new Set(entries.map(({ ledger, hash }) => `${ledger} ${hash}`));
    const heads = Object.entries(json(world, 'manifest.json').journal);
    expect(heads.length).toBeGreaterThan(4);
    for (const [ledger, hash] of heads) expect(hashes).toContain(`${ledger} ${hash}`);
  });

  it('comes with sums that sha256sum reads', async () => {
    const world = suspectWorld();
    await run(world);
    const lines = (world.evidence.text('SHA256SUMS') ?? '').trim().split('\n');
    expect(lines).toHaveLength(6);
    for (const line of lines) expect(line).toMatch(/^[0-9a-f]{64} {2}[\w./-]+$/);
    expect(lines.some((line) => line.endsWith('  manifest.json'))).toBe(true);
  });
});
