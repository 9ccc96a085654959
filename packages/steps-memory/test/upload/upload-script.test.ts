import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REMOVE } from '../../src/lime/host-scripts.js';
import { uploadScriptOf } from '../../src/upload/upload-parts.js';
import { KEY, plant, privateRoot, runOnHost, standIns } from '../world/host-run.js';
import { objectStore } from '../world/object-store.js';

const FOLDER = `var/tmp/cordon-${KEY}`;
const DIRECTORY = { directory: '/var/tmp' };

describe('the upload of a dump', () => {
  const BYTES = randomBytes(2_500_000);
  const PART = 2 ** 20;

  async function uploading(parts: readonly number[]) {
    const root = await privateRoot();
    await plant(root, { [`${FOLDER}/mem.lime`]: BYTES, 'proc/modules': '' });
    const store = await objectStore();
    store.set('/sheet', parts.map((part) => `${part} ${store.url(`/part/${part}`)}\n`).join(''));
    const parameters = { ...DIRECTORY, partsize: PART, sheet: store.url('/sheet') };
    const run = (more: { readonly tools?: string } = {}) =>
      runOnHost(uploadScriptOf(1), { root, parameters, ...more });
    return { root, store, run };
  }

  it('puts exactly the parts of its sheet', async () => {
    const { root, store, run } = await uploading([2, 3]);
    expect((await run()).answer()).toEqual({ sent: '2' });
    expect(store.puts()).toEqual(['/part/2', '/part/3']);
    expect(store.get('/part/2')?.equals(BYTES.subarray(PART, 2 * PART))).toBe(true);
    expect(store.get('/part/3')?.equals(BYTES.subarray(2 * PART))).toBe(true);
    expect(readdirSync(join(root, FOLDER))).toEqual(['mem.lime']);
  });

  /** What dd says where there is no room, after it has written what there was room for. */
  const fullAt = (pattern: string) => ({
    dd: `if [[ $* == *of=*${pattern}* ]]; then
      of=$(grep -o 'of=[^ ]*' <<<"$*"); echo half >"\${of#of=}"; echo 'No space left on device' >&2; exit 1
    fi
    exec /usr/bin/dd "$@"`,
  });

  it('shows no URL in the list of processes, where whoever is on the host could take it', async () => {
    const { root, run } = await uploading([2]);
    const tools = await standIns(root, {
      curl: `echo "$*" >>${root}/asked\nPATH=\${PATH#*:} exec curl "$@"`,
    });
    expect((await run({ tools })).answer()).toEqual({ sent: '1' });
    const asked = readFileSync(join(root, 'asked'), 'utf8');
    expect(asked.trimEnd().split('\n')).toHaveLength(2);
    expect(asked).not.toContain('http');
  });

  it('goes by way of the memory where the disk has filled up since', async () => {
    const { root, store, run } = await uploading([2, 3]);
    await plant(root, { 'dev/shm/.keep': '' });
    const tools = await standIns(root, fullAt(`${FOLDER}/part-`));
    expect((await run({ tools })).answer()).toEqual({ sent: '2' });
    expect(store.get('/part/2')?.equals(BYTES.subarray(PART, 2 * PART))).toBe(true);
    expect(readdirSync(join(root, FOLDER))).toEqual(['mem.lime']);
    expect(readdirSync(join(root, 'dev/shm'))).toEqual(['.keep']);
  });

  it('fails by name where the memory has no room either, and leaves no piece', async () => {
    const { root, store, run } = await uploading([2]);
    await plant(root, { 'dev/shm/.keep': '' });
    const tools = await standIns(root, fullAt('part-'));
    const ended = await run({ tools });
    expect(ended).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/^NO_SPACE: /m) });
    expect(store.puts()).toEqual([]);
    expect(readdirSync(join(root, FOLDER))).toEqual(['mem.lime']);
    expect(readdirSync(join(root, 'dev/shm'))).toEqual(['.keep']);
  });

  it('tries again what the store refuses for a moment', async () => {
    const { store, run } = await uploading([1]);
    store.refuse('/part/1', 2);
    expect((await run()).answer()).toEqual({ sent: '1' });
  });

  it('fails by name where the dump is gone', async () => {
    const { root, run } = await uploading([1]);
    writeFileSync(join(root, 'image'), '');
    await runOnHost(REMOVE, { root, parameters: DIRECTORY });
    expect(await run()).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/^DUMP_GONE: /) });
  });
});
