import { copyFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installCli } from '../world/installed-cli.js';
import { FINDING, makeScene } from '../world/scene.js';

let project = '';

beforeAll(async () => {
  project = await installCli();
});

afterAll(async () => {
  await rm(project, { recursive: true, force: true });
});

/** A run, in a process of its own, that has come to its question. */
async function waitingRun() {
  const scene = await makeScene(project);
  await copyFile(new URL('../world/asking.config.ts', import.meta.url), join(scene.cwd, 'asking.config.ts'));
  const asking = ['--config', 'asking.config.ts'];
  const waiting = scene.start(['run', '--finding', FINDING, '--yes', '--plain', ...asking]);
  await waiting.says('waits for a yes until');
  const run = (words: readonly string[]) => scene.run([...words, ...asking]);
  return { ...scene, run, waiting, id: await scene.incident() };
}

describe('cordon approve', () => {
  it('shows what is asked, and lets another process say yes once', async () => {
    const { id, run, waiting, incidents } = await waitingRun();
    const asked = await run(['approve', id]);
    expect(asked).toMatchObject({ exit: 0 });
    expect(asked.stdout).toMatch(
      /guard\.approval {2}until \S+, then no\n {4}containment always needs a yes here\n/,
    );
    const { stdout: plan } = await run(['plan']);
    const digest = /Plan ([0-9a-f]{64})/.exec(plan)?.[1] ?? 'none';
    expect(asked.stdout).toContain(`plan ${digest}`);
    const answer = ['approve', id, '--as', 'ada', '--reason', 'the owner knows'];
    expect(await run([...answer, '--plan', '00000000'])).toMatchObject({ exit: 2 });
    expect((await run([...answer, '--plan', digest])).stdout).toBe(
      'ada says yes to guard.approval; the run finds it.\n',
    );
    const second = await run(['approve', id, '--as', 'mallory', '--deny', '--journal', incidents]);
    expect(second.stderr).toContain('cordon: NO_QUESTION');
    const ended = await waiting.ended;
    expect(ended.stdout).toContain('says yes: ada says yes: the owner knows');
    expect(ended.exit).toBe(0);
    expect(await run(['verify', id])).toMatchObject({ exit: 0 });
    const entries = await readFile(join(incidents, id, 'journal/guard.approval.jsonl'), 'utf8');
    expect(entries).toContain('"by":"ada"');
  });

  it('says no for whom it is told', async () => {
    const { id, run, waiting } = await waitingRun();
    expect(await run(['approve', id, '--as', 'ada', '--deny'])).toMatchObject({ exit: 0 });
    const ended = await waiting.ended;
    expect(ended.stdout).toContain('says no: ada says no');
    expect(ended.exit).toBe(5);
  });

  it('says so where nothing waits, and where there is no incident', async () => {
    const scene = await makeScene(project);
    await scene.run(['run', '--finding', FINDING, '--yes']);
    const { stderr, exit } = await scene.run(['approve', await scene.incident(), '--as', 'ada']);
    expect(stderr).toContain('cordon: NO_QUESTION: nothing waits for an answer');
    expect(exit).toBe(2);
    expect(await scene.run(['approve', 'inc-nowhere-1', '--as', 'ada'])).toMatchObject({ exit: 2 });
  });
});
