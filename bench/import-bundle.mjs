import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles sources as they stand, imports the bundle, and leaves nothing behind. Takes esbuild's options. */
export async function importBundle(options) {
  const folder = mkdtempSync(join(import.meta.dirname, '../node_modules/.bench-'));
  const outfile = join(folder, 'bundle.mjs');
  try {
    await build({
      bundle: true,
      platform: 'node',
      format: 'esm',
      // what bundled libraries still ask for by require
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      loader: { '.yml': 'text' },
      logLevel: 'error',
      ...options,
      outfile,
    });
    return await import(outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
