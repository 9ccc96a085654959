import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Artifact, IncidentPipeline } from '@cordon/core';
import { inspect } from '@cordon/core/steps';
import { addImage, BootDisk, DEMO, imagesOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { foundIn } from '../../src/deleted/findings.js';
import {
  deletedFiles,
  diskSnapshots,
  type ForensicOptions,
  forensicAttach,
  shareSnapshots,
} from '../../src/index.js';
import { privateRoot } from '../world/host-run.js';
import { type Scene, scene } from '../world/scene.js';

const pipeline = (world: Scene, forensic: ForensicOptions = world.forensic) =>
  IncidentPipeline.create('disk')
    .use(inspect())
    .use(diskSnapshots())
    .use(shareSnapshots())
    .use(forensicAttach(forensic))
    .use(deletedFiles({ stagingBucket: world.stagingBucket }));

/** A forensic image without the tools. */
function withoutKit(world: Scene): ForensicOptions {
  const content = imagesOf(world.security).peek(world.demo.security.imageId)?.content;
  if (!(content instanceof BootDisk)) throw new Error('the forensic image boots');
  const machine = { ...content.blueprint.machine, sleuthKit: 'absent' as const };
  const bare = new BootDisk(world.security, { ...content.blueprint, machine });
  const { id } = addImage(world.security, { content: bare });
  return { ...world.forensic, image: { amiId: id } };
}

async function unpacked(world: Scene, artifact: Artifact | undefined) {
  if (artifact === undefined) throw new Error('there is no such archive');
  const folder = await privateRoot();
  execFileSync('tar', ['-xzf', '-', '-C', folder], { input: await world.read(artifact) });
  return globSync('*/*p1/**/*', { cwd: folder }).map((path) => {
    const full = join(folder, path);
    return statSync(full).isFile() ? readFileSync(full, 'utf8') : '';
  });
}

/** The volume that was made of the suspect's root. */
function rootVolumeOf({ facts }: Awaited<ReturnType<Scene['run']>>): string {
  const { volumes } = facts['forensicInstance'] as never as {
    volumes: readonly { readonly sourceVolumeId: string; readonly volumeId: string }[];
  }; // its schema is this
  return volumes.find(({ sourceVolumeId }) => sourceVolumeId === DEMO.rootVolumeId)?.volumeId ?? 'none';
}

describe('looking for deleted files', () => {
  it('preserves what it finds, one archive for each volume', async () => {
    const world = await scene();
    const result = await world.run(pipeline(world));
    expect(result).toMatchObject({ outcome: 'complete', said: [] });
    const artifacts = result.entries.flatMap((entry) => (entry.kind === 'artifact' ? [entry.body] : []));
    expect(artifacts).toHaveLength(2);
    for (const artifact of artifacts)
      expect(artifact).toMatchObject({
        path: expect.stringMatching(/^disk\/deleted-vol-[0-9a-f]+\.tar\.gz$/),
        acquiredBy: 'forensic-host',
        acquiredWith: { image: world.demo.security.imageId },
      });
    const root = artifacts.find(({ path }) => path.includes(rootVolumeOf(result)));
    const texts = (await unpacked(world, root)).join('\n');
    expect(texts).toContain('/var/tmp/.x/get.sh (deleted)|131091');
    expect(texts).toContain('fetched the miner and its pool');
    expect(texts).toContain('ELF a miner');
  });

  it.each(['lost-answer', 'timeout'] as const)('looks once after a %s', async (fault) => {
    const world = await scene();
    world.world.faults.add({ operation: 'ssm:SendCommand', fault, times: 9 });
    const result = await world.run(pipeline(world));
    expect(result.outcome).toBe('complete');
    expect(result.entries.filter(({ kind }) => kind === 'artifact')).toHaveLength(2);
  });

  it('is a gap where the image has no Sleuth Kit', async () => {
    const world = await scene();
    const result = await world.run(pipeline(world, withoutKit(world)));
    expect(result.outcome).toBe('incomplete');
    expect(result.said).toEqual([
      'NO_SLEUTH_KIT: deleted files were not looked for: the forensic image has no Sleuth Kit',
    ]);
  });

  it('believes no archive that is not told of in full', () => {
    const answer = { available: '1' as const, unread: '', 'vol-1': 'anything' };
    expect(() => foundIn(answer, ['vol-1'])).toThrow('what was found of vol-1');
    expect(foundIn(answer, ['vol-2'])).toEqual([]);
  });
});
