import { createCipheriv, createHash } from 'node:crypto';
import type { Random } from '../../simulation/random.js';

export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[random.integer(0, values.length - 1)];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}

/** Noise that does not compress, as much as is asked for: a cipher's key stream, which is quick. */
export function noise(random: Random, lengthBytes: number): Buffer {
  const seed = createHash('sha256').update(random.hex(16)).digest();
  const cipher = createCipheriv('aes-128-ctr', seed.subarray(0, 16), seed.subarray(16));
  return cipher.update(Buffer.alloc(lengthBytes));
}

/** An ELF executable as far as `file` and `strings` go; it runs nowhere. */
export function fakeElf(random: Random, texts: readonly string[], sizeBytes: number): Buffer {
  const header = Buffer.from('7f454c4602010100000000000000000003003e0001000000', 'hex');
  const known = ['/lib64/ld-linux-x86-64.so.2', 'libc.so.6', 'GCC: (Debian 12.2.0-14) 12.2.0'];
  const strings = Buffer.from(`\0${[...known, ...texts].join('\0')}\0`);
  return Buffer.concat([header, strings, noise(random, Math.max(16, sizeBytes - strings.length))]);
}

/** Moments between two, in order. */
export function momentsBetween(random: Random, from: Date, to: Date, count: number): readonly Date[] {
  const seconds = (to.getTime() - from.getTime()) / 1000;
  return Array.from({ length: count }, () => random.integer(0, seconds))
    .sort((a, b) => a - b)
    .map((offset) => new Date(from.getTime() + offset * 1000));
}
