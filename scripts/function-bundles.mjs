// The Lambda functions of a deployment, bundled as a deployment bundles them: AWS clients in chunks of their own, loaded
// when they are first called. Built from what the packages publish: run the build before.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { plainKeys } from '../examples/lambda-deployment/src/security/plain-keys.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bundles `bench/functions/<name>.ts`; resolves with the entry's path, and the bytes that importing it loads. */
export async function bundleFunction(name, outdir) {
  const entryPoint = `bench/functions/${name}.ts`;
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire as cordonRequire } from 'node:module'; const require = cordonRequire(import.meta.url);",
    },
    // Without the paths of our tsconfig: what counts is what was built.
    tsconfigRaw: '{}',
    plugins: [plainKeys],
    logLevel: 'error',
  });
  const { outputs } = metafile;
  const entry = Object.keys(outputs).find((path) => outputs[path].entryPoint === entryPoint);
  const loaded = new Set();
  const load = (path) => {
    if (loaded.has(path) || outputs[path] === undefined) return;
    loaded.add(path);
    for (const one of outputs[path].imports) if (one.kind === 'import-statement') load(one.path);
  };
  load(entry);
  const bytes = [...loaded].reduce((sum, path) => sum + outputs[path].bytes, 0);
  return { entry: `${root}${entry}`, bytes };
}
