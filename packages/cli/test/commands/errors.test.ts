import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/main.js';
import { fakeIo } from '../world/fake-io.js';
import { type Ended, installCli } from '../world/installed-cli.js';
import { FINDING, makeScene, type Scene } from '../world/scene.js';

let project = '';
let scene: Scene;

beforeAll(async () => {
  project = await installCli();
  scene = await makeScene(project);
});

afterAll(async () => {
  await rm(project, { recursive: true, force: true });
});

/** One clear sentence with a code, what to do, and never a stack. */
function expectComplaint({ exit, stdout, stderr }: Ended, code: string, ...texts: readonly string[]): void {
  const lines = stderr.trimEnd().split('\n');
  expect(lines.filter((line) => line.startsWith(`cordon: ${code}: `))).toHaveLength(1);
  expect(lines.at(-1)).toMatch(/^ {2}\S.{10,}/);
  for (const text of texts) expect(stderr).toContain(text);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect(stdout).toBe('');
  expect(exit).toBe(2);
}

const MANUAL = ['--instance', 'i-0f3a9c51d2b7e8460', '--account', '111122223333', '--region', 'eu-west-1'];

describe('what the command line gets wrong', () => {
  it.each([
    [['fly'], "unknown command 'fly'"],
    [['run', '--fast'], "unknown option '--fast'"],
    [['verfy'], 'Did you mean verify?'],
    [['run'], 'there is nothing to run on'],
    [['run', '--finding', 'x', '--incident', 'y'], 'cannot be used with'],
    [['run', '--finding', 'x', '--min-severity', 'high'], 'It is 0 to 10.'],
    [['run', '--instance', 'i-0f3a9c51d2b7e8460'], '--account, --region and --reason'],
    [['retry', 'inc-1', 'isolate', '--reason', 'x'], "required option '--approver"],
    [['show'], "missing required argument 'incident'"],
    [['verify', '--head', '1234'], 'no hash of 64 hex digits'],
  ])('says it in a sentence: %j', async (words, text) => {
    const { io, stdout, stderr } = fakeIo({ cwd: scene.cwd, kind: 'pipe' });
    const exit = await main(words, io);
    expectComplaint({ exit, stdout: stdout.text(), stderr: stderr.text() }, 'USAGE', text);
  });

  it('says what a finding by hand must be', async () => {
    const reason = ['--reason', 'odd', '--yes'];
    const instance = ['run', ...MANUAL, ...reason].map((word) =>
      word.replace('i-0f3a9c51d2b7e8460', 'i-1\u001b[2J'),
    );
    expectComplaint(await scene.run(instance), 'BAD_FINDING', 'instanceId', '\\u001b[2J');
    expectComplaint(await scene.run(['run', ...MANUAL, '--reason', ' ']), 'BAD_FINDING', 'needs a reason');
  });

  it('asks nobody where nobody can answer', async () => {
    expectComplaint(await scene.run(['run', '--finding', FINDING]), 'NEEDS_YES', '--yes');
  });

  it.each([
    [['list', '--overdue', '15m', '--journal', './incidnets']],
    [['list', '--journal', './incidnets']],
    [['verify', '--journal', './incidnets']],
    [['verify', '--journal', '.', '--evidence', './evidnece']],
  ])('does not take a folder that is not there for one in which all is well: %j', async (words) => {
    const { io, stdout, stderr } = fakeIo({ cwd: scene.cwd, kind: 'pipe' });
    const exit = await main(words, io);
    expectComplaint({ exit, stdout: stdout.text(), stderr: stderr.text() }, 'NO_FOLDER', words.at(-2) ?? '');
  });

  it('touches nothing for an incident that is not there', async () => {
    for (const id of ['inc-20261120t0335-5f0c2a91', '../../etc', 'X'])
      for (const words of [
        ['show', id],
        ['run', '--incident', id],
        ['verify', id],
      ])
        expectComplaint(await scene.run(words), 'NO_INCIDENT', 'cordon list');
  });
});

