import { type FileHandle, open } from 'node:fs/promises';

interface Section {
  readonly name: string;
  readonly type: number;
  readonly address: bigint;
  readonly offset: number;
  readonly size: number;
  /** Of a table of symbols: the section with their names. */
  readonly link: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly address: bigint;
  readonly size: number;
  readonly global: boolean;
}

const HEADER_BYTES = 64;
const SECTION_BYTES = 64;
const SYMBOL_BYTES = 24;
/** Section types of the System V ABI. */
const SYMTAB = 2;
const NOBITS = 8;
/** Symbols that name a section or a source file and no place in memory. */
const NAMELESS = new Set([3, 4]);
/** A table of a kernel has some MB: more is no kernel's. */
const MOST_BYTES = 256 * 2 ** 20;
const MOST_TEXT_BYTES = 4_096;

function textAt(strings: Buffer, offset: number): string {
  const end = strings.indexOf(0, offset);
  return strings.toString('latin1', offset, end < 0 ? strings.length : end);
}

function sectionAt(headers: Buffer, index: number): Omit<Section, 'name'> & { readonly nameAt: number } {
  const at = index * SECTION_BYTES;
  return {
    nameAt: headers.readUInt32LE(at),
    type: headers.readUInt32LE(at + 4),
    address: headers.readBigUInt64LE(at + 16),
    offset: Number(headers.readBigUInt64LE(at + 24)),
    size: Number(headers.readBigUInt64LE(at + 32)),
    link: headers.readUInt32LE(at + 40),
  };
}

/**
 * A 64-bit little-endian ELF file, of which only what is asked for is read: a kernel with its debug information has
 * hundreds of megabytes, its symbols have ten.
 */
export class ElfFile implements AsyncDisposable {
  #sections: readonly Section[] = [];

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** @throws Error where it is no such file */
  static async open(path: string): Promise<ElfFile> {
    const elf = new ElfFile(path, await open(path, 'r'));
    try {
      elf.#sections = await elf.#readSections();
      return elf;
    } catch (error) {
      await elf.file.close();
      throw error;
    }
  }

  /** The bytes of a section; undefined where there is none of that name, or none of it is in the file. */
  async section(name: string): Promise<Buffer | undefined> {
    const found = this.#sections.find((one) => one.name === name);
    return found === undefined || found.type === NOBITS ? undefined : this.#read(found.offset, found.size);
  }

  /** What has a name and a place in memory. */
  async symbols(): Promise<readonly ElfSymbol[]> {
    const table = this.#sections.find(({ type }) => type === SYMTAB);
    const strings = table && this.#sections[table.link];
    if (table === undefined || strings === undefined) throw new Error(`${this.path} has no table of symbols`);
    const [entries, names] = [
      await this.#read(table.offset, table.size),
      await this.#read(strings.offset, strings.size),
    ];
    const found: ElfSymbol[] = [];
    for (let at = 0; at + SYMBOL_BYTES <= entries.length; at += SYMBOL_BYTES) {
      const info = entries.readUInt8(at + 4);
      if (NAMELESS.has(info & 0xf) || entries.readUInt16LE(at + 6) === 0) continue;
      const name = textAt(names, entries.readUInt32LE(at));
      if (name === '') continue;
      const address = entries.readBigUInt64LE(at + 8);
      const size = Number(entries.readBigUInt64LE(at + 16));
      found.push({ name, address, size, global: info >> 4 !== 0 });
    }
    return found;
  }

  /** The text that lies at an address, with the zero that ends it. */
  async textAt(address: bigint): Promise<Buffer | undefined> {
    const section = this.#sections.find(
      (one) => one.type !== NOBITS && address >= one.address && address < one.address + BigInt(one.size),
    );
    if (section === undefined || section.address === 0n) return undefined;
    const offset = Number(address - section.address);
    const bytes = await this.#read(section.offset + offset, Math.min(section.size - offset, MOST_TEXT_BYTES));
    const end = bytes.indexOf(0);
    return end < 0 ? undefined : bytes.subarray(0, end + 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.file.close();
  }

  async #readSections(): Promise<readonly Section[]> {
    const header = await this.#read(0, HEADER_BYTES);
    // The magic number, 64 bits, little-endian.
    if (header.toString('hex', 0, 6) !== '7f454c460201') throw new Error(`${this.path} is no ELF of 64 bits`);
    const count = header.readUInt16LE(60);
    const headers = await this.#read(Number(header.readBigUInt64LE(40)), count * SECTION_BYTES);
    const sections = Array.from({ length: count }, (_, index) => sectionAt(headers, index));
    const named = sections[header.readUInt16LE(62)];
    const names = named === undefined ? Buffer.alloc(0) : await this.#read(named.offset, named.size);
    return sections.map(({ nameAt, ...section }) => ({ ...section, name: textAt(names, nameAt) }));
  }

  async #read(position: number, length: number): Promise<Buffer> {
    if (!(length <= MOST_BYTES)) throw new Error(`${this.path} says of a part that it has ${length} bytes`);
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await this.file.read({ buffer, position, length });
    if (bytesRead < length) throw new Error(`${this.path} ends before it should`);
    return buffer;
  }
}
