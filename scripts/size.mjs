#!/usr/bin/env node
// What importing a package costs in bytes: bundled and minified, the AWS SDK left outside. Run after the build.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleFunction } from './function-bundles.mjs';

/** Kilobytes; raise one only with the reason in the commit. */
const BUDGETS_KB = {
  '@cordon/adapters-lambda/lambda': 140,
  '@cordon/adapters-lambda/step-functions': 60,
  '@cordon/core': 155,
  '@cordon/core/aws': 140,
  '@cordon/core/steps': 290,
};

/** Lambda functions, with everything that importing them loads: a cold start stands before each containment. */
const FUNCTION_BUDGETS_KB = { trigger: 150, step: 470 };

let over = 0;
for (const [entry, budget] of Object.entries(BUDGETS_KB)) {
  const result = await build({
    stdin: {
      contents: `export * from '${entry}';`,
      resolveDir: new URL('../bench', import.meta.url).pathname,
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    external: ['@aws-sdk/*', '@smithy/*'],
    logLevel: 'error',
    // Without the paths of our tsconfig: what counts is what was built.
    tsconfigRaw: '{}',
  });
  const kilobytes = (result.outputFiles[0]?.contents.length ?? 0) / 1000;
  const ok = kilobytes <= budget;
  if (!ok) over += 1;
  console.log(`${ok ? 'ok  ' : 'OVER'} ${entry}: ${kilobytes.toFixed(0)} kB of ${budget} kB`);
}
const out = mkdtempSync(join(tmpdir(), 'cordon-functions-'));
for (const [name, budget] of Object.entries(FUNCTION_BUDGETS_KB)) {
  const kilobytes = (await bundleFunction(name, out)).bytes / 1000;
  const ok = kilobytes <= budget;
  if (!ok) over += 1;
  console.log(`${ok ? 'ok  ' : 'OVER'} function ${name}: ${kilobytes.toFixed(0)} kB of ${budget} kB`);
}
rmSync(out, { recursive: true, force: true });
process.exit(over === 0 ? 0 : 1);
