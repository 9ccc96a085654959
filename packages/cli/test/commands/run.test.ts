import { readFile, rm, writeFile } from 'node:fs/promises';
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

/** What a terminal would act upon. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const ACTED_UPON = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u;

describe('cordon run', () => {
  it('runs a finding to its end, says what was found and where it lies', async () => {
    const scene = await makeScene(project);
    const { exit, stdout, stderr } = await scene.run(['run', '--finding', FINDING, '--yes']);
    expect(stderr).toBe('');
    expect(exit).toBe(0);
    const incident = await scene.incident();
    expect(stdout).toContain(`opened ${incident}: i-0f3a9c51d2b7e8460 of 111122223333 in eu-west-1, high 8`);
    expect(stdout).toMatch(/memory\.dump +50% {2}.*5 B of 10 B/);
    expect(stdout).toMatch(/memory\.dump +succeeded in /);
    expect(stdout).toMatch(/complete +every step succeeded/);
    expect(stdout).toContain('Reverse shell\\x1b[2J \\u{202e}gnp.exe');
    expect(stdout).toContain(`1 artifact, 15 B, in file://${scene.incidents}/${incident}/evidence/`);
    const verify = /verify +cordon (.*)/.exec(stdout)?.[1] ?? '';
    expect(await scene.run(verify.split(' '))).toMatchObject({ exit: 0 });
  });

  it('starts when an update of a finding has risen over the threshold', async () => {
    const scene = await makeScene(project);
    const low = (await readFile(FINDING, 'utf8')).replace(/"severity": 8(\.0)?/, '"severity": 6.9');
    const refused = await scene.run(['run', '--finding', '-', '--yes'], { stdin: low });
    expect(refused.stderr).toContain('severity 6.9 is under 7');
    expect(refused.exit).toBe(5);
    const risen = low.replace('"severity": 6.9', '"severity": 7');
    expect(await scene.run(['run', '--finding', '-', '--yes'], { stdin: risen })).toMatchObject({ exit: 0 });
    expect(await scene.incident()).toMatch(/^inc-/);
  });

  it('lets through nothing of what an intruder wrote that a terminal acts upon', async () => {
    const scene = await makeScene(project);
    const hostile = (await readFile(FINDING, 'utf8')).replace(
      '"title": "',
      '"title": "\\u001b[2J\\u001b]0;owned\\u0007\\u202e\\u0085',
    );
    const env = { FAIL: 'memory.dump' };
    const run = await scene.run(['run', '--finding', '-', '--yes'], { stdin: hostile, env });
    expect(run.stdout).toContain('\\x1b[2J\\x1b]0;owned\\x07\\u{202e}\\x85');
    expect(run.stdout).toContain('no room\\x1b]0;owned\\x07');
    const incident = await scene.incident();
    for (const words of [['list'], ['show', incident], ['show', incident, '--json'], ['verify']]) {
      const looked = await scene.run(words);
      expect(looked.stdout).not.toMatch(ACTED_UPON);
    }
    expect(run.stdout + run.stderr).not.toMatch(ACTED_UPON);
    const json = await scene.run(['run', '--finding', '-', '--yes', '--json'], { stdin: hostile });
    expect(json.stdout).not.toMatch(ACTED_UPON);
  });

  it.each([
    ['incomplete', { FAIL: 'memory.dump' }, 3],
    ['failed', { FAIL: 'isolate' }, 4],
    ['refused', { GUARD: 'no' }, 5],
  ])('ends as %s with a code of its own', async (outcome, env, code) => {
    const scene = await makeScene(project);
    const { exit, stdout } = await scene.run(['run', '--finding', FINDING, '--yes'], { env });
    expect(stdout).toContain(`closed as ${outcome}`);
    expect(exit).toBe(code);
  });

  it('streams the entries as the journal has them', async () => {
    const scene = await makeScene(project);
    const { exit, stdout } = await scene.run(['run', '--finding', FINDING, '--yes', '--json']);
    expect(exit).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const streamed = lines.filter(({ type }) => type === 'entry').map(({ entry }) => entry);
    const incident = await scene.incident();
    const isolate = await readFile(join(scene.incidents, incident, 'journal/isolate.jsonl'), 'utf8');
    expect(streamed.filter(({ ledger }) => ledger === 'isolate')).toEqual(
      isolate
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    expect(lines.at(-1)).toMatchObject({ type: 'result', incident, outcome: 'complete' });
  });

  it('stops cleanly at Ctrl-C, says how to go on, and goes on', async () => {
    const scene = await makeScene(project);
    const env = { REST_UNTIL: join(scene.cwd, 'go') };
    const begun = scene.start(['run', '--finding', FINDING, '--yes'], { env });
    await begun.says('50%');
    begun.kill('SIGINT');
    const { exit, stderr } = await begun.ended;
    const incident = await scene.incident();
    expect(exit).toBe(130);
    expect(stderr).toContain(`Go on: cordon run --incident ${incident}`);
    expect((await scene.run(['verify', incident])).exit).toBe(3);
    const resumed = await scene.run(['run', '--incident', incident]);
    expect(resumed.exit).toBe(0);
    expect(resumed.stdout).toContain('resumed on');
    expect(resumed.stdout).not.toMatch(/isolate +started/);
    expect(await scene.run(['verify', incident])).toMatchObject({ exit: 0 });
  });

  it('goes on after kill -9 without doing anything twice', async () => {
    const scene = await makeScene(project);
    const env = { REST_UNTIL: join(scene.cwd, 'go') };
    const begun = scene.start(['run', '--finding', FINDING, '--yes'], { env });
    await begun.says('50%');
    begun.kill('SIGKILL');
    await begun.ended;
    const incident = await scene.incident();
    const resumed = await scene.run(['run', '--incident', incident]);
    expect(resumed.stderr).toBe('');
    expect(resumed.exit).toBe(0);
    expect(resumed.stdout).not.toMatch(/isolate +started/);
    expect(await scene.run(['verify', incident])).toMatchObject({ exit: 0 });
  });

  it('joins a finding about a suspect that has an incident', async () => {
    const scene = await makeScene(project);
    const env = { REST_UNTIL: join(scene.cwd, 'go') };
    const first = scene.start(['run', '--finding', FINDING, '--yes'], { env });
    await first.says('50%');
    const manual = [
      '--instance',
      'i-0f3a9c51d2b7e8460',
      '--account',
      '111122223333',
      '--region',
      'eu-west-1',
    ];
    const second = await scene.run(['run', ...manual, '--reason', 'it looks odd', '--yes']);
    const incident = await scene.incident();
    expect(second).toMatchObject({ exit: 0 });
    expect(second.stdout).toContain(`i-0f3a9c51d2b7e8460 has incident ${incident} already`);
    await writeFile(env.REST_UNTIL, '');
    expect(await first.ended).toMatchObject({ exit: 0 });
    expect((await scene.run(['show', incident])).stdout).toContain('it looks odd');
  });

  it('does not go on with an incident that a living process drives', async () => {
    const scene = await makeScene(project);
    const env = { REST_UNTIL: join(scene.cwd, 'go') };
    const first = scene.start(['run', '--finding', FINDING, '--yes'], { env });
    await first.says('50%');
    const incident = await scene.incident();
    const second = await scene.run(['run', '--incident', incident]);
    expect(second.stderr).toContain(`cordon: IN_USE: another process drives incident ${incident}`);
    expect(second.exit).toBe(1);
    first.kill('SIGHUP');
    expect(await first.ended).toMatchObject({ exit: 130 });
  });

  it('runs several findings at once, one incident for each instance', async () => {
    const scene = await makeScene(project);
    const one = JSON.parse(await readFile(FINDING, 'utf8'));
    const other = structuredClone(one);
    other.detail.resource.instanceDetails.instanceId = 'i-0bbbbbbbbbbbbbbbb';
    const again = structuredClone(one);
    again.detail.id = '00000000000000000000000000000000';
    const stdin = [one, other, again].map((finding) => JSON.stringify(finding)).join('\n');
    const { exit, stdout } = await scene.run(['run', '--finding', '-', '--yes'], { stdin });
    expect(exit).toBe(0);
    expect(stdout.match(/closed as complete/g)).toHaveLength(2);
    expect(stdout).toContain('i-0f3a9c51d2b7e8460 has incident');
    expect((await scene.run(['list'])).stdout.trimEnd().split('\n')).toHaveLength(2);
  });
});
