#!/usr/bin/env node
// Synthesizes the deployment as `cdk synth` does, without credentials, and has cfn-lint read the templates.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { virtualEnvironment } from './virtual-environment.mjs';

const root = join(import.meta.dirname, '..');
const here = join(root, 'examples/lambda-deployment');
const out = mkdtempSync(join(tmpdir(), 'cordon-templates-'));
const run = (command, words) => spawnSync(command, words, { cwd: here, stdio: 'inherit' }).status ?? 1;

try {
  process.exitCode = run('pnpm', ['exec', 'cdk', 'synth', '--quiet', '--output', out]);
  if (process.exitCode === 0) {
    const commands = virtualEnvironment({
      requirements: join(here, 'requirements.txt'),
      folder: join(root, '.cordon/cfn-lint'),
      name: 'cfn-lint',
    });
    const templates = globSync('*.template.json', { cwd: out }).map((name) => join(out, name));
    if (templates.length < 2) throw new Error(`cdk wrote ${templates.length} templates`);
    // W3005: the CDK writes dependencies that a reference has already.
    const words = ['--non-zero-exit-code', 'warning', '--ignore-checks', 'W3005', '--', ...templates];
    process.exitCode = run(join(commands, 'cfn-lint'), words);
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
