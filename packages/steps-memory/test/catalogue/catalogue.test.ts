import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { IncidentPipeline } from '@cordon/core';
import { limeModule } from '@cordon/testkit';
import { describe, expect, it } from 'vitest';
import { parseCatalogue } from '../../src/catalogue/catalogue.js';
import { limeCatalog } from '../../src/catalogue/command.js';
import { assertSigned, catalogueKeys, signCatalogue } from '../../src/catalogue/signature.js';
import { limeDump } from '../../src/index.js';
import { privateRoot } from '../world/host-run.js';
import { type Scene, scene } from '../world/scene.js';

const KERNEL = '6.1.0-28-cloud-amd64';

/** A folder that `lime-catalog` has made and signed, with a module for each kernel. */
async function folder(...kernels: readonly string[]) {
  const out = await privateRoot();
  const said: string[] = [];
  const type = (...args: readonly string[]) =>
    limeCatalog([...args, '--out', out], (line) => said.push(line));
  const keys = await privateRoot();
  await limeCatalog(['keys', '--out', keys], () => undefined);
  for (const kernel of kernels) {
    writeFileSync(join(out, 'lime.ko'), limeModule(kernel));
    await type('add', '--file', join(out, 'lime.ko'), '--kernel', kernel, '--lime-version', '1.9.1-5');
  }
  const sign = () => type('sign', '--key', join(keys, 'catalogue.key'));
  const read = (path: string) => readFileSync(join(out, path), 'utf8');
  return { out, keys, said, type, sign, read };
}

describe('a catalogue of modules', () => {
  it('keeps each under a key that says all of what it is', async () => {
    const { sign, read, said } = await folder(KERNEL, '6.1.0-29-cloud-amd64');
    await sign();
    expect(said.at(-1)).toBe('signed: 2 modules, 0 AVML, 0 symbol tables');
    const { modules } = parseCatalogue(read('catalogue.json'), { bucket: 'b', folder: 'lime' });
    expect(modules[0]).toMatchObject({
      kernel: KERNEL,
      architecture: 'x86_64',
      bucket: 'b',
      key: `lime/lime/debian/${KERNEL}/x86_64/1.9.1-5/${modules[0]?.sha256}.ko`,
    });
    expect(read(modules[1]?.key.replace('lime/', '') ?? '')).toContain('vermagic=6.1.0-29-cloud-amd64');
  });

  it('names one module for a kernel, the last that was added', async () => {
    const { type, out, read } = await folder(KERNEL);
    writeFileSync(join(out, 'lime.ko'), 'signed by the fleet');
    await type(
      'add',
      '--file',
      join(out, 'lime.ko'),
      '--kernel',
      KERNEL,
      '--lime-version',
      '1.9.1',
      '--signed',
    );
    const { modules } = parseCatalogue(read('catalogue.json'), { bucket: 'b', folder: '' });
    expect(modules).toMatchObject([{ kernel: KERNEL, signed: true }]);
  });

  it('is never signed when a file is not what it says, nor its key written over', async () => {
    const { sign, read, out, keys } = await folder(KERNEL);
    const [module] = parseCatalogue(read('catalogue.json'), { bucket: 'b', folder: '' }).modules;
    writeFileSync(join(out, module?.key ?? ''), 'another');
    await expect(sign()).rejects.toThrow(/is not what the catalogue says/);
    await expect(limeCatalog(['keys', '--out', keys], () => undefined)).rejects.toThrow(/EEXIST/);
  });

  it('is not signed by a key that would go into the bucket with it', async () => {
    const { out, type } = await folder(KERNEL);
    await limeCatalog(['keys', '--out', out], () => undefined);
    await expect(type('sign', '--key', join(out, 'catalogue.key'))).rejects.toThrow(/move it away/);
  });

  it.each([
    ['a name that climbs out of its folder', { kernel: '../../x' }],
    ['a hash that is none', { sha256: 'x' }],
    ['a field that nobody knows', { url: 'http://198.51.100.9/' }],
  ])('with %s is refused', (_, change) => {
    const module = { distribution: 'debian', kernel: KERNEL, architecture: 'x86_64', limeVersion: '1' };
    const catalogue = { version: 1, modules: [{ ...module, sha256: '0'.repeat(64), ...change }], avml: [] };
    expect(() => parseCatalogue(JSON.stringify(catalogue), { bucket: 'b', folder: '' })).toThrow(
      expect.objectContaining({ code: 'CATALOGUE_INVALID' }),
    );
  });
});

