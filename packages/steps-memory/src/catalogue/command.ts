import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildModule } from './build-module.js';
import { type BuiltSymbols, buildSymbols, symbolsOf } from './symbol-table.js';
import { addAvml, addModule, addSymbols, signFolder, writeKeys } from './write-catalogue.js';

export const USAGE = `lime-catalog: a signed catalogue of what takes memory and what reads it, made off every suspect

  lime-catalog keys  --out KEYS                              a key pair: catalogue.key, catalogue.pub
  lime-catalog build --out FOLDER KERNEL...                  LiME for these Debian kernels (apt, make and gcc are needed)
  lime-catalog add   --out FOLDER --file lime.ko --kernel K --lime-version V
                     [--distribution D] [--architecture A] [--signed]        a module built or signed elsewhere
  lime-catalog avml  --out FOLDER --file avml --avml-version V [--architecture A]
  lime-catalog symbols --out FOLDER KERNEL...            symbol tables for volatility, from debug packages (apt is needed)
  lime-catalog symbols --out FOLDER --file vmlinux | isf.json[.gz]           from a kernel with symbols, or made elsewhere
                     [--distribution D] [--architecture A]
  lime-catalog sign  --out FOLDER --key KEYS/catalogue.key   writes catalogue.json.sig

Then put FOLDER into the bucket: aws s3 sync FOLDER s3://BUCKET/lime
`;

const text = { type: 'string' } as const;
const OPTIONS = {
  out: text,
  file: text,
  kernel: text,
  key: text,
  'lime-version': text,
  'avml-version': text,
  distribution: { ...text, default: 'debian' },
  architecture: { ...text, default: 'x86_64' },
  signed: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Values = ReturnType<typeof parse>['values'];
type Say = (line: string) => void;

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
}

function given(values: Values, name: 'out' | 'file' | 'kernel' | 'key' | 'lime-version' | 'avml-version') {
  const value = values[name];
  if (value === undefined) throw new Error(`--${name} is missing\n\n${USAGE}`);
  return value;
}

async function build(
  values: Values,
  { kernels, say }: { readonly kernels: readonly string[]; readonly say: Say },
) {
  const { distribution, architecture } = values;
  for (const kernel of kernels) {
    const { bytes, limeVersion } = await buildModule(kernel);
    const entry = await addModule(given(values, 'out'), bytes, {
      distribution,
      kernel,
      architecture,
      limeVersion,
    });
    say(`${kernel} ${limeVersion} ${entry.sha256}`);
  }
}

async function add(values: Values, say: Say): Promise<void> {
  const { distribution, architecture, signed } = values;
  const limeVersion = given(values, 'lime-version');
  const kernel = given(values, 'kernel');
  const bytes = await readFile(given(values, 'file'));
  const module = { distribution, kernel, architecture, limeVersion, ...(signed ? { signed } : {}) };
  say(`${kernel} ${(await addModule(given(values, 'out'), bytes, module)).sha256}`);
}

async function avml(values: Values): Promise<void> {
  const avmlVersion = given(values, 'avml-version');
  const bytes = await readFile(given(values, 'file'));
  await addAvml(given(values, 'out'), bytes, { architecture: values.architecture, avmlVersion });
}

/** Tables of the kernels that are named, or of the one in a file. */
async function* tables(kernels: readonly string[], file: string | undefined): AsyncGenerator<BuiltSymbols> {
  if (file !== undefined) yield await symbolsOf(file);
  for (const kernel of kernels) yield await buildSymbols(kernel);
}

async function symbols(
  values: Values,
  { kernels, say }: { readonly kernels: readonly string[]; readonly say: Say },
): Promise<void> {
  const { distribution, architecture, file } = values;
  const folder = given(values, 'out');
  if (file === undefined && kernels.length === 0) throw new Error(`name a kernel, or a --file\n\n${USAGE}`);
  for await (const { bytes, kernel, banner } of tables(kernels, file)) {
    const entry = await addSymbols(folder, bytes, { distribution, architecture, kernel, banner });
    say(`${kernel} ${entry.sha256} ${banner}`);
  }
}

async function sign(values: Values, say: Say): Promise<void> {
  const [folder, key] = [given(values, 'out'), given(values, 'key')];
  // The whole folder goes into the bucket.
  if (resolve(key).startsWith(`${resolve(folder)}/`))
    throw new Error('the private key lies in the folder of the catalogue: move it away first');
  const signed = await signFolder(folder, await readFile(key, 'utf8'));
  const { modules, avml: binaries, symbols: read } = signed;
  say(`signed: ${modules.length} modules, ${binaries.length} AVML, ${read.length} symbol tables`);
}

/** Runs one command line. @throws Error with what to tell the person who typed it */
export async function limeCatalog(args: readonly string[], say: Say): Promise<void> {
  const { values, positionals } = parse(args);
  const [command, ...kernels] = positionals;
  if (values.help) return say(USAGE);
  switch (command) {
    case 'keys':
      return writeKeys(given(values, 'out'));
    case 'build':
      return build(values, { kernels, say });
    case 'add':
      return add(values, say);
    case 'avml':
      return avml(values);
    case 'symbols':
      return symbols(values, { kernels, say });
    case 'sign':
      return sign(values, say);
    default:
      throw new Error(USAGE);
  }
}
