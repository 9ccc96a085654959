import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundledText } from '../../../../scripts/bundled-text.ts';

const packages = fileURLToPath(new URL('../../../', import.meta.url));

const REQUIRE =
  "import { createRequire as cordonRequire } from 'node:module'; const require = cordonRequire(import.meta.url);";

async function describePackage(folder: string, name: string, exports: object | string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name, version: '1.2.3', type: 'module', exports }),
  );
}

/** An empty project with `@cordon/cli` and `@cordon/core` in its node_modules, bundled from the sources. */
export async function installCli(): Promise<string> {
  const project = await realpath(await mkdtemp(join(tmpdir(), 'cordon-cli-')));
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'a-project', type: 'module' }));
  const scope = join(project, 'node_modules', '@cordon');
  await describePackage(join(scope, 'core'), '@cordon/core', {
    '.': './dist/index.js',
    './aws': './dist/aws/index.js',
    './steps': './dist/steps/index.js',
  });
  await describePackage(join(scope, 'cli'), '@cordon/cli', './dist/index.js');
  await symlink(join(packages, 'cli', 'node_modules', 'valibot'), join(project, 'node_modules', 'valibot'));
  await build({
    entryPoints: {
      'cli/dist/bin': join(packages, 'cli/src/bin.ts'),
      'cli/dist/index': join(packages, 'cli/src/index.ts'),
      'core/dist/index': join(packages, 'core/src/index.ts'),
      'core/dist/aws/index': join(packages, 'core/src/aws/index.ts'),
      'core/dist/steps/index': join(packages, 'core/src/steps/index.ts'),
    },
    outdir: scope,
    bundle: true,
    splitting: true,
    chunkNames: 'cli/dist/[name]-[hash]',
    platform: 'node',
    format: 'esm',
    target: 'node22',
    loader: { '.sh': 'text', '.yml': 'text' },
    plugins: [bundledText],
    alias: {
      '@cordon/core/aws': join(packages, 'core/src/aws/index.ts'),
      '@cordon/core/steps': join(packages, 'core/src/steps/index.ts'),
      '@cordon/core': join(packages, 'core/src/index.ts'),
      '@cordon/analysis': join(packages, 'analysis/src/index.ts'),
    },
    banner: { js: REQUIRE },
  });
  return project;
}

export interface Ended {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  /** Resolves when that text has come on stdout. */
  says(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

export interface Spawning {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

function listenFor(stream: NodeJS.ReadableStream): (text: string) => Promise<void> {
  let said = '';
  stream.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return async (wanted) => {
    while (!said.includes(wanted)) await once(stream, 'data');
  };
}

/** The real command, as a process of its own. */
export function startCli(
  project: string,
  words: readonly string[],
  { cwd, env = {}, stdin }: Spawning,
): CliProcess {
  const bin = join(project, 'node_modules/@cordon/cli/dist/bin.js');
  const child = spawn(process.execPath, [bin, ...words], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: 'pipe',
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin ?? '');
  const says = listenFor(child.stdout);
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return {
    says,
    kill: (signal) => child.kill(signal),
    ended: ended.then(([[exit], stdout, stderr]) => ({ exit: exit as number | null, stdout, stderr })),
  };
}
