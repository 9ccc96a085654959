import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';
import { viteBundledText } from './scripts/bundled-text.ts';

const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url));

/** Host scripts and rules are text, here as in the build. */
const hostScripts: Plugin = {
  name: 'host-scripts',
  enforce: 'pre',
  load(id) {
    if (!/\.(?:sh|yml)$/.test(id)) return null;
    return `export default ${JSON.stringify(readFileSync(id, 'utf8'))};`;
  },
};

export default defineConfig({
  plugins: [hostScripts, viteBundledText],
  resolve: {
    alias: [
      { find: /^@cordon\/([a-z-]+)$/, replacement: source('$1/src/index.ts') },
      { find: /^@cordon\/([a-z-]+)\/([a-z-]+)$/, replacement: source('$1/src/$2/index.ts') },
    ],
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
    typecheck: { include: ['packages/*/test/**/*.test-d.ts'], tsconfig: './tsconfig.tests.json' },
    // Vitest leaves one core for itself, which on two is half of the machine.
    maxWorkers: '100%',
    // Whether something hangs, and not how busy the machine is.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
