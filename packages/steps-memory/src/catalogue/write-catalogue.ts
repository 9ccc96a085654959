import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import {
  avmlKey,
  Catalogue,
  type ModuleEntry,
  moduleKey,
  type SymbolsEntry,
  symbolsKey,
} from './catalogue.js';
import { catalogueKeys, signatureOf, signCatalogue } from './signature.js';

const FILE = 'catalogue.json';
const EMPTY: Catalogue = { version: 1, modules: [], avml: [], symbols: [] };

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function read(folder: string): Promise<Catalogue> {
  try {
    return v.parse(Catalogue, JSON.parse(await readFile(join(folder, FILE), 'utf8')));
  } catch (error) {
    if (isMissing(error)) return EMPTY;
    throw error;
  }
}

async function write(folder: string, catalogue: Catalogue): Promise<void> {
  await writeFile(join(folder, FILE), `${JSON.stringify(v.parse(Catalogue, catalogue), null, 2)}\n`);
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function keep(folder: string, key: string, bytes: Uint8Array): Promise<void> {
  const file = join(folder, key);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

/** Puts a module into the catalogue's folder. The one that it had for this kernel stays as a file, and is named no more. */
export async function addModule(
  folder: string,
  bytes: Uint8Array,
  module: Omit<ModuleEntry, 'sha256'>,
): Promise<ModuleEntry> {
  const entry = { ...module, sha256: sha256(bytes) };
  await keep(folder, moduleKey(entry), bytes);
  const { modules, ...rest } = await read(folder);
  const others = modules.filter(
    ({ kernel, architecture }) => kernel !== entry.kernel || architecture !== entry.architecture,
  );
  await write(folder, { ...rest, modules: [...others, entry] });
  return entry;
}

/** Puts a static AVML into the catalogue's folder. */
export async function addAvml(
  folder: string,
  bytes: Uint8Array,
  binary: Omit<Catalogue['avml'][number], 'sha256'>,
): Promise<void> {
  const entry = { ...binary, sha256: sha256(bytes) };
  await keep(folder, avmlKey(entry), bytes);
  const { avml, ...rest } = await read(folder);
  const others = avml.filter(({ architecture }) => architecture !== entry.architecture);
  await write(folder, { ...rest, avml: [...others, entry] });
}

/** Puts a symbol table into the catalogue's folder: one for each build of a kernel. */
export async function addSymbols(
  folder: string,
  bytes: Uint8Array,
  table: Omit<SymbolsEntry, 'sha256'>,
): Promise<SymbolsEntry> {
  const entry = { ...table, sha256: sha256(bytes) };
  await keep(folder, symbolsKey(entry), bytes);
  const { symbols, ...rest } = await read(folder);
  await write(folder, {
    ...rest,
    symbols: [...symbols.filter(({ banner }) => banner !== entry.banner), entry],
  });
  return entry;
}

/** Signs the catalogue as it lies there, and every file that it names is compared first. */
export async function signFolder(folder: string, privateKey: string): Promise<Catalogue> {
  const text = await readFile(join(folder, FILE), 'utf8');
  const catalogue = v.parse(Catalogue, JSON.parse(text));
  for (const [key, expected] of [
    ...catalogue.modules.map((one) => [moduleKey(one), one.sha256] as const),
    ...catalogue.avml.map((one) => [avmlKey(one), one.sha256] as const),
    ...catalogue.symbols.map((one) => [symbolsKey(one), one.sha256] as const),
  ])
    if (sha256(await readFile(join(folder, key))) !== expected)
      throw new Error(`${key} is not what the catalogue says`);
  await writeFile(join(folder, signatureOf(FILE)), `${signCatalogue(text, privateKey)}\n`);
  return catalogue;
}

/** Writes a new key pair: `catalogue.pub` for the deployment, `catalogue.key` for whoever builds modules. */
export async function writeKeys(folder: string): Promise<void> {
  const { publicKey, privateKey } = catalogueKeys();
  await mkdir(folder, { recursive: true });
  // Never over a key that signs what is in use.
  await writeFile(join(folder, 'catalogue.key'), privateKey, { flag: 'wx', mode: 0o600 });
  await writeFile(join(folder, 'catalogue.pub'), publicKey);
  await chmod(join(folder, 'catalogue.pub'), 0o644);
}
