import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/main.js';
import { fakeIo } from '../world/fake-io.js';
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
  return { ...scene, id: await scene.incident() };
}

const ORDER = ['--approver', 'ada', '--reason', 'room was made'];

describe('cordon plan', () => {
  it('shows what will be done to the suspect, before anything is touched', async () => {
    const scene = await makeScene(project);
    const { exit, stdout } = await scene.run(['plan']);
    expect(exit).toBe(0);
    expect(stdout).toContain('  isolate: Isolates (at most 5 minutes)');
    expect(stdout).toContain('suspect   The instance loses its network. (reversible: yes)');
    expect(stdout).toContain('only if   guard.owner say yes');
    const { steps } = JSON.parse((await scene.run(['plan', '--json'])).stdout);
    expect(steps).toHaveLength(4);
  });
});

describe('cordon verify', () => {
  it('finds journal and evidence whole, with no configuration at all', async () => {
    const { id, incidents, run, cwd } = await closedScene();
    await rm(join(cwd, 'cordon.config.ts'));
    const folders = ['--journal', incidents, '--evidence', incidents];
    const { exit, stdout } = await run(['verify', id, ...folders]);
    expect(stdout).toMatch(new RegExp(`^${id}  whole  \\d+ entries in 5 ledgers, evidence compared\n`));
    expect(exit).toBe(0);
    expect((await run(['verify', id, '--journal', incidents])).stdout).toContain('evidence not looked at');
  });

  it('names the entry whose byte was changed', async () => {
    const { id, incidents, run } = await closedScene();
    const ledger = join(incidents, id, 'journal/isolate.jsonl');
    const text = await readFile(ledger, 'utf8');
    await writeFile(ledger, text.replace('sg-0aa11bb22cc33dd44', 'sg-0aa11bb22cc33dd45'));
    const { exit, stdout } = await run(['verify', id]);
    expect(stdout).toContain(`${id}  broken`);
    expect(stdout).toMatch(/isolate 0 +HASH_MISMATCH/);
    expect(exit).toBe(1);
    expect((await run(['list'])).stdout).toMatch(new RegExp(`${id} +damaged`));
    expect(await run(['show', id])).toMatchObject({ exit: 1 });
  });

  it('finds evidence that was changed', async () => {
    const { id, incidents, run } = await closedScene();
    const image = join(incidents, id, 'evidence/memory/dump.lime');
    await chmod(image, 0o600);
    await writeFile(image, 'bytes of memorx');
    const { exit, stdout } = await run(['verify', id]);
    expect(stdout).toMatch(/memory\.dump \d+ +EVIDENCE/);
    expect(exit).toBe(1);
  });

  it('holds the journal to a head that was written down elsewhere', async () => {
    const { id, run } = await closedScene();
    const verified = await run(['verify', id, '--json']);
    const { heads } = JSON.parse(verified.stdout);
    expect(await run(['verify', id, '--head', heads.run])).toMatchObject({ exit: 0 });
    expect(await run(['verify', id, '--head', `isolate=${heads.isolate}`])).toMatchObject({ exit: 0 });
    const other = await run(['verify', id, '--head', 'f'.repeat(64)]);
    expect(other).toMatchObject({ exit: 1 });
    expect(other.stdout).toContain('ANCHOR_MISMATCH');
  });
});

