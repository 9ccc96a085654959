import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from 'tsup';
import { defineConfig } from 'tsup';
import { bundledText } from './bundled-text.ts';
import { lazyCrypto } from './lazy-crypto.ts';

function git(...words: readonly string[]): string {
  return spawnSync('git', words, { encoding: 'utf8' }).stdout?.trim() ?? '';
}

/** What artifacts are stamped with. A tarball of the sources has no git: then only the version is known. */
function commitOfSources(): string {
  const head = git('rev-parse', 'HEAD');
  return head === '' || git('status', '--porcelain') === '' ? head : `${head}-dirty`;
}

/** Licences of what a package's code holds copies of, beside the copies. */
function licencesOf(names: readonly string[]): string {
  return names
    .map((name) => {
      const folder = join('node_modules', name);
      const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
      if (file === undefined) throw new Error(`${name} has no licence to hand on`);
      return `${name}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/**
 * One build for every package: ESM, declarations beside it, host scripts embedded as text. Of dependencies that are
 * `bundled` only what is used is loaded, and in one file; their types still come from them. A package that bundles is one
 * whose import is counted in milliseconds: it loads `node:crypto` late, too.
 */
export function library(
  entry: Record<string, string>,
  bundled: readonly string[] = [],
): ReturnType<typeof defineConfig> {
  const options: Options = {
    entry,
    format: 'esm',
    target: 'node22',
    platform: 'node',
    splitting: true,
    sourcemap: true,
    clean: true,
    noExternal: [...bundled],
    // It takes the word `node:` away before a plugin sees it.
    removeNodeProtocol: false,
    onSuccess: async () => {
      if (bundled.length > 0) writeFileSync('dist/third-party-licences.txt', licencesOf(bundled));
    },
    define: { CORDON_COMMIT: JSON.stringify(commitOfSources()) },
    loader: { '.sh': 'text', '.yml': 'text' },
    esbuildPlugins: bundled.length > 0 ? [bundledText, lazyCrypto] : [bundledText],
    // Declarations are most of the build time; the demo runs without them.
    dts: process.env['CORDON_FAST_BUILD'] === undefined,
  };
  return defineConfig(options);
}
