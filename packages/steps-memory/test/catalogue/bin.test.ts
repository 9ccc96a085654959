import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { IncidentPipeline } from '@cordon/core';
import { limeModule } from '@cordon/testkit';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCatalogue } from '../../src/catalogue/catalogue.js';
import { limeDump } from '../../src/index.js';
import { privateRoot } from '../world/host-run.js';
import { scene } from '../world/scene.js';

const KERNEL = '6.1.0-28-cloud-amd64';
const packages = fileURLToPath(new URL('../../../', import.meta.url));

/** The command as the package carries it, in one text. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(packages, 'steps-memory/src/bin.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    loader: { '.sh': 'text' },
    alias: {
      '@cordon/core/aws': join(packages, 'core/src/aws/index.ts'),
      '@cordon/core': join(packages, 'core/src/index.ts'),
    },
    banner: {
      js: "import { createRequire as cordonRequire } from 'node:module'; const require = cordonRequire(import.meta.url);",
    },
  });
  return outputFiles[0]?.text ?? '';
}

/** The real command, as a process of its own. */
async function typed(bin: string, ...words: readonly string[]) {
  const run = promisify(execFile)(process.execPath, [bin, ...words]);
  return run.then(
    ({ stdout, stderr }) => ({ exit: 0, stdout, stderr }),
    // What `execFile` rejects with where the command ends otherwise.
    (error: { code: number; stdout: string; stderr: string }) => ({ ...error, exit: error.code }),
  );
}

describe('lime-catalog', () => {
  let text = '';
  beforeAll(async () => {
    text = await bundled();
  });

  async function installed() {
    const folder = await privateRoot();
    const bin = join(folder, 'bin.mjs');
    writeFileSync(bin, text);
    return { folder, bin, at: (path: string) => join(folder, path) };
  }

  it('says how it is used when it is asked, and when it is not understood', async () => {
    const { bin } = await installed();
    for (const word of ['--help', '-h'])
      expect(await typed(bin, word)).toMatchObject({
        exit: 0,
        stdout: expect.stringContaining('lime-catalog sign'),
      });
    expect(await typed(bin, 'sing')).toMatchObject({
      exit: 1,
      stdout: '',
      stderr: expect.stringContaining('lime-catalog sign'),
    });
    expect(await typed(bin, 'sign', '--out', 'x')).toMatchObject({
      exit: 1,
      stderr: expect.stringMatching(/^--key is missing/),
    });
  });

  it('makes and signs the catalogue that a dump then takes its module from', async () => {
    const { bin, at } = await installed();
    writeFileSync(at('lime.ko'), limeModule(KERNEL));
    writeFileSync(at('avml'), 'a static binary');
    const out = ['--out', at('catalogue')];
    const lines: string[] = [];
    for (const words of [
      ['keys', '--out', at('keys')],
      ['add', ...out, '--file', at('lime.ko'), '--kernel', KERNEL, '--lime-version', '1.9.1-5'],
      ['avml', ...out, '--file', at('avml'), '--avml-version', '0.14.0'],
      ['sign', ...out, '--key', at('keys/catalogue.key')],
    ]) {
      const { exit, stdout, stderr } = await typed(bin, ...words);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      lines.push(stdout);
    }
    expect(lines.at(-1)).toBe('signed: 1 modules, 1 AVML, 0 symbol tables\n');

    const world = await scene();
    const catalogue = readFileSync(at('catalogue/catalogue.json'), 'utf8');
    const { modules, avml } = parseCatalogue(catalogue, { bucket: 'b', folder: '' });
    for (const key of [
      'catalogue.json',
      'catalogue.json.sig',
      ...[...modules, ...avml].map((one) => one.key),
    ])
      await world.keep(`tools/${key}`, readFileSync(at(`catalogue/${key}`)));
    const from = {
      bucket: world.demo.security.limeModule.bucket,
      key: 'tools/catalogue.json',
      publicKey: readFileSync(at('keys/catalogue.pub'), 'utf8'),
    };
    const step = limeDump({ destination: 'upload', stagingBucket: world.stagingBucket, modules: from });
    const result = await world.run(IncidentPipeline.create('memory').use(step));
    expect(result).toMatchObject({ outcome: 'complete', facts: { memoryImage: { method: 'lime' } } });
  });
});
