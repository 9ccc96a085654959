import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** Bytes at a physical address. */
export interface MemoryFragment {
  readonly address: number;
  readonly bytes: Uint8Array | string;
}

const MIB = 2 ** 20;

/** Writes a machine's memory: sparse, zero but for the fragments. */
export function writeMemory(path: string, sizeMiB: number, fragments: readonly MemoryFragment[]): void {
  const file = openSync(path, 'w');
  try {
    ftruncateSync(file, sizeMiB * MIB);
    for (const { address, bytes } of fragments) {
      const buffer = Buffer.from(bytes);
      if (address + buffer.length > sizeMiB * MIB)
        throw new RangeError(`nothing at ${address}: ${sizeMiB} MiB of memory`);
      writeSync(file, buffer, 0, buffer.length, address);
    }
  } finally {
    closeSync(file);
  }
}
