import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Artifact, type BaseContext, IncidentPipeline } from '@cordon/core';
import { inspect, isolate, verifyContainment } from '@cordon/core/steps';
import { describe, expect, it } from 'vitest';
import { liveTriage, quickTriage } from '../../src/index.js';
import { privateRoot } from '../world/host-run.js';
import { type Scene, scene } from '../world/scene.js';

const PIPELINE = (world: Scene) =>
  IncidentPipeline.create('triage')
    .use(inspect())
    .use(quickTriage())
    .use(isolate())
    .use(verifyContainment())
    .use(liveTriage({ stagingBucket: world.stagingBucket }));

async function unpacked(world: Scene, artifact: Artifact): Promise<string> {
  const folder = await privateRoot();
  execFileSync('tar', ['-xzf', '-', '-C', folder], { input: await world.read(artifact) });
  return folder;
}

/** The fact as the run leaves it. */
interface TriageFact {
  readonly artifact: Artifact;
  readonly clockOffsetSeconds: number;
}

const triageOf = ({ facts }: { readonly facts: object }) =>
  'triage' in facts ? (facts.triage as TriageFact) : undefined; // its schema is this

describe('triage', () => {
  it('is taken from a contained host, closes its window and leaves nothing behind', async () => {
    const world = await scene();
    const result = await world.run(PIPELINE(world));
    expect(result).toMatchObject({ outcome: 'complete' });
    expect(result.said).toEqual([]);
    expect(triageOf(result)).toMatchObject({
      artifact: { path: 'live/triage.tar.gz', acquiredBy: 'suspect' },
    });
    const left = readdirSync(join(world.host().root, 'run')).filter((name) => name.startsWith('cordon-'));
    expect(left).toEqual([]);
    const calls = result.entries.flatMap((entry) => (entry.kind === 'call' ? [entry.body.operation] : []));
    const count = (operation: string) => calls.filter((one) => one === operation).length;
    expect(count('ec2:RevokeSecurityGroupEgress')).toBe(count('ec2:AuthorizeSecurityGroupEgress'));
  });

  it('brings along what was kept before the host was cordoned off', async () => {
    const world = await scene();
    const triage = triageOf(await world.run(PIPELINE(world)));
    if (triage === undefined) throw new Error('no triage');
    const folder = await unpacked(world, triage.artifact);
    const read = (path: string) => readFileSync(join(folder, path), 'utf8');
    expect(read('live/quick/sockets.tsv')).toContain('203.0.113.66\t4444\tESTABLISHED');
    expect(read('live/quick/processes.tsv')).toContain('kworkerd');
    expect(read('live/processes.tsv')).toContain('kworkerd');
  });

  it('says so when somebody has changed what was kept', async () => {
    const world = await scene();
    const meddle = {
      ...liveTriage({ stagingBucket: world.stagingBucket }),
    };
    const { run } = meddle;
    const meddled = {
      ...meddle,
      run: {
        ...run,
        start: (ctx: unknown, facts: unknown) => {
          const kept = readdirSync(join(world.host().root, 'run')).find((name) =>
            name.startsWith('cordon-quick-'),
          );
          writeFileSync(join(world.host().root, 'run', kept ?? '', 'processes.tsv'), 'nothing to see\n');
          return run.start(ctx, facts);
        },
      },
    };
    const pipeline = IncidentPipeline.create('triage').use(inspect()).use(quickTriage()).use(meddled);
    expect((await world.run(pipeline)).said).toEqual([expect.stringMatching(/^QUICK_TRIAGE_CHANGED/)]);
  });

  it('says what the quick triage did not get to, and accuses nobody of it', async () => {
    const world = await scene();
    const quick = quickTriage();
    const { run } = quick;
    const hindered = {
      ...quick,
      run: {
        ...run,
        start: (ctx: unknown, facts: unknown) => {
          const { key } = ctx as BaseContext; // every context is one
          const kept = join(world.host().root, `run/cordon-quick-${key}`);
          mkdirSync(join(kept, 'processes.tsv'), { recursive: true });
          for (const path of [kept, join(kept, 'processes.tsv')]) chmodSync(path, 0o777);
          return run.start(ctx, facts);
        },
      },
    };
    const pipeline = IncidentPipeline.create('triage')
      .use(inspect())
      .use(hindered)
      .use(liveTriage({ stagingBucket: world.stagingBucket }));
    expect((await world.run(pipeline)).said).toEqual([
      'QUICK_TRIAGE_PARTIAL: not ready before containment: processes',
    ]);
  });

  it('tells how far the suspect’s clock is off', async () => {
    const world = await scene();
    const { root } = world.host();
    const ahead = Math.floor(world.world.now().getTime() / 1000) + 3600;
    writeFileSync(join(root, 'proc/uptime'), '0.00 0.00\n');
    const stat = readFileSync(join(root, 'proc/stat'), 'utf8');
    writeFileSync(join(root, 'proc/stat'), stat.replace(/^btime .*$/m, `btime ${ahead}`));
    const pipeline = IncidentPipeline.create('triage').use(
      liveTriage({ stagingBucket: world.stagingBucket }),
    );
    const offset = triageOf(await world.run(pipeline))?.clockOffsetSeconds ?? 0;
    // The clock of the simulated host stands still, and a few virtual seconds pass until it uploads.
    expect(offset).toBeGreaterThan(3500);
    expect(offset).toBeLessThanOrEqual(3600);
  });

  it('waits for nobody on a host without an agent, and says why', async () => {
    const world = await scene({ agent: 'absent' });
    const result = await world.run(PIPELINE(world));
    expect(result.said).toEqual([expect.stringMatching(/^QUICK_TRIAGE_SKIPPED: SSM_UNMANAGED/)]);
    expect(result.steps.find(({ id }) => id === 'live.triage')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^SSM_UNMANAGED: /),
    });
  });

  it('waits for nobody where containment has cost us SSM', async () => {
    const world = await scene({ endpoints: 'absent' });
    const result = await world.run(PIPELINE(world));
    expect(result.steps.find(({ id }) => id === 'live.triage')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^SSM_LOST: /),
    });
  });
});