describe('what is wrong with findings', () => {
  it('names the field, and goes on with the good ones', async () => {
    const own = await makeScene(project);
    const good = JSON.parse(await readFile(FINDING, 'utf8'));
    const bad = structuredClone(good);
    bad.detail.resource.instanceDetails.instanceId = 'i-\u001b[31mzz';
    const stdin = JSON.stringify([bad, { hello: 1 }, good]);
    const { exit, stderr } = await own.run(['run', '--finding', '-', '--yes'], { stdin });
    expect(stderr).toContain('BAD_FIELD  [0].detail.resource.instanceDetails.instanceId:');
    expect(stderr).toContain('NOT_A_FINDING  [1]:');
    expect(stderr).not.toContain('\u001b');
    expect(exit).toBe(0);
  });

  it('says that none can be used, or that it is no JSON', async () => {
    expectComplaint(
      await scene.run(['run', '-f', '-', '-y'], { stdin: '{"a":1}' }),
      'NO_FINDING',
      'NOT_A_FINDING',
    );
    expectComplaint(await scene.run(['run', '-f', '-', '-y'], { stdin: '[]' }), 'NO_FINDING');
    expectComplaint(
      await scene.run(['run', '-f', '-', '-y'], { stdin: 'nonsense' }),
      'BAD_FINDING',
      'not JSON',
    );
    expectComplaint(await scene.run(['run', '-f', 'nowhere.json', '-y']), 'NO_FINDING', 'nowhere.json');
  });

  it('refuses samples and what is not severe enough, with a code of its own', async () => {
    const sample = join(dirname(FINDING), 'sample.eventbridge.json');
    const sampled = await scene.run(['run', '-f', sample, '-y']);
    expect(sampled).toMatchObject({ exit: 5, stdout: '' });
    expect(sampled.stderr).toContain('a sample finding contains nothing');
    const low = await scene.run(['run', '-f', FINDING, '-y', '--min-severity', '9']);
    expect(low).toMatchObject({ exit: 5, stdout: '' });
    expect(low.stderr).toContain('severity 8 is under 9');
  });
});

describe('what is wrong with the configuration', () => {
  async function withConfig(name: string, source: string): Promise<Ended> {
    const own = await makeScene(project);
    await rm(join(own.cwd, 'cordon.config.ts'));
    await writeFile(join(own.cwd, name), source);
    return own.run(['plan']);
  }

  it('says where it looked', async () => {
    const { ended } = scene.start(['plan'], { cwd: dirname(project) });
    expectComplaint(await ended, 'NO_CONFIG', 'cordon.config.ts', '--config');
    expectComplaint(await scene.run(['plan', '--config', 'other.ts']), 'NO_CONFIG', 'other.ts');
  });

  it.each([
    ['cordon.config.ts', 'enum A { B }\nexport const config = A;', 'no enums'],
    ['cordon.config.mjs', 'export const config = ;', 'cannot be loaded'],
    ['cordon.config.mjs', "import 'not-there-at-all';", 'Install the package'],
    ['cordon.config.mjs', 'throw new Error("SLACK_TOKEN is not set");', 'SLACK_TOKEN is not set'],
    ['cordon.config.mjs', 'export const settings = {};', 'neither `config` nor a default'],
    ['cordon.config.mjs', 'export const config = {};', '`pipeline` must be an IncidentPipeline'],
    [
      'cordon.config.mjs',
      'export const config = { pipeline: { name: "x", steps: [] }, environment: {}, journal: {} };',
      '`environment` must be a function',
    ],
  ])('says what is wrong with %s: %s', async (name, source, text) => {
    expectComplaint(await withConfig(name, source), 'BAD_CONFIG', text);
  });

  it('takes a default export, from a folder above', async () => {
    const own = await makeScene(project);
    await copyFile(join(own.cwd, 'cordon.config.ts'), join(own.cwd, 'settings.ts'));
    await rm(join(own.cwd, 'cordon.config.ts'));
    await writeFile(join(own.cwd, 'cordon.config.mjs'), "export { config as default } from './settings.ts';");
    const below = join(own.cwd, 'a');
    await copyFile(FINDING, join(own.cwd, 'f.json'));
    const { mkdir } = await import('node:fs/promises');
    await mkdir(below);
    expect(await own.run(['plan'], { cwd: below })).toMatchObject({ exit: 0, stderr: '' });
  });

  it('shows where it happened to those who ask', async () => {
    const { stderr } = await scene.run(['plan', '-c', 'none.ts'], { env: { CORDON_DEBUG: '1' } });
    expect(stderr).toMatch(/\n\s+at /);
  });

  it('tells all problems of a pipeline at once', async () => {
    const source = `
import { IncidentPipeline, defineStep, defineFact, ArtifactSchema, memoryJournal } from '@cordon/core';
const image = defineFact('memoryImage', ArtifactSchema);
const step = (id, needs) => defineStep({ id, title: id, phase: 'examine', needs, provides: [], start: async (ctx) => ctx.done({}) });
const pipeline = IncidentPipeline.create('p').use(step('a', [image])).use(step('b', [image]));
export const config = { pipeline, environment: () => { throw new Error('not asked for'); }, journal: memoryJournal() };`;
    const own = await makeScene(project);
    await rm(join(own.cwd, 'cordon.config.ts'));
    await writeFile(join(own.cwd, 'cordon.config.mjs'), source);
    const planned = await own.run(['plan']);
    expect(planned).toMatchObject({ exit: 2, stdout: '' });
    expect(planned.stderr).toBe(`2 problems in pipeline p:
  NEED_NOT_PROVIDED  step 'a' needs 'memoryImage': add a step that provides it before this one
  NEED_NOT_PROVIDED  step 'b' needs 'memoryImage': add a step that provides it before this one
`);
    expectComplaint(await own.run(['run', '-f', FINDING, '-y']), 'PIPELINE', "step 'a'", "step 'b'");
  });
});