describe('symbol tables of a catalogue', () => {
  const MINIATURE = fileURLToPath(new URL('../isf/kernel/kernel.elf.gz', import.meta.url));
  const BANNER = 'Linux version 6.1.0-0-mini (cordon) #1 SMP';

  async function withKernel() {
    const made = await folder();
    const file = join(made.out, 'vmlinux');
    writeFileSync(file, gunzipSync(readFileSync(MINIATURE)));
    return { ...made, file, tables: () => JSON.parse(made.read('catalogue.json')).symbols };
  }

  it('are made from kernels with their symbols, under the kernel’s name and with its own words', async () => {
    const { type, sign, said, file, tables, out } = await withKernel();
    await type('symbols', '--file', file);
    await sign();
    expect(said.at(-1)).toBe('signed: 0 modules, 0 AVML, 1 symbol tables');
    const [{ sha256, ...rest }] = tables();
    expect(rest).toEqual({
      distribution: 'debian',
      kernel: '6.1.0-0-mini',
      architecture: 'x86_64',
      banner: BANNER,
    });
    const key = `symbols/debian/6.1.0-0-mini/x86_64/${sha256}.json.gz`;
    const table = JSON.parse(gunzipSync(readFileSync(join(out, key))).toString());
    expect(table.user_types.task_struct.size).toBe(112);
  });

  it('are taken as they are where another tool has made them, and replace the one of the same build', async () => {
    const { type, file, tables, out, sign } = await withKernel();
    await type('symbols', '--file', file);
    const [made] = tables();
    const linux_banner = { address: 1, constant_data: Buffer.from(`${BANNER}\n\0`).toString('base64') };
    for (const [name, pack] of [
      ['isf.json', (text: string) => text],
      ['isf.json.gz', gzipSync],
    ] as const) {
      writeFileSync(join(out, name), pack(JSON.stringify({ symbols: { linux_banner } })));
      await type('symbols', '--file', join(out, name), '--distribution', 'amzn');
      expect(tables()).toMatchObject([{ banner: BANNER, distribution: 'amzn' }]);
    }
    expect(tables()[0].sha256).not.toBe(made.sha256);
    await sign();
  });

  it('are none that do not say which kernel they are for', async () => {
    const { type, out } = await withKernel();
    writeFileSync(join(out, 'isf.json'), '{"symbols":{}}');
    await expect(type('symbols', '--file', join(out, 'isf.json'))).rejects.toThrow();
    await expect(type('symbols')).rejects.toThrow(/name a kernel, or a --file/);
  });

  it('may be lacking in a catalogue that was signed before there were any', () => {
    const old = JSON.stringify({ version: 1, modules: [], avml: [] });
    expect(parseCatalogue(old, { bucket: 'b', folder: '' }).symbols).toEqual([]);
  });
});

describe('the signature of a catalogue', () => {
  const { publicKey, privateKey } = catalogueKeys();
  const catalogue = '{"version":1}';
  const signature = signCatalogue(catalogue, privateKey);
  const refused = expect.objectContaining({ code: 'CATALOGUE_SIGNATURE' });

  it('holds for exactly what was signed', () => {
    expect(() => assertSigned({ catalogue, signature: `${signature}\n` }, publicKey)).not.toThrow();
    expect(() => assertSigned({ catalogue: `${catalogue} `, signature }, publicKey)).toThrow(refused);
  });

  it('does not hold by another key, nor by nothing', () => {
    expect(() => assertSigned({ catalogue, signature }, catalogueKeys().publicKey)).toThrow(refused);
    expect(() => assertSigned({ catalogue, signature: '' }, publicKey)).toThrow(refused);
    const { publicKey: rsa } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    expect(() => assertSigned({ catalogue, signature }, rsa)).toThrow(refused);
  });
});

describe('a memory dump with a catalogue in S3', () => {
  async function published(world: Scene, change: (catalogue: string) => string = (same) => same) {
    const { sign, read, keys } = await folder(KERNEL);
    await sign();
    const text = read('catalogue.json');
    const [module] = parseCatalogue(text, { bucket: 'b', folder: '' }).modules;
    await world.keep('tools/catalogue.json', change(text));
    await world.keep('tools/catalogue.json.sig', read('catalogue.json.sig'));
    await world.keep(`tools/${module?.key}`, limeModule(KERNEL));
    const { bucket } = world.demo.security.limeModule;
    return {
      bucket,
      key: 'tools/catalogue.json',
      publicKey: readFileSync(join(keys, 'catalogue.pub'), 'utf8'),
    };
  }

  const dump = (world: Scene, modules: Awaited<ReturnType<typeof published>>) => {
    const step = limeDump({ destination: 'upload', stagingBucket: world.stagingBucket, modules });
    return world.run(IncidentPipeline.create('memory').use(step));
  };

  it('loads nothing of a catalogue that was changed after it was signed', async () => {
    const world = await scene();
    const catalogue = await published(world, (text) => text.replace('1.9.1-5', '1.9.1-6'));
    const result = await dump(world, catalogue);
    expect(result.said).toContainEqual(expect.stringMatching(/^CATALOGUE_NOT_USED: CATALOGUE_SIGNATURE/));
    expect(result.steps.find(({ id }) => id === 'memory.lime')?.reason).toMatch(/^NO_MODULE_FOR_KERNEL/);
    expect(world.host().dmesg()).not.toContain('lime');
  });

  it('does without where there is no catalogue', async () => {
    const world = await scene();
    const { publicKey } = catalogueKeys();
    const { bucket } = world.demo.security.limeModule;
    const result = await dump(world, { bucket, key: 'nowhere.json', publicKey });
    expect(result.said).toContainEqual(expect.stringMatching(/^CATALOGUE_NOT_USED: NoSuchKey/));
  });
});

describe.runIf(process.env['LIME_KERNEL'] !== undefined)('building for a kernel', () => {
  it('gives one for exactly the kernel that was asked for', { timeout: 120_000 }, async () => {
    const { type, sign, said } = await folder();
    await type('build', process.env['LIME_KERNEL'] ?? '');
    await sign();
    expect(said.at(-1)).toBe('signed: 1 modules, 0 AVML, 0 symbol tables');
  });

  it('gives the symbol table of its distribution’s debug package', { timeout: 600_000 }, async () => {
    const { type, said } = await folder();
    await type('symbols', process.env['LIME_KERNEL'] ?? '');
    expect(said.at(-1)).toContain(`Linux version ${process.env['LIME_KERNEL']} `);
  });
});
