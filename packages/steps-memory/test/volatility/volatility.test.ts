import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineStep, IncidentPipeline } from '@cordon/core';
import { inspect } from '@cordon/core/steps';
import { diskSnapshots, forensicAttach, shareSnapshots } from '@cordon/steps-disk';
import { DEMO, instancesOf, runningHost } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { limeDump, liveTriage, memoryAnalysis, volatility } from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';
import { fakeVol, type PluginOutput, psList } from './fake-vol.js';

const CONNECTION = {
  PID: 4242,
  Family: 'AF_INET',
  Proto: 'TCP',
  'Source Addr': '10.20.3.44',
  'Source Port': '54321',
  'Destination Addr': '203.0.113.66',
  'Destination Port': '4444',
  State: 'ESTABLISHED',
};

const FOUND: Readonly<Record<string, PluginOutput>> = {
  'linux.pslist.PsList': [psList(1, 'systemd'), psList(66_666, 'rootkitd')],
  'linux.sockstat.Sockstat': [CONNECTION],
};

/** Puts a symbol table into the catalogue's bucket, for a kernel that says this of itself. */
async function published(world: Scene, version: string) {
  const linux_banner = { constant_data: Buffer.from(`${version}\0`).toString('base64') };
  const table = gzipSync(JSON.stringify({ symbols: { linux_banner } }));
  return { ...(await world.keep('tools/symbols/table.json.gz', table)), kernel: '6.1.0-28-cloud-amd64' };
}

/** As the suspect's kernel says it, and as it stands in its memory. */
const versionOf = (world: Scene) => readFileSync(join(world.host().root, 'proc/version'), 'utf8');

/** Puts a volatility onto the forensic instance. */
const install = (world: Scene, plugins: Readonly<Record<string, PluginOutput>>) =>
  defineStep({
    id: 'test.install',
    title: 'Installs volatility',
    phase: 'examine',
    provides: [],
    async start(ctx) {
      for (const { id } of instancesOf(world.demo.securityRegion).all()) {
        const host = runningHost(world.demo.securityRegion, id);
        const text = `#!/usr/bin/env bash\n${fakeVol(plugins)}\n`;
        if (host !== undefined) writeFileSync(join(host.root, '../machine/bin/vol'), text, { mode: 0o755 });
      }
      return ctx.done({});
    },
  });

async function pipeline(
  world: Scene,
  plugins: Readonly<Record<string, PluginOutput>> | undefined,
  version = versionOf(world),
) {
  const { stagingBucket, modules } = world;
  const { subnetId, groupId, instanceProfileName } = world.demo.security;
  const forensic = {
    subnetId,
    securityGroupIds: [groupId],
    instanceProfileName,
    image: { ssmParameter: DEMO.forensicImageParameter },
  };
  const taken = IncidentPipeline.create('memory')
    .use(inspect())
    .use(diskSnapshots())
    .use(liveTriage({ stagingBucket }))
    .use(limeDump({ destination: 'upload', stagingBucket, modules }))
    .use(shareSnapshots())
    .use(forensicAttach(forensic));
  const symbols = [await published(world, version)];
  const step = volatility({ stagingBucket, plugins: ['PsList', 'Sockstat'], symbols });
  if (plugins === undefined) return taken.use(step);
  return taken
    .use(install(world, plugins), { after: ['disk.attach'] })
    .use(step, { after: ['test.install'] });
}

const observed = (result: Awaited<ReturnType<Scene['run']>>) =>
  result.entries.flatMap((entry) => (entry.kind === 'observations' ? entry.body.observations : []));

describe('volatility', () => {
  it('judges what the image holds, and tells what /proc did not show', async () => {
    const world = await scene();
    const result = await world.run(await pipeline(world, FOUND));
    expect(result.steps.find(({ id }) => id === 'memory.volatility')).toMatchObject({ status: 'succeeded' });
    const seen = observed(result);
    expect(seen).toContainEqual(
      expect.objectContaining({ rule: 'memory.hidden-process', entity: 'process:66666' }),
    );
    expect(seen).toContainEqual(
      expect.objectContaining({
        evidence: expect.arrayContaining([
          expect.objectContaining({ artifact: 'memory/volatility-tables.tar', path: 'live/sockets.tsv' }),
        ]),
      }),
    );
  });

  it('that sees no process is an error: the dump was short', async () => {
    const world = await scene();
    const result = await world.run(
      await pipeline(world, { 'linux.pslist.PsList': [], 'linux.sockstat.Sockstat': [] }),
    );
    expect(result.steps.find(({ id }) => id === 'memory.volatility')).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^VOLATILITY_NO_PROCESSES/),
    });
  });

  it('that has no symbols for the kernel leaves a gap that is told', async () => {
    const world = await scene();
    const other = versionOf(world).replace('6.1.119-1', '6.1.119-2');
    const result = await world.run(await pipeline(world, FOUND, other));
    expect(result.outcome).toBe('incomplete');
    expect(result.said).toContainEqual(
      expect.stringMatching(/^NO_SYMBOLS_FOR_KERNEL: .* 6\.1\.0-28-cloud-amd64: .*lime-catalog symbols/),
    );
  });

  it('is missed aloud where the forensic image does not have it', async () => {
    const world = await scene();
    const result = await world.run(await pipeline(world, undefined));
    expect(result.outcome).toBe('complete');
    expect(result.said).toContainEqual(expect.stringMatching(/^VOLATILITY_NOT_AVAILABLE: /));
  });

  it('is missed aloud where there is no forensic instance, and where no step runs it', async () => {
    const world = await scene();
    const { stagingBucket, modules } = world;
    const dump = IncidentPipeline.create('memory').use(
      limeDump({ destination: 'upload', stagingBucket, modules }),
    );
    const without = await world.run(dump.use(memoryAnalysis()));
    expect(without.said).toContainEqual(expect.stringMatching(/^VOLATILITY_NOT_RUN: /));
    const other = await scene();
    const alone = await other.run(dump.use(memoryAnalysis()).use(volatility({ stagingBucket })));
    expect(alone.said).toContainEqual(
      expect.stringMatching(/^VOLATILITY_NOT_AVAILABLE: .*no forensic instance/),
    );
    expect(alone.said).not.toContainEqual(expect.stringMatching(/^VOLATILITY_NOT_RUN: /));
  });
});
