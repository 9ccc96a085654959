import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Artifact, CORDON, IncidentPipeline, type RecordedArtifact } from '@cordon/core';
import { scriptSha256 } from '@cordon/core/aws';
import { exportManifest, inspect } from '@cordon/core/steps';
import { DEMO, instancesOf } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import collectFilesScript from '../../src/collect/collect-files.sh';
import uploadArchives from '../../src/collect/upload-archives.sh';
import {
  collectFiles,
  diskAnalysis,
  diskSnapshots,
  forensicAttach,
  preserveFiles,
  shareSnapshots,
} from '../../src/index.js';
import { type Scene, scene } from '../world/scene.js';

const pipeline = (world: Scene) =>
  IncidentPipeline.create('disk')
    .use(inspect())
    .use(diskSnapshots())
    .use(shareSnapshots())
    .use(forensicAttach(world.forensic))
    .use(collectFiles())
    .use(preserveFiles({ stagingBucket: world.stagingBucket }))
    .use(diskAnalysis())
    .use(exportManifest());

async function manifestOf(world: Scene) {
  const result = await world.run(pipeline(world));
  const { artifact } = result.facts['manifest'] as unknown as { artifact: Artifact }; // its schema is this
  const manifest = JSON.parse((await world.read(artifact)).toString());
  const artifacts: readonly RecordedArtifact[] = manifest.artifacts;
  const stampOf = (pattern: RegExp) => artifacts.find(({ path }) => pattern.test(path))?.acquiredWith;
  return { result, artifacts, stampOf };
}

const COMMAND_ID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const PACK = new URL('../../../analysis/src/rules/packs/reverse-shells.yml', import.meta.url);

/** Commands as the journal of AWS calls has them: what was answered, and what was asked for again. */
function sentCommands({ entries }: Awaited<ReturnType<typeof manifestOf>>['result']): readonly string[] {
  const reads = entries.flatMap(({ reads = [] }) => reads);
  const asked = reads.filter(({ operation }) => operation === 'ssm:GetCommandInvocation');
  return [...new Set(asked.flatMap(({ resources }) => resources.filter((id) => !id.startsWith('i-'))))];
}

describe('what an artifact was taken with', () => {
  it('stands in the manifest: Cordon, step, scripts with hash and command, image, rules', async () => {
    const world = await scene();
    const { result, artifacts, stampOf } = await manifestOf(world);
    expect(result.outcome).toBe('complete');
    for (const { path, acquiredWith } of artifacts)
      expect([path, acquiredWith]).toMatchObject([path, { cordon: CORDON, step: { version: 1 } }]);

    const [forensic] = instancesOf(world.security).all();
    const on = { instanceId: forensic?.id, commandId: COMMAND_ID, document: 'AWS-RunShellScript' };
    const archive = stampOf(/^disk\/vol-/);
    expect(archive).toMatchObject({
      step: { id: 'disk.preserve' },
      image: forensic?.imageId,
      scripts: [
        { step: 'disk.attach', script: 'check-image', ...on },
        { step: 'disk.attach', script: 'mount-evidence', ...on },
        { step: 'disk.collect', script: 'collect-files', ...on },
        { step: 'disk.preserve', script: 'upload-archives', ...on },
      ],
    });
    expect(archive?.scripts?.slice(2).map(({ sha256 }) => sha256)).toEqual([
      scriptSha256({ name: 'collect-files', text: collectFilesScript }),
      scriptSha256({ name: 'upload-archives', text: uploadArchives }),
    ]);
    const ids = archive?.scripts?.map(({ commandId }) => commandId) ?? [];
    expect(sentCommands(result)).toEqual(expect.arrayContaining(ids));
    expect(new Set(ids).size).toBe(4);

    const analysis = stampOf(/^analysis\/disk/);
    expect(analysis?.scripts).toBeUndefined();
    expect(analysis?.rules).toContainEqual({
      name: 'reverse-shells.yml',
      sha256: createHash('sha256').update(readFileSync(PACK)).digest('hex'),
    });
  });

  it('is known too where the answer to a command was lost', async () => {
    const world = await scene();
    world.world.faults.add({ operation: 'ssm:SendCommand', fault: 'lost-answer', times: 4 });
    const { result, stampOf } = await manifestOf(world);
    expect(result.outcome).toBe('complete');
    const scripts = stampOf(/^disk\/vol-/)?.scripts ?? [];
    expect(scripts.map(({ script }) => script)).toEqual([
      'check-image',
      'mount-evidence',
      'collect-files',
      'upload-archives',
    ]);
    const ids = scripts.map(({ commandId }) => commandId ?? 'unknown');
    expect(sentCommands(result)).toEqual(expect.arrayContaining(ids));
    expect(new Set(ids).size).toBe(4);
  });

  it('takes no room in facts', async () => {
    const world = await scene();
    const { result } = await manifestOf(world);
    expect(JSON.stringify(result.facts['collections'])).toContain(DEMO.rootVolumeId);
    expect(JSON.stringify(result.facts)).not.toContain('acquiredWith');
  });
});
