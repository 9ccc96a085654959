import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';

const source = (path: string) => fileURLToPath(new URL(`../../src/${path}`, import.meta.url));

async function graph(entry: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [source(entry)],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    loader: { '.sh': 'text' },
    outdir: 'out',
  });
  return metafile;
}

/** What is loaded when the module is imported: packages, and files of ours. What is behind `import()` is not. */
function loadedAtOnce({ inputs }: Metafile, entry: string) {
  const root = Object.keys(inputs).find((path) => path.endsWith(`src/${entry}`));
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: next, kind, external } of inputs[path]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (external === true) packages.add(next);
      else visit(next);
    }
  };
  visit(root ?? '');
  return { packages, files: [...seen] };
}

const sdk = (packages: ReadonlySet<string>) =>
  [...packages].filter((name) => /^@(aws-sdk|smithy)\//.test(name));

describe('importing', () => {
  it('the root loads no AWS SDK, and nothing of aws/', async () => {
    const { packages, files } = loadedAtOnce(await graph('index.ts'), 'index.ts');
    expect(packages.size).toBeGreaterThan(0);
    expect(files.filter((path) => path.includes('/src/aws/'))).toEqual([]);
    expect(sdk(packages)).toEqual([]);
  });

  it('`aws` loads no AWS SDK before something is called', async () => {
    const metafile = await graph('aws/index.ts');
    expect(sdk(loadedAtOnce(metafile, 'aws/index.ts').packages)).toEqual([]);
    const external = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(sdk(new Set(external)).length).toBeGreaterThan(8);
  });
});
