import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import script from './build-module.sh';
import { runBuilder } from './run-builder.js';

export interface BuiltModule {
  readonly bytes: Uint8Array;
  /** Version of LiME's source, as the distribution's package has it. */
  readonly limeVersion: string;
}

/** Builds LiME for a Debian kernel: headers and source come from apt, and nothing is installed. */
export async function buildModule(kernel: string): Promise<BuiltModule> {
  const work = await mkdtemp(join(tmpdir(), 'lime-catalog-'));
  try {
    const out = join(work, 'lime.ko');
    const limeVersion = await runBuilder(script, { KERNEL: kernel, OUT: out, WORK: work });
    return { bytes: await readFile(out), limeVersion };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
