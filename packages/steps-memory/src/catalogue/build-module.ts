import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import script from './build-module.sh';

export interface BuiltModule {
  readonly bytes: Uint8Array;
  /** Version of LiME's source, as the distribution's package has it. */
  readonly limeVersion: string;
}

async function run(environment: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn('bash', ['-c', script], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  const said = await text(child.stdout);
  const code = await ended;
  if (code !== 0) throw new Error(`building a module for ${environment['KERNEL']} failed with ${code}`);
  return said.trim();
}

/** Builds LiME for a Debian kernel: headers and source come from apt, and nothing is installed. */
export async function buildModule(kernel: string): Promise<BuiltModule> {
  const work = await mkdtemp(join(tmpdir(), 'lime-catalog-'));
  try {
    const out = join(work, 'lime.ko');
    const limeVersion = await run({ KERNEL: kernel, OUT: out, WORK: work });
    return { bytes: await readFile(out), limeVersion };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
