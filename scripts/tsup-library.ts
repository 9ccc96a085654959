import type { Options } from 'tsup';
import { defineConfig } from 'tsup';

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
    loader: { '.sh': 'text', '.yml': 'text' },
    // Declarations are most of the build time; the demo runs without them.
    dts: process.env['CORDON_FAST_BUILD'] === undefined,
  };
  return defineConfig(options);
}