describe('cordon list and show', () => {
  it('lists outcome, suspect and age', async () => {
    const { id, run } = await closedScene({ FAIL: 'memory.dump' });
    expect((await run(['list'])).stdout).toMatch(
      new RegExp(
        `^${id}  incomplete  i-0f3a9c51d2b7e8460  111122223333 eu-west-1  \\d+\\.\\ds ago  Backdoor:EC2/C&CActivity.B\n$`,
      ),
    );
    const [listed] = (await run(['list', '--json'])).stdout.trimEnd().split('\n');
    expect(JSON.parse(listed ?? '')).toMatchObject({ incident: id, state: 'incomplete' });
  });

  it('shows why a step failed in a narrow window, too', async () => {
    const { id, cwd, incidents } = await closedScene({ FAIL: 'memory.dump' });
    const { io, stdout } = fakeIo({ cwd });
    Object.assign(stdout.stream, { columns: 40 });
    expect(await main(['show', id, '--journal', incidents], io)).toBe(0);
    expect(stdout.text()).toContain('i-0f3a9c51d2b7e8460');
    expect(stdout.text()).toMatch(/memory\.dump .*DISK_FULL: /);
  });

  it('shows steps, observations with their proof, and evidence', async () => {
    const { id, run } = await closedScene();
    const { exit, stdout } = await run(['show', id]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/protect +✔ guard\.owner/);
    expect(stdout).toMatch(/critical +T1059\.004 +Reverse shell.* +pslist\/\\x1b\[1A:7/);
    expect(stdout).toMatch(/memory\/dump\.lime +15 B +suspect +[0-9a-f]{64}/);
  });
});

describe('cordon retry and release', () => {
  it('tries the failed step again, with what was skipped for it', async () => {
    const { id, run } = await closedScene({ FAIL: 'memory.dump' });
    const { exit, stdout, stderr } = await run(['retry', id, 'memory.dump', ...ORDER]);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/retry-1\/memory\.analyse +succeeded/);
    expect(stdout).toContain('retry for ada: room was made');
    expect(exit).toBe(0);
    expect(await run(['verify', id])).toMatchObject({ exit: 0 });
    expect((await run(['show', id])).stdout).toContain('retry by ada: room was made');
  });

  it('goes on with a retry that was stopped', async () => {
    const { id, run, start, cwd } = await closedScene({ FAIL: 'memory.dump' });
    const words = ['retry', id, 'memory.dump', ...ORDER];
    const begun = start(words, { env: { REST_UNTIL: join(cwd, 'go') } });
    await begun.says('50%');
    begun.kill('SIGTERM');
    expect(await begun.ended).toMatchObject({ exit: 130 });
    const resumed = await run(words);
    expect(resumed).toMatchObject({ exit: 0, stderr: '' });
    expect(resumed.stdout).toContain('complete');
    expect(await run(['verify', id])).toMatchObject({ exit: 0 });
  });

  it('goes on with an incident that nobody drives, with the failed step at its beginning again', async () => {
    const { start, run, incident, cwd } = await makeScene(project);
    const env = { FAIL: 'isolate', REST_UNTIL: join(cwd, 'go') };
    const begun = start(['run', '--finding', FINDING, '--yes'], { env });
    await begun.says('50%');
    begun.kill('SIGTERM');
    expect(await begun.ended).toMatchObject({ exit: 130 });
    const id = await incident();
    const { exit, stdout, stderr } = await run(['retry', id, 'isolate', ...ORDER]);
    expect(stderr).toBe('');
    expect(stdout).toContain('takes up again: isolate');
    expect((await run(['show', id])).stdout).toContain('isolate by ada: room was made');
    expect(exit).toBe(0);
    expect(await run(['verify', id])).toMatchObject({ exit: 0 });
  });

  it('does not retry what has succeeded', async () => {
    const { id, run } = await closedScene();
    const { exit, stderr } = await run(['retry', id, 'isolate', ...ORDER]);
    expect(stderr).toContain("cordon: NOT_FAILED: step 'isolate' has succeeded");
    expect(exit).toBe(2);
  });

  it('releases with force what has critical observations, and says what is not as it was', async () => {
    const { id, run } = await closedScene();
    const refused = await run(['release', id, ...ORDER]);
    expect(refused.stderr).toContain('cordon: RELEASE_CONFLICT: 1 high or critical observations');
    expect(refused.exit).toBe(2);
    const released = await run(['release', id, ...ORDER, '--force']);
    expect(released.stdout).toContain('the auto-assigned public address is gone');
    expect(released.exit).toBe(0);
    expect((await run(['list'])).stdout).toMatch(/released/);
    expect(await run(['verify', id])).toMatchObject({ exit: 0 });
  });
});

describe('cordon --help', () => {
  it.each([[[]], [['--help']], [['run', '--help']], [['verify', '-h']], [['release', '-h']]])(
    'helps with examples: %j',
    async (words) => {
      const { io, stdout } = fakeIo({ cwd: project, kind: 'pipe' });
      expect(await main(words, io)).toBe(0);
      expect(stdout.text()).toContain('Usage: cordon');
      expect(stdout.text()).toContain('--config <file>');
      if (words.length > 1) expect(stdout.text()).toContain('Examples:');
    },
  );

  it.each('run plan verify approve list show retry release sweep analyze'.split(' '))(
    'tells the exit codes of %s, without a gap',
    async (command) => {
      const { io, stdout } = fakeIo({ cwd: project, kind: 'pipe' });
      await main([command, '--help'], io);
      expect(stdout.text()).toContain('\n\nExit codes: ');
      expect(stdout.text()).not.toContain('\n\n\n');
    },
  );

  it('knows its version', async () => {
    const scene = await makeScene(project);
    expect((await scene.run(['--version'])).stdout).toBe('1.2.3\n');
  });
});
