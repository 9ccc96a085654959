import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import * as v from 'valibot';
import { isfOfKernel } from '../isf/isf.js';
import script from './fetch-vmlinux.sh';
import { runBuilder } from './run-builder.js';

export interface BuiltSymbols {
  /** An intermediate symbol file for volatility 3, packed by gzip. */
  readonly bytes: Uint8Array;
  /** As `uname -r` says it. */
  readonly kernel: string;
  /** What the kernel says of itself, as `/proc/version` has it. */
  readonly banner: string;
}

/** No table of a kernel has more. */
const MOST_BYTES = 512 * 2 ** 20;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** The one thing of a table made elsewhere that must hold: which kernel it is for. */
const Table = v.object({
  symbols: v.object({ linux_banner: v.object({ constant_data: v.pipe(v.string(), v.base64()) }) }),
});

function built(bytes: Uint8Array, said: string): BuiltSymbols {
  // One line, with what a string of the kernel ends in.
  const [banner = ''] = said.split(/[\0\n]/, 1);
  const kernel = /^Linux version ([A-Za-z0-9][A-Za-z0-9._+~-]*) /.exec(banner)?.[1];
  if (kernel === undefined)
    throw new Error(`no kernel says of itself: ${JSON.stringify(banner.slice(0, 200))}`);
  return { bytes, kernel, banner };
}

async function ofTable(json: Buffer): Promise<BuiltSymbols> {
  const { symbols } = v.parse(Table, JSON.parse(json.toString()));
  const said = Buffer.from(symbols.linux_banner.constant_data, 'base64').toString('latin1');
  return built(await pack(json, { level: 9 }), said);
}

async function firstBytes(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { buffer } = await file.read({ buffer: Buffer.alloc(4), position: 0 });
  return buffer;
}

const startsWith = (bytes: Uint8Array, hex: string) =>
  Buffer.from(bytes.subarray(0, hex.length / 2)).toString('hex') === hex;

/**
 * Makes a symbol table of a kernel with its symbols (`vmlinux` of a debug package), or takes one that was made
 * elsewhere, by dwarf2json: JSON, as it is or packed by gzip.
 *
 * @throws Error where it is neither, or does not say which kernel it is for
 */
export async function symbolsOf(file: string): Promise<BuiltSymbols> {
  const start = await firstBytes(file);
  if (startsWith(start, '7f454c46')) {
    const { text, banner } = await isfOfKernel(file);
    return built(await pack(text, { level: 9 }), banner);
  }
  const bytes = await readFile(file);
  return ofTable(startsWith(start, '1f8b') ? await unpack(bytes, { maxOutputLength: MOST_BYTES }) : bytes);
}

/**
 * Makes the symbol table of a kernel from its distribution's debug package, which apt must know; nothing is installed.
 * Debian's package has 280 MB and its kernel 590 MB: so much room is needed in the folder for temporary files.
 */
export async function buildSymbols(kernel: string): Promise<BuiltSymbols> {
  const folder = await mkdtemp(join(tmpdir(), 'lime-catalog-'));
  try {
    const [out, work] = [join(folder, 'vmlinux'), join(folder, 'work')];
    await mkdir(work);
    await runBuilder(script, { KERNEL: kernel, OUT: out, WORK: work });
    return await symbolsOf(out);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
