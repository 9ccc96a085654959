import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DUMPS, PROBE } from '../../src/lime/host-scripts.js';
import { KEY, plant, privateRoot, runOnHost, standIns } from '../world/host-run.js';
import { kcoreFile } from './kcore-file.js';
import { limeImage } from './lime-image.js';

const IOMEM = [
  '00000000-00000fff : Reserved',
  '00001000-00001fff : System RAM',
  '00100000-001027ff : System RAM',
  '  00100000-00100fff : Kernel code',
  '100000000-100000fff : System RAM',
  '',
].join('\n');
const RAM_BYTES = 0x1000 + 0x2800 + 0x1000;

const MACHINE = {
  'proc/iomem': IOMEM,
  'proc/modules': 'nvme 1 0 - Live 0x0\n',
  'proc/sys/kernel/tainted': '0\n',
  'sys/kernel/security/lockdown': '[none] integrity confidentiality\n',
  'var/tmp/.keep': '',
};
const FOLDER = `var/tmp/cordon-${KEY}`;
const DIRECTORY = { directory: '/var/tmp' };
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

async function machine(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
  const root = await privateRoot();
  await plant(root, { ...MACHINE, ...files });
  return root;
}

describe('the probe', () => {
  it('counts memory once, and changes nothing', async () => {
    const root = await machine();
    const run = await runOnHost(PROBE, { root, parameters: DIRECTORY });
    expect(run.answer()).toMatchObject({ ram: String(RAM_BYTES), lockdown: 'none', loaded: '0', kcore: '0' });
    expect(Number(run.answer()['free'])).toBeGreaterThan(0);
    expect(readdirSync(join(root, 'var/tmp'))).toEqual(['.keep']);
  });

  it('sees lockdown, a module that is there already, and a kcore that can be read', async () => {
    const root = await machine({
      'sys/kernel/security/lockdown': 'none [integrity] confidentiality\n',
      'proc/modules': 'lime 20480 0 - Live 0x0\n',
      'proc/kcore': kcoreFile([]),
    });
    const run = await runOnHost(PROBE, { root, parameters: DIRECTORY });
    expect(run.answer()).toMatchObject({ lockdown: 'integrity', loaded: '1', kcore: '1' });
  });

  it('fails by name where the folder for the dump is missing', async () => {
    const run = await runOnHost(PROBE, { root: await machine(), parameters: { directory: '/nowhere' } });
    expect(run).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/^NO_SUCH_DIRECTORY: /) });
  });
});

describe('the dump through /proc/kcore', () => {
  const low = randomBytes(0x1000);
  const middle = randomBytes(0x3000);
  const high = randomBytes(0x2000);
  const CORE = kcoreFile([
    { type: 4, bytes: Buffer.from('a note'), physical: 0n },
    { bytes: randomBytes(0x100) },
    // The kernel's own text is shown twice.
    { physical: 0x101000n, bytes: middle.subarray(0x1000, 0x1800) },
    { physical: 0x1000n, bytes: low },
    { physical: 0x100000n, bytes: middle },
    { physical: 0x100000000n, bytes: high },
  ]);

  it('holds every byte of System RAM at its address, and the digest of all', async () => {
    const root = await machine({ 'proc/kcore': CORE });
    const run = await runOnHost(DUMPS.kcore, { root, parameters: DIRECTORY });
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    const image = readFileSync(join(root, FOLDER, 'mem.lime'));
    const expected = limeImage([
      { start: 0x1000n, bytes: low },
      { start: 0x100000n, bytes: middle.subarray(0, 0x2800) },
      { start: 0x100000000n, bytes: high.subarray(0, 0x1000) },
    ]);
    expect(image.equals(expected)).toBe(true);
    expect(run.answer()).toEqual({
      size: String(expected.length),
      sha256: sha256(expected),
      ranges: '4096-8191,1048576-1058815,4294967296-4294971391',
      ram: String(RAM_BYTES),
      taintedBefore: '0',
      taintedAfter: '0',
      loaded: '0',
    });
    expect(readdirSync(join(root, FOLDER))).toEqual(['mem.lime']);
  });

  it('takes what two pieces hold together, and no more than there is', async () => {
    const core = kcoreFile([
      { physical: 0x100000n, bytes: middle.subarray(0, 0x1000) },
      { physical: 0x101000n, bytes: middle.subarray(0x1000, 0x2000) },
    ]);
    const root = await machine({ 'proc/kcore': core });
    const { ranges, ram } = (await runOnHost(DUMPS.kcore, { root, parameters: DIRECTORY })).answer();
    expect(ranges).toBe('1048576-1052671,1052672-1056767');
    expect(ram).toBe(String(RAM_BYTES));
  });

  it('fails by name where the kernel shows nothing', async () => {
    const root = await machine({ 'proc/kcore': kcoreFile([{ bytes: randomBytes(64) }]) });
    const run = await runOnHost(DUMPS.kcore, { root, parameters: DIRECTORY });
    expect(run).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/^KCORE_UNREADABLE: /) });
  });

  it('fails where the disk is full before the end', async () => {
    const root = await machine({ 'proc/kcore': CORE });
    const tools = await standIns(root, { tee: 'head -c 100 >"$1"; echo "tee: No space left" >&2; exit 1' });
    const run = await runOnHost(DUMPS.kcore, { root, tools, parameters: DIRECTORY });
    expect(run).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/DUMP_SHORT: /) });
  });
});

