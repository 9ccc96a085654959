/**
 * Every parser of what comes from a suspect, with changed inputs, each in a process of its own.
 *
 *   pnpm bench:fuzz [--minutes 10] [--targets a,b] [--jobs 2] [--seed 1] [--ledger DIR] [--summary]
 *
 * Targets are files of packages/analysis/test/fuzz/targets. Minutes are of each process's processor time. DIR (outside of the repository) keeps what has been done at which seed
 * and at which commit of the parser's files, so that a run goes on where an earlier one ended; and what failed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = mkdtempSync(join(import.meta.dirname, '.run-'));
// Also where it is ended from outside; processes that fuzz have read their bundle by then.
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
await build({
  entryPoints: ['main', 'worker'].map((name) => join(import.meta.dirname, `fuzz/${name}.ts`)),
  outdir: folder,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  loader: { '.yml': 'text' },
  platform: 'node',
  target: 'node22',
  external: ['esbuild'],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'error',
});
await import(join(folder, 'main.mjs'));
