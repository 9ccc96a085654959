#!/usr/bin/env node
// Everything that must hold before a change lands, one step after the other; `--except tests,docs` leaves some out.
import { spawnSync } from 'node:child_process';
import { globSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
const hostScripts = globSync('packages/*/src/**/*.sh', { cwd: root });

const exec = (...words) => ['pnpm', ['exec', ...words]];
const steps = [
  ['format and lint', exec('biome', 'ci', '--error-on-warnings', '.')],
  ['lengths', ['node', ['scripts/lengths.mjs']]],
  ['types', exec('tsc', '-b')],
  ['types of tests', exec('tsc', '-p', 'tsconfig.tests.json')],
  ['shell', ['shellcheck', ['-s', 'bash', ...hostScripts]]],
  ['tests', ['node', ['scripts/test.mjs']]],
  ['build', ['pnpm', ['-r', '--filter', './packages/*', 'run', 'build', '--silent']]],
  ['templates of the deployment', ['node', ['scripts/templates.mjs']]],
  ['published packages in an empty project', ['node', ['scripts/pack.mjs']]],
  ...packages.map((path) => [`published files of ${path}`, exec('publint', '--strict', path)]),
  ...packages.map((path) => [
    `published types of ${path}`,
    exec('attw', '--pack', path, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji'),
  ]),
  ['unused code', exec('knip')],
  ['size', ['node', ['scripts/size.mjs']]],
  ['docs', exec('typedoc')],
];

const excepted = process.argv.includes('--except')
  ? (process.argv[process.argv.indexOf('--except') + 1] ?? '').split(',')
  : [];

const failed = [];
for (const [name, [command, words]] of steps) {
  if (excepted.some((except) => name === except)) continue;
  const began = performance.now();
  const run = spawnSync(command, words, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const ok = run.status === 0;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (ok) continue;
  failed.push(name);
  console.log(run.error?.message ?? `${run.stdout}${run.stderr}`);
}
if (failed.length > 0) {
  console.log(`verify: ${failed.length} of ${steps.length} failed: ${failed.join(', ')}`);
  process.exit(1);
}
console.log('verify: everything holds');
