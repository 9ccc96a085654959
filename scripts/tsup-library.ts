import { spawnSync } from 'node:child_process';
import type { Options } from 'tsup';
import { defineConfig } from 'tsup';
import { pageText } from './page-text.ts';

function git(...words: readonly string[]): string {
  return spawnSync('git', words, { encoding: 'utf8' }).stdout?.trim() ?? '';
}

/** What artifacts are stamped with. A tarball of the sources has no git: then only the version is known. */
function commitOfSources(): string {
  const head = git('rev-parse', 'HEAD');
  return head === '' || git('status', '--porcelain') === '' ? head : `${head}-dirty`;
}

/** One build for every package: ESM, declarations beside it, host scripts embedded as text. */
export function library(entry: Record<string, string>): ReturnType<typeof defineConfig> {
  const options: Options = {
    entry,
    format: 'esm',
    target: 'node22',
    platform: 'node',
    splitting: true,
    sourcemap: true,
    clean: true,
    define: { CORDON_COMMIT: JSON.stringify(commitOfSources()) },
    loader: { '.sh': 'text', '.yml': 'text' },
    esbuildPlugins: [pageText],
    // Declarations are most of the build time; the demo runs without them.
    dts: process.env['CORDON_FAST_BUILD'] === undefined,
  };
  return defineConfig(options);
}
