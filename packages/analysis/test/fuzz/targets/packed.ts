import { execFileSync } from 'node:child_process';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { decompress } from '../../../src/evidence/decompress.js';
import { chunked, drain, type FuzzTarget } from '../fuzz-target.js';
import { SYSLOG } from '../seeds.js';

const LOG = Buffer.from(SYSLOG.repeat(40));
const packed = (tool: string) => () => execFileSync(tool, ['-c'], { input: LOG });

const unpacking = (name: string, seed: () => Buffer, throws: readonly string[]): FuzzTarget => ({
  name,
  seed,
  run: (bytes) => drain(decompress(chunked(bytes))),
  throws,
});

export const targets: readonly FuzzTarget[] = [
  unpacking('gzip', () => gzipSync(LOG), ['Error']),
  unpacking('zstd', () => zstdCompressSync(LOG), ['Error']),
  unpacking('xz', packed('xz'), ['DamagedArchive']),
  unpacking('bzip2', packed('bzip2'), ['DamagedArchive']),
];
