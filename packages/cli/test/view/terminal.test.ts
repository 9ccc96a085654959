import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/main.js';
import { fakeIo } from '../world/fake-io.js';
import { FINDING } from '../world/scene.js';

const CONFIG = fileURLToPath(new URL('../world/cordon.config.ts', import.meta.url));

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-terminal-'));
  process.env['INCIDENTS'] = join(folder, 'incidents');
});

afterAll(async () => {
  delete process.env['INCIDENTS'];
  await rm(folder, { recursive: true, force: true });
});

function manual(instance: string): readonly string[] {
  const where = ['--account', '111122223333', '--region', 'eu-west-1'];
  return ['run', '--config', CONFIG, '--instance', instance, ...where, '--reason', 'odd'];
}

describe('in a terminal', () => {
  it('asks before it touches the suspect, and shows what it would do', async () => {
    const { io, stdin, stdout, stderr } = fakeIo({ cwd: folder });
    stdin.write('n\n');
    expect(await main(['run', '--config', CONFIG, '--finding', FINDING], io)).toBe(5);
    expect(stderr.text()).toContain('i-0f3a9c51d2b7e8460  111122223333  eu-west-1  high 8');
    expect(stderr.text()).toContain('The instance loses its network.');
    expect(stderr.text()).toContain('Nothing was touched.');
    expect(stdout.text()).toBe('');
    expect(await readdir(folder)).toEqual([]);
  });

  it('takes an end of input for a no', async () => {
    const { io, stdin, stderr } = fakeIo({ cwd: folder });
    stdin.end();
    expect(await main(manual('i-0aaaaaaaaaaaaaaaa'), io)).toBe(5);
    expect(stderr.text()).toContain('Nothing was touched.');
  });

  it('draws the run, leaves its last picture and the summary, and gives the cursor back', async () => {
    const { io, stdin, stdout } = fakeIo({ cwd: folder });
    stdin.write('yes\n');
    expect(await main(manual('i-0bbbbbbbbbbbbbbbb'), io)).toBe(0);
    const text = stdout.text();
    expect(text).toContain('\u001b[32m✔\u001b[39m isolate');
    expect(text).toMatch(/complete.*every step succeeded/);
    expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(text.lastIndexOf('\u001b[?25l'));
  });

  it('knows no colour with NO_COLOR, and only lines with --plain, in CI and in a dumb terminal', async () => {
    const plain = { '--plain': {}, CI: { CI: 'true' }, dumb: { TERM: 'dumb' } };
    for (const [index, [name, env]] of Object.entries(plain).entries()) {
      const { io, stdout } = fakeIo({ cwd: folder, env: { NO_COLOR: '1', ...env } });
      const words = [
        ...manual(`i-0cccccccccccccc0${index}`),
        '--yes',
        ...(name.startsWith('--') ? [name] : []),
      ];
      expect(await main(words, io)).toBe(0);
      expect(stdout.text()).not.toContain('\u001b');
      expect(stdout.text()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}run +opened inc-/m);
    }
  });

  it('stops at the first Ctrl-C and leaves at the second', async () => {
    process.env['REST_UNTIL'] = join(folder, 'never');
    const { io, stdout, stderr, stops, exits } = fakeIo({ cwd: folder });
    const ended = main([...manual('i-0dddddddddddddddd'), '--yes'], io);
    while (!stdout.text().includes('50%')) await new Promise((resolve) => setTimeout(resolve, 20));
    stops[0]?.('SIGINT');
    stops[0]?.('SIGINT');
    expect(await ended).toBe(130);
    expect(exits).toEqual([130]);
    expect(stdout.text()).toContain('Stopping: what is under way ends cleanly.');
    expect(stderr.text()).toMatch(/Go on: cordon run --incident inc-\S+ --config /);
    expect(stops).toEqual([]);
    delete process.env['REST_UNTIL'];
  });
});