describe('the dump through LiME', () => {
  const IMAGE = limeImage([{ start: 0x1000n, bytes: randomBytes(RAM_BYTES) }]);
  const MODULE = 'a module';
  /** Writes an image where it is told to, as the module does. */
  const insmod = (then = ':') => `
    for argument; do case $argument in path=*) path=\${argument#path=} ;; esac; done
    cp "$CORDON_ROOT/image" "$path"
    sha256sum <"$path" | cut -c1-64 | tr -d '\\n' >"$path.sha256"
    printf 'lime 1 0 - Live 0x0\\n' >>"$CORDON_ROOT/proc/modules"
    echo 12288 >"$CORDON_ROOT/proc/sys/kernel/tainted"
    ${then}`;
  const RMMOD = `sed -i '/^lime /d' "$CORDON_ROOT/proc/modules"`;

  async function dump(tools: Readonly<Record<string, string>>) {
    const root = await machine({ image: IMAGE, [`${FOLDER}/lime.ko`]: MODULE });
    const options = { root, parameters: DIRECTORY, tools: await standIns(root, tools) };
    return { root, run: await runOnHost(DUMPS.lime, options) };
  }

  it('tells size, digest, ranges and taint, and leaves only the image', async () => {
    const { root, run } = await dump({ insmod: insmod(), rmmod: RMMOD });
    expect(run.answer()).toEqual({
      size: String(IMAGE.length),
      sha256: sha256(IMAGE),
      ranges: `4096-${4096 + RAM_BYTES - 1}`,
      ram: String(RAM_BYTES),
      taintedBefore: '0',
      taintedAfter: '12288',
      loaded: '0',
    });
    expect(readdirSync(join(root, FOLDER)).toSorted()).toEqual(['mem.lime', 'mem.lime.sha256']);
  });

  it('says so when the module cannot be taken out', async () => {
    const { run } = await dump({ insmod: insmod(), rmmod: 'echo in use >&2; exit 1' });
    expect(run.answer()).toMatchObject({ loaded: '1' });
  });

  it('fails by name where somebody has taken the module away', async () => {
    const root = await machine();
    const run = await runOnHost(DUMPS.lime, { root, parameters: DIRECTORY });
    expect(run).toMatchObject({ exitCode: 65, stderr: expect.stringMatching(/^MODULE_GONE: /) });
  });

  it.each([
    ['a dump that ends within a range', 'truncate -s -1 "$path"', 'DUMP_SHORT'],
    ['a dump that ends within a header', 'truncate -s 20 "$path"', 'DUMP_SHORT'],
    ['an empty dump', ': >"$path"', 'DUMP_SHORT'],
    ['something else than a dump', 'head -c 100 /dev/urandom >"$path"', 'DUMP_INVALID'],
    ['a digest that a full disk left empty', ': >"$path.sha256"', 'DUMP_SHORT'],
  ])('does not take %s for whole', async (_, then, code) => {
    const { run } = await dump({ insmod: insmod(then), rmmod: RMMOD });
    expect(run.exitCode).toBe(65);
    expect(run.stderr).toMatch(new RegExp(`${code}: `));
  });

  it.each([
    ['Operation not permitted', 'LOCKDOWN'],
    ['Key was rejected by service', 'MODULE_REFUSED'],
    ['Invalid module format', 'MODULE_WRONG_KERNEL'],
    ['File exists', 'LIME_LOADED_ALREADY'],
    ['Unknown symbol in module', 'INSMOD_FAILED'],
  ])('gives the kernel’s "%s" a name, and leaves nothing', async (words, code) => {
    const { root, run } = await dump({
      insmod: `echo "insmod: ERROR: could not insert module $1: ${words}" >&2; exit 1`,
    });
    expect(run.exitCode).toBe(65);
    expect(run.stderr).toMatch(new RegExp(`${code}: `));
    expect(readdirSync(join(root, FOLDER))).toEqual([]);
  });
});
