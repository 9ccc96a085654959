import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { plainKeys } from './plain-keys.ts';

/** Packages of CommonJS in an ES module ask for `require`. */
const REQUIRE =
  "import { createRequire as cordonRequire } from 'node:module'; const require = cordonRequire(import.meta.url);";

// A program of its own: the CDK waits for no promise, and plugins need one.
const [name = '', outdir = '', define = '{}'] = process.argv.slice(2);

await build({
  entryPoints: { index: fileURLToPath(new URL(`../functions/${name}.ts`, import.meta.url)) },
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  // Clients are loaded when they are first called: in files of their own, or importing would read them all.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  mainFields: ['module', 'main'],
  banner: { js: REQUIRE },
  define: JSON.parse(define) as Record<string, string>, // our caller's, from the same file
  // Loaded where they are there: a native engine, and traces.
  external: ['@litko/yara-x', '@opentelemetry/api'],
  plugins: [plainKeys],
  // Workspace packages as they are published, not by the paths of the repository's own configuration.
  tsconfigRaw: '{}',
  logLevel: 'error',
});
