import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const TARGETS = 'packages/analysis/test/fuzz/targets';

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}

/** The files of the parsers that a file of targets names, with all that they import of ours. */
async function sourcesOf(file: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [`${TARGETS}/${file}.ts`],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    loader: { '.yml': 'text' },
    platform: 'node',
  });
  return Object.keys(metafile.inputs).filter((path) => path.startsWith('packages/'));
}

/** The commit that last changed one of them; with a digest of them while there are changes that no commit holds. */
export async function commitOf(file: string): Promise<string> {
  const sources = await sourcesOf(file);
  const commit = git('log', '-1', '--format=%h', '--', ...sources);
  if (git('status', '--porcelain', '--', ...sources) === '') return commit;
  const digest = createHash('sha256');
  for (const source of sources) digest.update(readFileSync(source));
  return `${commit}+${digest.digest('hex').slice(0, 8)}`;
}
