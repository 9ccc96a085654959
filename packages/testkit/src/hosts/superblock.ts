import type { DeviceFileSystem } from './devices.js';

const BYTES = 2048;
/** Offsets in the device: the superblock of ext lies 1024 bytes into it. */
const MAGIC_AT = 1024 + 56;
const INCOMPATIBLE_AT = 1024 + 96;
const MAGIC = 0xef53;
const FILETYPE = 0x2;
/** The journal is to be replayed. */
const RECOVER = 0x4;

/** The first bytes of a device: its name, and where ext lies on it, the superblock that says whether its journal is empty. */
export function firstBytes(name: string, fileSystem: DeviceFileSystem | undefined): Uint8Array {
  const bytes = Buffer.alloc(BYTES);
  bytes.write(`${name}\n`);
  if (fileSystem?.type !== 'ext4') return bytes;
  bytes.writeUInt16LE(MAGIC, MAGIC_AT);
  bytes.writeUInt32LE(fileSystem.dirty === true ? FILETYPE | RECOVER : FILETYPE, INCOMPATIBLE_AT);
  return bytes;
}
