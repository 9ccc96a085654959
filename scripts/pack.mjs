#!/usr/bin/env node
// What users get: every package packed, installed into an empty project, the READMEs' examples compiled against the
// published types and the first of them planned in plain node. Run after the build. `--keep` leaves the project to look at.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'cordon-pack-'));
const tarballs = join(folder, 'tarballs');
const project = join(folder, 'project');
const began = performance.now();

function fail(message) {
  console.error(`pack: ${message}`);
  process.exit(1);
}

function run(what, [command, ...words], cwd) {
  const done = spawnSync(command, words, { cwd, encoding: 'utf8' });
  if (done.status !== 0)
    fail(`${what} failed (${words.join(' ')})\n${done.error?.message ?? ''}${done.stdout}${done.stderr}`);
  console.log(`ok   ${what} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  return done.stdout;
}

/** Name, exports and tarball of every package that is published. */
function packAll() {
  const packed = [];
  for (const name of readdirSync(join(root, 'packages'))) {
    const path = join(root, 'packages', name);
    const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    if (manifest.private === true) continue;
    const before = new Set(readdirSync(tarballs));
    run(`pack ${manifest.name}`, ['pnpm', 'pack', '--pack-destination', tarballs], path);
    const tarball = readdirSync(tarballs).find((file) => !before.has(file));
    if (tarball === undefined) fail(`${manifest.name} left no tarball`);
    const readme = existsSync(join(path, 'README.md')) ? readFileSync(join(path, 'README.md'), 'utf8') : '';
    packed.push({ manifest, readme, file: `file:${join(tarballs, tarball)}` });
  }
  return packed;
}

/** The README's example is what a newcomer copies first: it has to be the code that is tried here. */
function readmePipeline() {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, code] = /```ts\n(\/\/ pipeline\.ts\n[\s\S]*?)```/.exec(readme) ?? [];
  if (code === undefined) fail('README.md has no ts block that begins with // pipeline.ts');
  return code;
}

/** Examples of the packages' READMEs that import nothing but ours and Node: they have to compile as they stand. */
function readmeExamples(packed) {
  return packed.flatMap(({ readme, manifest }) =>
    [...readme.matchAll(/```ts\n([\s\S]*?)```/g)]
      .map(([, code]) => code)
      .filter((code) => {
        const imported = [...code.matchAll(/ from '([^']+)'/g)].map(([, from]) => from);
        return imported.length > 0 && imported.every((from) => /^(?:@cordon\/|node:)/.test(from));
      })
      .map((code, index) => [`${manifest.name.replace(/\W+/g, '-').slice(1)}-${index + 1}.ts`, code]),
  );
}

function writeProject(packed) {
  const files = Object.fromEntries(packed.map(({ manifest, file }) => [manifest.name, file]));
  const json = (value) => `${JSON.stringify(value, undefined, 2)}\n`;
  const write = (name, text) => writeFileSync(join(project, name), text);
  write('package.json', json({ name: 'empty', private: true, type: 'module', dependencies: files }));
  const overrides = Object.entries(files).map(([name, file]) => `  '${name}': '${file}'\n`);
  write('pnpm-workspace.yaml', `overrides:\n${overrides.join('')}`);
  const compilerOptions = {
    target: 'ES2024',
    module: 'NodeNext',
    strict: true,
    skipLibCheck: true,
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node'],
    outDir: 'out',
  };
  const sources = [['pipeline.ts', readmePipeline()], ...readmeExamples(packed)];
  for (const [name, code] of sources) write(name, code);
  write('tsconfig.json', json({ compilerOptions, files: sources.map(([name]) => name) }));
  write('check.mjs', checkOf(packed));
}

/** Every entry point loads, the pipeline holds together, and somebody has written down what it would do. */
function checkOf(packed) {
  const entries = packed.flatMap(({ manifest }) =>
    Object.keys(manifest.exports)
      .filter((path) => path !== './package.json' && !path.includes('*'))
      .map((path) => `${manifest.name}${path.slice(1)}`),
  );
  return `
import assert from 'node:assert/strict';
for (const entry of ${JSON.stringify(entries)})
  assert.ok(Object.keys(await import(entry)).length > 0, entry + ' exports nothing');
const { plan } = await import('@cordon/core');
const { pipeline } = await import('./out/pipeline.js');
const text = plan(pipeline);
for (const step of ['inspect', 'contain.isolate', 'live.triage', 'report', 'cleanup'])
  assert.ok(JSON.stringify(text).includes(step), 'the plan does not tell of ' + step);
console.log(${entries.length} + ' entry points load, ' + pipeline.steps.length + ' steps are planned');
`;
}

process.on('exit', () => {
  if (process.argv.includes('--keep')) console.log(`left in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
});
mkdirSync(tarballs);
mkdirSync(project);
const packed = packAll();
writeProject(packed);
run('install into an empty project', ['pnpm', 'install', '--prefer-offline', '--ignore-scripts'], project);
run(
  'compile the examples of the READMEs',
  ['node', join(root, 'node_modules/typescript/bin/tsc'), '-p', project],
  project,
);
process.stdout.write(run('plan it in plain node', ['node', 'check.mjs'], project));
for (const { manifest } of packed)
  for (const bin of Object.keys(manifest.bin ?? {})) {
    const usage = run(`ask ${bin} for help`, [join(project, 'node_modules/.bin', bin), '--help'], project);
    if (!usage.includes(bin)) fail(`${bin} --help does not say how it is used`);
  }
