import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Artifact, EvidenceStore } from '@cordon/core';
import { buildSymbols } from '@cordon/steps-memory';
import { cached, cacheFolder, type Guest, type GuestImage, runScript } from '@cordon/testkit/guest';
import * as v from 'valibot';

const VERSION = '2.28.2';
const INSTALL = `python3 -m venv "$OUT/python" &&
"$OUT/python/bin/python" -m pip install --quiet --disable-pip-version-check "volatility3==$VERSION"`;

/** Its command would not survive that its folder is moved. */
const RUN = 'import sys; sys.argv[0] = "vol"; from volatility3.cli import main; main()';

/** volatility in a Python of its own, and the symbol table of the guests' kernel by the catalogue's own tool. */
export async function volatilityFor({ kernelRelease, kernelFile }: GuestImage) {
  const cache = cacheFolder();
  const [home, symbols] = await Promise.all([
    cached(cache, {
      name: 'volatility',
      ingredients: [VERSION, INSTALL],
      make: async (folder) => void (await runScript(INSTALL, { OUT: folder, VERSION })),
    }),
    cached(cache, {
      name: 'symbols',
      ingredients: [kernelRelease, kernelFile],
      make: async (folder) => {
        const { bytes } = await buildSymbols(kernelRelease);
        await mkdir(join(folder, 'linux'));
        await writeFile(join(folder, 'linux', `${kernelRelease}.json.gz`), bytes);
      },
    }),
  ]);
  return { python: join(home, 'python/bin/python'), symbols };
}

const Processes = v.array(v.object({ PID: v.number(), COMM: v.string() }));

/** Names of processes by their ids. */
export type ProcessNames = ReadonlyMap<number, string>;

/** Whoever runs in an image of memory, as volatility reads the kernel's own list. */
export async function processesIn(
  { image, evidence }: { readonly image: Artifact; readonly evidence: EvidenceStore },
  of: GuestImage,
): Promise<ProcessNames> {
  const { python, symbols } = await volatilityFor(of);
  const folder = await mkdtemp(join(tmpdir(), 'cordon-volatility-'));
  try {
    const file = join(folder, 'mem.lime');
    await pipeline(evidence.open(image), createWriteStream(file));
    const run = ['-c', RUN, '-q', '-r', 'json', '--offline'];
    const words = [...run, '-s', symbols, '-f', file, 'linux.pslist.PsList'];
    const env = { ...process.env, HOME: folder, XDG_CACHE_HOME: folder };
    const { stdout } = await promisify(execFile)(python, words, { env, maxBuffer: 2 ** 26 });
    const found = v.parse(Processes, JSON.parse(stdout));
    return new Map(found.map(({ PID, COMM }) => [PID, COMM]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whoever runs on a guest now, as its own `ps` tells. */
export async function processesOn(guest: Guest): Promise<ProcessNames> {
  const { stdout } = await guest.run('ps -eo pid=,comm=');
  const lines = stdout.trim().split('\n');
  return new Map(
    lines.map((line) => line.trim().split(/ +(.*)/)).map(([pid, name = '']) => [Number(pid), name]),
  );
}
