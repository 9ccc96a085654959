// A collection of 2 GB as a host packs it, and 2 GB of memory, through the program that is sent to the forensic instance.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { analysisProgram } from '@cordon/analysis/program';
import { binaryBlock, plantCollection, quickFolder } from './collection-corpus.js';

const MB = 1e6;
const SIZE_BYTES = Number(process.env['COLLECTION_BYTES'] ?? 2e9);
/** What an instance has to have free of memory, as analyse.sh asks, gives it three quarters of that. */
const HEAP_MIB = 384;
const INDICATORS = { addresses: ['203.0.113.66'], domains: ['evil.example'], ports: [4444] };

/** Told by the program itself when it ends: of a child, nobody else knows its share. */
const USE = `data:text/javascript,process.on('exit',()=>process.stderr.write(JSON.stringify(process.resourceUsage())))`;

const folder = quickFolder();
const evidence = join(folder, 'evidence/0');

function carriedOut(kind: 'collections' | 'memory', what: string): void {
  const { size: sizeBytes } = statSync(evidence);
  const pieces = [{ path: 'evidence', acquiredAt: '2026-11-30T00:00:00Z', sizeBytes }];
  const order = { format: 1, kind, evidence: pieces, indicators: INDICATORS, notices: [] };
  writeFileSync(join(folder, 'order.json'), JSON.stringify(order));
  const began = performance.now();
  const run = spawnSync(
    process.env['PROGRAM_NODE'] ?? process.execPath,
    [`--max-old-space-size=${HEAP_MIB}`, '--import', USE, join(folder, 'program.mjs'), folder],
    { encoding: 'utf8' },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  const seconds = (performance.now() - began) / 1000;
  const use = JSON.parse(run.stderr.slice(run.stderr.indexOf('{'))) as NodeJS.ResourceUsage; // ours, above
  const cpuSeconds = (use.userCPUTime + use.systemCPUTime) / 1e6;
  const results = statSync(join(folder, 'out/results.jsonl')).size;
  console.log(
    `${what}, stored in ${(sizeBytes / MB).toFixed(0)} MB: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} CPU seconds, ${(sizeBytes / MB / cpuSeconds).toFixed(1)} MB stored for a CPU second`,
  );
  console.log(
    `results ${(results / 1000).toFixed(0)} kB, at most ${(use.maxRSS / 1024).toFixed(0)} MiB with a heap of ${HEAP_MIB}`,
  );
}

function packCollection(): void {
  plantCollection(join(folder, 'tree/fs'), SIZE_BYTES);
  execFileSync('bash', ['-c', 'tar -c -C "$0" fs | gzip -1 >"$1"', join(folder, 'tree'), evidence]);
  rmSync(join(folder, 'tree'), { recursive: true });
}

/** One range, as LiME writes it. */
function writeMemory(): void {
  const block = binaryBlock();
  const blocks = Math.ceil(SIZE_BYTES / block.length);
  const header = Buffer.alloc(32);
  header.writeUInt32LE(0x4c694d45, 0);
  header.writeUInt32LE(1, 4);
  header.writeBigUInt64LE(BigInt(blocks * block.length) - 1n, 16);
  const file = openSync(evidence, 'w');
  writeSync(file, header);
  for (let done = 0; done < blocks; done += 1) writeSync(file, block);
  closeSync(file);
}

try {
  mkdirSync(join(folder, 'evidence'));
  const { text } = await analysisProgram();
  writeFileSync(join(folder, 'program.mjs'), text);
  console.log(`the program: ${(text.length / 1000).toFixed(0)} kB`);
  packCollection();
  carriedOut('collections', `collection of ${(SIZE_BYTES / MB).toFixed(0)} MB`);
  writeMemory();
  carriedOut('memory', `memory of ${(SIZE_BYTES / MB).toFixed(0)} MB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`load of the machine meanwhile: ${loadavg()[0]?.toFixed(1)} on 2 cores`);
