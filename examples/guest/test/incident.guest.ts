import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { ArtifactSchema } from '@cordon/core';
import { evidenceDisksOf } from '@cordon/testkit/guest';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { added, pathsOn } from '../src/footprint.ts';
import { webServerImage } from '../src/image.ts';
import { type EndedIncident, incidentOn, scriptSeconds } from '../src/incident.ts';
import { PLANTED, proofOf } from '../src/plants.ts';
import { type GuestScene, guestScene } from '../src/scene.ts';
import { heldAgainst, type ProcessNames, processesIn, processesOn } from '../src/volatility.ts';

const MemoryImage = v.object({
  artifact: ArtifactSchema,
  ranges: v.array(v.object({ start: v.string(), end: v.string() })),
});

/** Byte for byte: what SHA-256 would tell of both, in a fraction of the time. */
const differs = (one: string, other: string) => spawnSync('cmp', ['--silent', '--', one, other]).status !== 0;

async function systemRam(scene: GuestScene) {
  const { stdout } = await scene.suspect.run("grep '^[^ ].* : System RAM$' /proc/iomem");
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]?.split('-') ?? [])
    .map(([start = '', end = '']) => ({
      start: String(BigInt(`0x${start}`)),
      end: String(BigInt(`0x${end}`)),
    }));
}

describe('an incident on a real server', () => {
  let scene: GuestScene;
  let ended: EndedIncident;
  let before: ReadonlySet<string>;
  let ranBefore: ProcessNames;
  let answersBefore: number;
  const answersAt = new Map<string, number>();
  const began = performance.now();

  beforeAll(async () => {
    scene = await guestScene();
    answersBefore = scene.controller.answers;
    before = await pathsOn(scene.suspect);
    ranBefore = await processesOn(scene.suspect);
    ended = await incidentOn(scene, {
      heard: (entry) => {
        if (entry.kind === 'succeeded') answersAt.set(entry.ledger, scene.controller.answers);
      },
    });
    console.log(`guest: incident over after ${Math.round((performance.now() - began) / 1000)} s`);
  });

  afterAll(() => scene?.world.dispose());

  it('ends complete, with a journal that verifies', () => {
    expect(ended.result.steps.filter(({ status }) => status !== 'succeeded')).toEqual([]);
    expect(ended.result.outcome).toBe('complete');
    expect(ended.verification).toMatchObject({ state: 'whole', problems: [] });
  });

  it.each(PLANTED)('shows $what', (planted) => {
    expect(proofOf(planted, ended.observations)).toBeDefined();
  });

  it('cuts the reverse shells, while the agent lives on', async () => {
    expect(answersBefore).toBeGreaterThan(0);
    const at = (step: string) => answersAt.get(step) ?? 0;
    expect(at('contain.isolate')).toBeGreaterThan(answersBefore);
    // That to the outside has died with the address; that to the neighbour is tracked, and outlives the swap of groups.
    expect(at('contain.cut-connections')).toBeGreaterThan(at('contain.isolate'));
    expect(scene.controller.answers).toBe(at('contain.cut-connections'));
    const { stdout } = await scene.suspect.run('ss -tnH state established');
    // The kernel has not been told: only its counters stand still.
    expect(stdout).toContain('203.0.113.66:4444');
    expect(stdout).toContain('10.20.1.99:4444');
  });

  it('has every range of the memory, and the same bytes in the store as on the host', async () => {
    const image = v.parse(MemoryImage, ended.result.facts['memoryImage']);
    expect(image.ranges).toEqual(await systemRam(scene));
    const bytes = image.ranges.reduce((sum, { start, end }) => sum + Number(end) - Number(start) + 1 + 32, 0);
    expect(image.artifact.sizeBytes).toBe(bytes);
    const hash = createHash('sha256');
    for await (const chunk of scene.environment.evidence.open(image.artifact)) hash.update(chunk);
    expect(hash.digest('hex')).toBe(image.artifact.sha256);
  });

  it('has the processes in that memory that the machine itself has shown', async () => {
    const { artifact: image } = v.parse(MemoryImage, ended.result.facts['memoryImage']);
    const { evidence } = scene.environment;
    const found = await processesIn({ image, evidence }, await webServerImage());
    const { stayed, lacking, foreign } = heldAgainst(found, ranBefore, await processesOn(scene.suspect));
    expect(stayed).toEqual(expect.arrayContaining(['kworkerd', '[kworker/0:1]', 'bash']));
    expect({ lacking, foreign }).toEqual({ lacking: [], foreign: [] });
  });

  it('has not changed a byte of the evidence disks', async () => {
    const disks = evidenceDisksOf(scene.world);
    expect(disks.map(({ volumeId }) => volumeId)).toHaveLength(2);
    expect(disks.filter(({ from, disk }) => differs(from.file, disk.file))).toEqual([]);
  });

  it('leaves nothing on the suspect', async () => {
    console.log(`guest: triage took ${scriptSeconds(scene.suspectRegion, 'live-triage')} s`);
    expect(added(before, await pathsOn(scene.suspect))).toEqual([]);
  });
});
