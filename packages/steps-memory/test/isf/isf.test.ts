import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBtf } from '../../src/isf/btf.js';
import { isfOfKernel } from '../../src/isf/isf.js';
import { isfTypes } from '../../src/isf/user-types.js';
import { privateRoot } from '../world/host-run.js';

const MINIATURE = new URL('./kernel/kernel.elf.gz', import.meta.url);

/** The kernel of `kernel.c`, as a file. */
async function kernel(change: (bytes: Buffer) => Buffer = (same) => same): Promise<string> {
  const file = join(await privateRoot(), 'vmlinux');
  writeFileSync(file, change(gunzipSync(await readFile(MINIATURE))));
  return file;
}

async function table() {
  const { text, banner } = await isfOfKernel(await kernel());
  return { ...JSON.parse(text), text, banner };
}

describe('a symbol table out of a kernel', () => {
  // Oracle: offsetof, sizeof and the bits that are set in memory, as a program of the same declarations prints them when
  // gcc 12.2 has built it; dwarf2json 0.9.0 says the same of the same kernel's DWARF.
  it('has every field where the compiler has put it', async () => {
    const { user_types: types } = await table();
    const { fields, size } = types.task_struct;
    expect(size).toBe(112);
    const offsets = { state: 0, tasks: 8, uid: 32, level: 36, wide: 40, either: 48, opaque: 56, act: 64 };
    for (const [name, offset] of Object.entries({ ...offsets, grid: 72, comm: 78, big: 96 }))
      expect(fields[name]).toMatchObject({ offset });
    expect(fields.prio).toEqual({
      offset: 4,
      type: {
        kind: 'bitfield',
        bit_position: 1,
        bit_length: 5,
        type: { kind: 'base', name: 'unsigned int' },
      },
    });
    expect(fields.dead).toMatchObject({ offset: 4, type: { bit_position: 6, bit_length: 1 } });
    const { anonymous, offset, type } = fields.unnamed_field_0;
    expect({ anonymous, offset, kind: type.kind }).toEqual({ anonymous: true, offset: 24, kind: 'union' });
    const inner = types[type.name].fields.unnamed_field_0.type.name;
    expect(types[inner].fields).toMatchObject({ pid: { offset: 0 }, tgid: { offset: 4 } });
  });

  it('tells types as the kernel declares them, without what a debugger need not know', async () => {
    const { user_types: types, enums, base_types: bases } = await table();
    const { fields } = types.task_struct;
    expect(fields.uid.type).toEqual({ kind: 'struct', name: 'kuid_t' });
    expect(fields.either.type).toEqual({ kind: 'pointer', subtype: { kind: 'union', name: 'either' } });
    expect(fields.act.type).toEqual({ kind: 'pointer', subtype: { kind: 'function' } });
    expect(fields.grid.type).toEqual({
      kind: 'array',
      count: 3,
      subtype: { kind: 'base', name: 'short int' },
    });
    expect(enums.state).toEqual({ size: 4, base: 'int', constants: { RUNNING: 0, STOPPED: 4, DEAD: -1 } });
    expect(enums.level_t).toMatchObject({ base: 'unsigned int', constants: { HIGH: 0x80000000 } });
    expect(bases).toMatchObject({
      __int128: { size: 16, signed: true },
      pointer: { size: 8 },
      _Bool: { kind: 'bool' },
    });
  });

  it('has addresses and constants to the last digit', async () => {
    const { text, symbols } = await table();
    expect(text).toContain('"hidden":{"address":18446744071578845424}');
    expect(text).toContain('"FAR":9223372036854775807');
    expect(symbols['kernel.c']).toBeUndefined();
  });

  it('says of the variables that volatility reads what they are', async () => {
    const { symbols, user_types: types } = await table();
    expect(symbols.init_task.type).toEqual({ kind: 'struct', name: 'task_struct' });
    expect(symbols.modules.type).toEqual({ kind: 'struct', name: 'list_head' });
    expect(symbols.sys_call_table.type).toMatchObject({ kind: 'array', count: 3 });
    expect(symbols.current.type).toEqual({
      kind: 'pointer',
      subtype: { kind: 'struct', name: 'task_struct' },
    });
    expect(types[symbols.tk_core.type.name].fields.timekeeper).toMatchObject({ offset: 8 });
  });

  it('carries the kernel’s own words, with the end that volatility looks for in memory', async () => {
    const { symbols, banner } = await table();
    expect(banner).toBe('Linux version 6.1.0-0-mini (cordon) #1 SMP\n');
    expect(Buffer.from(symbols.linux_banner.constant_data, 'base64').toString()).toBe(`${banner}\0`);
  });

  it('is none where the kernel has no BTF, is cut off, or is no kernel', async () => {
    const renamed = (bytes: Buffer) =>
      Buffer.from(bytes.toString('latin1').replace('.BTF', '.BFT'), 'latin1');
    await expect(isfOfKernel(await kernel(renamed))).rejects.toThrow(/has no BTF/);
    await expect(isfOfKernel(await kernel((bytes) => bytes.subarray(0, 2_000)))).rejects.toThrow(
      /ends before/,
    );
    await expect(isfOfKernel(await kernel(() => Buffer.alloc(64)))).rejects.toThrow(/is no ELF/);
  });

  it('comes to an end, whatever bytes a kernel is made of', async () => {
    const bytes = gunzipSync(await readFile(MINIATURE));
    const start = bytes.indexOf(Buffer.from([0x9f, 0xeb, 1, 0]));
    const section = bytes.subarray(start, start + 0x5ab);
    expect(isfTypes(readBtf(section)).user_types).toHaveProperty('task_struct');
    const change = fc.record({ at: fc.nat(section.length - 1), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const forged = Buffer.from(section);
        for (const { at, to } of changes) forged[at] = to;
        try {
          isfTypes(readBtf(forged));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
      { numRuns: 300 },
    );
  });
});
