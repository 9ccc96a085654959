import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { composeCommand } from '../../src/aws/host-command.js';
import type { ScriptParameters } from '../../src/engine/remote-host.js';

const KEY = '0123456789abcdef0123456789abcdef';
let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'prelude-'));
});
afterAll(() => rm(root, { recursive: true }));

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let files = 0;

/** Runs a composed command as SSM's agent does: as an executable file. */
async function run(
  script: string,
  parameters: ScriptParameters = {},
  options: { key?: string } = {},
): Promise<Ran> {
  const command = composeCommand({ name: 'test', text: script }, options.key ?? KEY, parameters);
  const file = join(root, `command-${files++}`);
  await writeFile(file, command, { mode: 0o700 });
  const child = spawn(file, { env: { PATH: process.env['PATH'], CORDON_ROOT: root, LANG: 'C' } });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

describe('what bash lays down in a file', () => {
  it('lies under /run, which is memory, and of which programs hear nothing', async () => {
    await mkdir(join(root, 'run'), { recursive: true });
    // More than a pipe holds: a file, where bash would take a pipe for less.
    const script = `text=$(head -c 200000 /dev/zero | tr '\\0' x); exec 8<<<"$text"; readlink /proc/self/fd/8; env`;
    const { code, stdout } = await run(script);
    const [file, ...environment] = stdout.split('\n');
    expect(file).toMatch(`${root}/run/`);
    expect(environment.filter((line) => line.startsWith('TMPDIR='))).toEqual([]);
    expect(code).toBe(0);
  });
});

describe('param', () => {
  const HOSTILE = [
    `'; touch /tmp/owned; echo '`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the intruder's placeholder, not ours.
    '"$(id)" `id` ${HOME} \\u0041 \\n %s %n',
    'line one\nline two\r\n\ttabbed',
    'grüße, 世界, 🦀 and \u202e',
    '","OTHER":"forged',
    '-n',
    '',
    '*',
    '\x01\x1b[31m\x7f',
  ];
  it.each(HOSTILE)('gives a hostile value as it is: %j', async (value) => {
    const { code, stdout } = await run('param VALUE', { VALUE: value, OTHER: 'x' });
    expect(stdout).toBe(value);
    expect(code).toBe(0);
  });

  it('gives any text as it is', async () => {
    const word = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(word, word, async (a, b) => {
        const { stdout } = await run('param A; printf "|"; param B', { A: a, B: b });
        expect(stdout).toBe(`${a}|${b}`);
      }),
      { numRuns: 60 },
    );
  });

  it('gives numbers', async () => {
    expect((await run('param N', { N: 68_719_476_736 })).stdout).toBe('68719476736');
  });

  it('ends the script when the parameter is absent, also in an assignment', async () => {
    const { code, stdout, stderr } = await run('x=$(param URL); echo "went on: $x"', { X_URL: 'other' });
    expect({ code, stdout, stderr }).toEqual({ code: 65, stdout: '', stderr: 'MISSING_PARAMETER: URL\n' });
  });

  it('has a default in param_or', async () => {
    expect((await run('param_or A fallback; param_or B fallback', { A: 'given' })).stdout).toBe(
      'givenfallback',
    );
  });
});

describe('the strict mode', () => {
  it.each([
    ['a command that fails', 'false; echo after', 1],
    ['a pipe that fails in the middle', 'false | cat; echo after', 1],
    ['a name that was never set', 'echo "$nobody"; echo after', 1],
  ])('ends the script at %s', async (_, script, status) => {
    const { code, stdout } = await run(script);
    expect(stdout).toBe('');
    expect(code).toBe(status);
  });

  it('says a failure in one line and exits 65', async () => {
    const { code, stderr } = await run(`fail DISK_FULL $'no\\nroom'`);
    expect({ code, stderr }).toEqual({ code: 65, stderr: 'DISK_FULL: no room\n' });
  });

  it("knows a simulated host's root", async () => {
    expect((await run('printf "%s" "$ROOT/proc"')).stdout).toBe(`${root}/proc`);
  });
});

describe('once', () => {
  const EFFECT = (file: string) => `
work() { printf 'x' >>"${file}"; sleep 0.3; echo "made $(wc -c <"${file}")"; echo warn >&2; return 7; }
once work`;

  it('has one effect and one result for all who run it at the same time, and later', async () => {
    const file = join(root, 'effect');
    const together = await Promise.all(Array.from({ length: 4 }, () => run(EFFECT(file))));
    const results = [...together, await run(EFFECT(file))];
    expect(await readFile(file, 'utf8')).toBe('x');
    for (const result of results) expect(result).toEqual({ code: 7, stdout: 'made 1\n', stderr: 'warn\n' });
  });

  it('has its effect again under another key', async () => {
    const file = join(root, 'effect-2');
    await run(EFFECT(file), {}, { key: 'a'.repeat(32) });
    await run(EFFECT(file), {}, { key: 'b'.repeat(32) });
    expect(await readFile(file, 'utf8')).toBe('xx');
  });

  it('tells several commands of one script apart', async () => {
    const script = 'one() { echo 1; }; two() { echo 2; }; once one; once two; once one';
    expect((await run(script, {}, { key: 'several' })).stdout).toBe('1\n2\n1\n');
  });

  it('stops at the first failure inside the command', async () => {
    const script = 'work() { false; echo after; }; once work';
    expect(await run(script, {}, { key: 'strict' })).toEqual({ code: 1, stdout: '', stderr: '' });
  });

  it('does not wait for what the command leaves running', async () => {
    // Whoever waited for it would wait for longer than this test may take.
    const script = 'work() { sleep 600 >/dev/null 2>&1 & echo "$!"; }; once work';
    const first = await run(script, {}, { key: 'background' });
    onTestFinished(() => void process.kill(Number(first.stdout)));
    const again = await run(script, {}, { key: 'background' });
    expect(again.stdout).toBe(first.stdout);
  });

  it('does not repeat a command whose runner was killed, and says so', async () => {
    const script = 'work() { echo begun >&3; kill -9 $$; }; exec 3>&1; once work; echo after';
    await run(script, {}, { key: 'killed' });
    const again = await run(script, {}, { key: 'killed' });
    expect(again.code).toBe(65);
    expect(again.stderr).toBe('INTERRUPTED: work was cut short by an earlier end of this script\n');
  });
});

describe('the prelude', () => {
  it('satisfies shellcheck', async () => {
    const path = new URL('../../src/aws/prelude.sh', import.meta.url).pathname;
    await expect(promisify(execFile)('shellcheck', ['-s', 'bash', path])).resolves.toMatchObject({
      stdout: '',
    });
  });
});
