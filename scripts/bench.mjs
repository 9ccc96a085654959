#!/usr/bin/env node
// Runs bench/*.bench.ts, each in a process of its own, and notes the figures in bench/RESULTS.md.
// `npm run bench -- engine` runs one. A benchmark prints lines `name: value unit (remark)`; a first line `// node: --flag`
// gives Node's own options.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundledText } from './bundled-text.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'bench');
const wanted = process.argv.slice(2);
const files = readdirSync(folder).filter(
  (file) =>
    file.endsWith('.bench.ts') && (wanted.length === 0 || wanted.includes(basename(file, '.bench.ts'))),
);

/** Workspace packages come from their sources, so that a benchmark measures what is written, not what was built. */
const fromSources = {
  name: 'from-sources',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^@cordon\// }, ({ path }) => {
      const [, name, subpath] = path.split('/');
      return { path: join(root, 'packages', name, 'src', subpath ?? '', 'index.ts') };
    });
  },
};

const EXTERNAL = /^(?:@aws-sdk\/|aws-sdk-client-mock$|@smithy\/|@litko\/|playwright-core$)/;

/**
 * What is not bundled is imported from where the importing package has it, so that each client stays one module, and no
 * list of them has to be kept here.
 */
const external = {
  name: 'external',
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: EXTERNAL }, async ({ path, pluginData, ...given }) => {
      if (pluginData === external) return;
      const { importer, resolveDir, kind } = given;
      const found = await pluginBuild.resolve(path, { importer, resolveDir, kind, pluginData: external });
      // An optional peer that is not there fails when it is imported, as it does for a user.
      return { path: found.path === '' ? path : found.path, external: true };
    });
  },
};

/** Beside the benchmarks: some import what is built, from there. */
async function bundled(file) {
  const out = mkdtempSync(join(folder, '.run-'));
  const entry = join(out, 'bench.mjs');
  await build({
    entryPoints: [join(folder, file)],
    outfile: entry,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // Without the condition `module`, which Node itself does not know.
    conditions: [],
    loader: { '.sh': 'text', '.yml': 'text' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    plugins: [fromSources, external, bundledText],
    logLevel: 'error',
  });
  return { entry, remove: () => rmSync(out, { recursive: true, force: true }) };
}

const sections = [];
for (const file of files) {
  const { entry, remove } = await bundled(file);
  try {
    const flags = /^\/\/ node: (.*)$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1]?.split(' ') ?? [];
    const run = spawnSync('node', ['--expose-gc', '--enable-source-maps', ...flags, entry], {
      cwd: root,
      encoding: 'utf8',
    });
    process.stdout.write(`# ${file}\n${run.stdout}${run.stderr}\n`);
    if (run.status !== 0) process.exitCode = 1;
    else sections.push({ name: basename(file, '.bench.ts'), text: run.stdout.trim() });
  } finally {
    remove();
  }
}

const results = join(folder, 'RESULTS.md');
const heading = '# Benchmarks\n\nThis machine is noisy: compare ratios within one run.\n';
let known = heading;
try {
  known = readFileSync(results, 'utf8');
} catch {
  // The first run writes the file.
}
for (const { name, text } of sections) {
  const machine = `${cpus().length} cores ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const date = new Date().toISOString().slice(0, 10);
  const section = `## ${name}\n\n${date}, ${machine}, \`npm run bench -- ${name}\`\n\n\`\`\`\n${text}\n\`\`\`\n`;
  const pattern = new RegExp(`## ${name}\\n[\\s\\S]*?(?=\\n## |$)`);
  known = pattern.test(known) ? known.replace(pattern, () => section) : `${known}\n${section}`;
}
writeFileSync(results, known);
