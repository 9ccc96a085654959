import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readResults } from '../../src/volatility/results.js';
import { RUN } from '../../src/volatility/stages.js';
import { KEY, privateRoot, runOnHost, standIns } from '../world/host-run.js';
import { objectStore } from '../world/object-store.js';
import { fakeVol, type PluginOutput, psList } from './fake-vol.js';

const IMAGE = 'the image';
const FOLDER = `var/tmp/cordon-${KEY}`;

async function run(
  plugins: Readonly<Record<string, PluginOutput>> | undefined,
  wanted: string,
  image = IMAGE,
) {
  const root = await privateRoot();
  const store = await objectStore();
  store.set('/image', image);
  // A machine that may have a real one must not use it here.
  const tools = await standIns(root, {
    ...(plugins === undefined ? {} : { vol: fakeVol(plugins) }),
    df: 'printf "Avail\\n99999999999\\n"',
    unshare: 'shift; exec "$@"',
    setpriv: 'while [[ $1 == --* ]]; do shift; done; exec "$@"',
  });
  const parameters = {
    image: store.url('/image'),
    imagesize: IMAGE.length,
    imagesha: createHash('sha256').update(IMAGE).digest('hex'),
    symbols: '/opt/symbols',
    plugins: wanted,
  };
  return { root, result: await runOnHost(RUN, { root, parameters, tools }) };
}

describe('running volatility', () => {
  it('asks for each plugin where it lies, and packs what they say', async () => {
    const { root, result } = await run(
      {
        'linux.pslist.PsList': [psList(1, 'systemd')],
        'linux.malfind.Malfind': { rc: 3, errors: 'the old place' },
        'linux.malware.malfind.Malfind': [{ PID: 1 }],
      },
      'PsList Malfind',
    );
    expect(result.answer()).toMatchObject({ available: '1', plugins: 'PsList=ok Malfind=ok' });
    const archive = readFileSync(join(root, FOLDER, 'volatility.tar.gz'));
    expect(result.answer()['sha256']).toBe(createHash('sha256').update(archive).digest('hex'));
    async function* bytes() {
      yield archive;
    }
    expect((await readResults(bytes())).get('PsList')).toEqual([psList(1, 'systemd')]);
    expect(readdirSync(join(root, FOLDER))).not.toContain('mem.lime');
  });

  it('tells what became of each plugin', async () => {
    const { result } = await run(
      {
        'linux.pslist.PsList': [],
        'linux.bash.Bash': { rc: 1, errors: 'Unable to validate the plugin requirements: [kernel]' },
        'linux.lsmod.Lsmod': { rc: 1, errors: 'Traceback', output: '[' },
      },
      'PsList Bash Lsmod Sockstat',
    );
    expect(result.answer()['plugins']).toBe('PsList=empty Bash=no-symbols Lsmod=failed Sockstat=absent');
  });

  it('says so where there is none', async () => {
    const { result } = await run(undefined, 'PsList');
    expect(result.answer()).toEqual({ available: '0' });
  });

  it('reads no image that is another than the one that was preserved', async () => {
    const { root, result } = await run({ 'linux.pslist.PsList': [] }, 'PsList', 'another');
    expect(result).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/IMAGE_MISMATCH: /) });
    expect(existsSync(join(root, FOLDER, 'volatility.tar.gz'))).toBe(false);
  });
});
