#!/usr/bin/env node
// What importing a package costs in bytes: bundled and minified, the AWS SDK left outside. Run after the build.
import { build } from 'esbuild';

/** Kilobytes; raise one only with the reason in the commit. */
const BUDGETS_KB = {
  '@cordon/core': 145,
  '@cordon/core/aws': 140,
  '@cordon/core/steps': 250,
};

let over = 0;
for (const [entry, budget] of Object.entries(BUDGETS_KB)) {
  const result = await build({
    stdin: {
      contents: `export * from '${entry}';`,
      resolveDir: new URL('../packages/testkit', import.meta.url).pathname,
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
process.exit(over === 0 ? 0 : 1);
