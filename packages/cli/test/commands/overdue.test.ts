import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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

async function closedScene(env: Readonly<Record<string, string>> = {}) {
  const scene = await makeScene(project);
  await scene.run(['run', '--finding', FINDING, '--yes'], { env });
  await pause(5);
  return { ...scene, id: await scene.incident() };
}

describe('cordon list --overdue', () => {
  it('names what is not contained in time, and says so by its exit code', async () => {
    const { id, run } = await closedScene({ FAIL: 'isolate' });
    const { exit, stdout } = await run(['list', '--overdue', '0s']);
    expect(stdout).toMatch(
      new RegExp(`^CONTAINMENT_OVERDUE {2}${id} {2}i-0f3a9c51d2b7e8460 .* its run is closed\n$`),
    );
    expect(exit).toBe(4);
    expect(await run(['list', '--overdue', '1h'])).toMatchObject({ exit: 0, stdout: '' });
    const [json = ''] = (await run(['list', '--overdue', '0s', '--json'])).stdout.split('\n');
    expect(JSON.parse(json)).toMatchObject({ code: 'CONTAINMENT_OVERDUE', incidentId: id });
  });

  it('is silent about what is contained', async () => {
    const { run } = await closedScene();
    expect(await run(['list', '--overdue', '0s'])).toMatchObject({ exit: 0, stdout: '' });
  });

  it('does not take a journal that cannot be read for a good sign', async () => {
    const { id, incidents, run } = await closedScene();
    const ledger = join(incidents, id, 'journal/isolate.jsonl');
    await writeFile(ledger, (await readFile(ledger, 'utf8')).replace('isolate', 'isolatf'));
    const { exit, stderr } = await run(['list', '--overdue', '15m']);
    expect(stderr).toContain('cordon: JOURNALS_DAMAGED: 1 of 1 journals');
    expect(exit).toBe(1);
  });

  it.each(['15', 'soon', '-1m'])('does not understand %s', async (time) => {
    const { run } = await makeScene(project);
    expect(await run(['list', `--overdue=${time}`])).toMatchObject({ exit: 2 });
  });
});
