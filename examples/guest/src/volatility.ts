import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Artifact, EvidenceStore } from '@cordon/core';
import { buildSymbols } from '@cordon/steps-memory';
import { cached, cacheFolder, type Guest, type GuestImage, runScript } from '@cordon/testkit/guest';
import * as v from 'valibot';
import { type BootableServer, bootableImage } from './image.ts';

const VERSION = '2.28.2';
const INSTALL = `python3 -m venv "$OUT/python" &&
"$OUT/python/bin/python" -m pip install --quiet --disable-pip-version-check "volatility3==$VERSION"`;

/** Its command would not survive that its folder is moved. */
const RUN = 'import sys; sys.argv[0] = "vol"; from volatility3.cli import main; main()';

/** volatility in a Python of its own. */
function volatilityHome(): Promise<string> {
  return cached(cacheFolder(), {
    name: 'volatility',
    ingredients: [VERSION, INSTALL],
    make: async (folder) => void (await runScript(INSTALL, { OUT: folder, VERSION })),
  });
}

/** A folder of volatility's with the symbol table of the guests' kernel, made by the catalogue's own tool. */
async function symbolsFor({ kernelRelease, kernelFile }: GuestImage) {
  const folder = await cached(cacheFolder(), {
    name: 'symbols',
    ingredients: [kernelRelease, kernelFile],
    make: async (made) => {
      const { bytes } = await buildSymbols(kernelRelease);
      await mkdir(join(made, 'linux'));
      await writeFile(join(made, 'linux', `${kernelRelease}.json.gz`), bytes);
    },
  });
  return { folder, file: join(folder, 'linux', `${kernelRelease}.json.gz`) };
}

export async function volatilityFor(image: GuestImage) {
  const [home, { folder }] = await Promise.all([volatilityHome(), symbolsFor(image)]);
  return { python: join(home, 'python/bin/python'), symbols: folder };
}

/** The table alone. */
export const symbolTableOf = async (image: GuestImage) => readFile((await symbolsFor(image)).file);

/** What is laid over a machine's root: a `vol` for whatever Python it has, since nothing of it is compiled. */
const LAY_OUT = `umask 022
mkdir -p "$OUT/opt/volatility" "$OUT/usr/local/bin"
cp -r "$HOME_OF_IT"/python/lib/python3*/site-packages "$OUT/opt/volatility/lib"
find "$OUT" -name __pycache__ -prune -exec rm -r {} +
cat >"$OUT/usr/local/bin/vol" <<'VOL'
#!/bin/sh
PYTHONPATH=/opt/volatility/lib exec python3 -c '${RUN}' "$@"
VOL
chmod 755 "$OUT/usr/local/bin/vol"`;

/** Whoever runs it there may not write next to it: what Python makes of its files is made now. */
const SET_UP = `python3 -m compileall -q /opt/volatility/lib
vol --help >/dev/null`;

/** A plugin takes up to 284 MiB, and what it reads is to stay in the cache. */
const EXAMINER_MIB = 768;

/** A Debian machine with volatility and nothing else: what the forensic image of a deployment is. */
export async function volatilityMachine(): Promise<BootableServer> {
  const home = await volatilityHome();
  const files = await cached(cacheFolder(), {
    name: 'volatility-files',
    ingredients: [home, LAY_OUT],
    make: async (folder) => void (await runScript(LAY_OUT, { OUT: folder, HOME_OF_IT: home })),
  });
  const image = await bootableImage({ packages: ['python3'], sizeMiB: 6144, files, setUp: SET_UP });
  return { ...image, boot: { ...image.boot, memoryMiB: EXAMINER_MIB } };
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

/** What a memory image shows, held against what ran on its machine before and after it was taken. */
export function heldAgainst(found: ProcessNames, before: ProcessNames, after: ProcessNames) {
  const stayed = [...before].filter(([pid, name]) => after.get(pid) === name);
  const last = Math.max(...before.keys());
  return {
    stayed: stayed.map(([, name]) => name),
    // The name of a kernel's worker says what it works at, which is not in its task.
    lacking: stayed.filter(([pid, name]) => !name.startsWith(found.get(pid) ?? '?')),
    foreign: [...found].filter(([pid]) => !before.has(pid) && pid < last),
  };
}
