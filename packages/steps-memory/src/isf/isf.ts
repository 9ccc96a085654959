import { readBtf } from './btf.js';
import { ElfFile, type ElfSymbol } from './elf-file.js';
import { typeOfGlobal, withClock } from './globals.js';
import { type Enumeration, type IsfTypes, isfTypes } from './user-types.js';

export interface Isf {
  /** JSON, as volatility reads it. */
  readonly text: string;
  /** What the kernel says of itself, as `/proc/version` has it: the image's must equal it to the byte. */
  readonly banner: string;
}

/** By name; of several in different files the one that all see, else the first. */
function distinct(symbols: readonly ElfSymbol[]): ReadonlyMap<string, ElfSymbol> {
  const found = new Map<string, ElfSymbol>();
  for (const symbol of symbols) {
    const known = found.get(symbol.name);
    if (known === undefined || (symbol.global && !known.global)) found.set(symbol.name, symbol);
  }
  return found;
}

/** Addresses and constants have more digits than a number of JavaScript's holds: they are written as they are. */
function symbolText(symbol: ElfSymbol, more: object): string {
  const rest = JSON.stringify(more).slice(1, -1);
  return `${JSON.stringify(symbol.name)}:{"address":${symbol.address}${rest === '' ? '' : `,${rest}`}}`;
}

function enumText([name, { constants, ...rest }]: readonly [string, Enumeration]): string {
  const texts = [...constants].map(([constant, value]) => `${JSON.stringify(constant)}:${value}`);
  return `${JSON.stringify(name)}:{${JSON.stringify(rest).slice(1, -1)},"constants":{${texts.join(',')}}}`;
}

/**
 * Whose tables these equal in what plugins read. Volatility's `hidden_modules` refuses all but a table of this name and
 * of version 0.8 or later, which is the first with what it looks for.
 */
const LIKE = { name: 'dwarf2json', version: '0.9.0' };

function textOf({ base_types, user_types, enums }: IsfTypes, symbols: readonly string[]): string {
  const metadata = {
    linux: { symbols: [{ kind: 'symtab', name: 'vmlinux, read by lime-catalog' }] },
    producer: LIKE,
    format: '6.2.0',
  };
  const rest = JSON.stringify({ metadata, base_types, user_types }).slice(0, -1);
  const constants = Object.entries(enums).map(enumText).join(',');
  return `${rest},"enums":{${constants}},"symbols":{${symbols.join(',')}}}`;
}

/**
 * Makes a symbol table for volatility 3 (an intermediate symbol file, format 6.2) out of a kernel with its symbols, as
 * debug packages have it: types from its BTF, addresses from its table of symbols. Takes seconds and little memory,
 * since the hundreds of megabytes of DWARF beside them are not read.
 *
 * @throws Error where it is no kernel, or has no BTF
 */
export async function isfOfKernel(path: string): Promise<Isf> {
  await using elf = await ElfFile.open(path);
  const btf = await elf.section('.BTF');
  if (btf === undefined) throw new Error(`${path} has no BTF: it was built without CONFIG_DEBUG_INFO_BTF`);
  const found = isfTypes(readBtf(btf));
  const symbols = distinct(await elf.symbols());
  const types = { ...found, user_types: withClock(found, symbols.get('tk_core')) };
  const address = symbols.get('linux_banner')?.address;
  const banner = address === undefined ? undefined : await elf.textAt(address);
  if (banner === undefined) throw new Error(`${path} does not say which kernel it is`);
  const lines = [...symbols.values()].map((symbol) => {
    const type = typeOfGlobal(symbol, types);
    const constant = symbol.name === 'linux_banner' ? { constant_data: banner.toString('base64') } : {};
    return symbolText(symbol, { ...(type === undefined ? {} : { type }), ...constant });
  });
  return { text: textOf(types, lines), banner: banner.toString('latin1', 0, banner.length - 1) };
}
