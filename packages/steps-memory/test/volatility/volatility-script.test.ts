import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readResults } from '../../src/volatility/results.js';
import { RUN } from '../../src/volatility/stages.js';
import { KEY, privateRoot, runOnHost, standIns } from '../world/host-run.js';
import { objectStore } from '../world/object-store.js';
import { fakeVol, type PluginOutput, psList } from './fake-vol.js';

const IMAGE = 'the image';
const FOLDER = `var/tmp/cordon-${KEY}`;

interface Lying {
  readonly image?: string;
  /** Symbol tables in the store, with what the catalogue says of their digest where it errs. */
  readonly tables?: readonly { readonly bytes: Buffer; readonly sha256?: string }[];
}

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

async function run(
  plugins: Readonly<Record<string, PluginOutput>> | undefined,
  wanted: string,
  { image = IMAGE, tables = [] }: Lying = {},
) {
  const root = await privateRoot();
  const store = await objectStore();
  store.set('/image', image);
  for (const [index, { bytes }] of tables.entries()) store.set(`/table-${index}`, bytes);
  // A machine that may have a real one must not use it here.
  const tools = await standIns(root, {
    ...(plugins === undefined ? {} : { vol: fakeVol(plugins) }),
    df: 'printf "Avail\\n99999999999\\n"',
    unshare: 'shift; exec "$@"',
    setpriv: 'while [[ $1 == --* ]]; do shift; done; exec "$@"',
  });
  const parameters = {
    image: store.url('/image'),
    imagesize: image.length,
    imagesha: sha256(image.replace('another', IMAGE)),
    symbols: '/opt/symbols',
    tables: tables
      .map((one, index) => `${one.sha256 ?? sha256(one.bytes)} ${store.url(`/table-${index}`)}`)
      .join(' '),
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
    expect(result.answer()['sha256']).toBe(sha256(archive));
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

  const table = (banner: string) => {
    const linux_banner = { constant_data: Buffer.from(`${banner}\n\0`).toString('base64') };
    return { bytes: gzipSync(JSON.stringify({ symbols: { linux_banner } })) };
  };
  const [one, other] = ['6.1.192-2', '6.1.192-3'].map((build) => `Linux version 6.1.0-57 Debian ${build}`);
  const seen = { 'linux.pslist.PsList': [psList(1, 'systemd')] };

  it('finds the table of the very build of the kernel among those of the catalogue, and leaves none behind', async () => {
    const tables = [table(one ?? ''), table(other ?? '')];
    const { root, result } = await run(seen, 'PsList', { image: `\0${other}\n\0`, tables });
    expect(result.answer()['plugins']).toBe('PsList=ok');
    expect(readdirSync(join(root, FOLDER))).not.toContain('symbols');
  });

  it('is not content with the table of another build', async () => {
    const { result } = await run(seen, 'PsList', { image: `\0${other}\n\0`, tables: [table(one ?? '')] });
    expect(result.answer()['plugins']).toBe('PsList=no-symbols');
  });

  it('reads nothing with a table that is another than the catalogue names', async () => {
    const tables = [{ ...table(other ?? ''), sha256: sha256('another') }];
    const { result } = await run(seen, 'PsList', { image: `\0${other}\n\0`, tables });
    expect(result).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/SYMBOLS_MISMATCH: /) });
  });

  it('says so where there is none', async () => {
    const { result } = await run(undefined, 'PsList');
    expect(result.answer()).toEqual({ available: '0' });
  });

  it('reads no image that is another than the one that was preserved', async () => {
    const { root, result } = await run({ 'linux.pslist.PsList': [] }, 'PsList', { image: 'another' });
    expect(result).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/IMAGE_MISMATCH: /) });
    expect(existsSync(join(root, FOLDER, 'volatility.tar.gz'))).toBe(false);
  });
});
