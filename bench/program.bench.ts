// A collection of 2 GB as a host packs it, through the program that is sent to the forensic instance.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { analysisProgram } from '@cordon/analysis/program';
import { plantCollection, quickFolder } from './collection-corpus.js';

const MB = 1e6;
const SIZE_BYTES = Number(process.env['COLLECTION_BYTES'] ?? 2e9);
/** What an instance has to have free of memory, as analyse.sh asks, gives it three quarters of that. */
const HEAP_MIB = 384;
const INDICATORS = { addresses: ['203.0.113.66'], domains: ['evil.example'], ports: [4444] };

/** Told by the program itself when it ends: of a child, nobody else knows its share. */
const USE = `data:text/javascript,process.on('exit',()=>process.stderr.write(JSON.stringify(process.resourceUsage())))`;

const folder = quickFolder();
try {
  plantCollection(join(folder, 'tree/fs'), SIZE_BYTES);
  mkdirSync(join(folder, 'evidence'));
  const archive = join(folder, 'evidence/0');
  execFileSync('bash', ['-c', 'tar -c -C "$0" fs | gzip -1 >"$1"', join(folder, 'tree'), archive]);
  rmSync(join(folder, 'tree'), { recursive: true });
  const sizeBytes = statSync(archive).size;
  const evidence = [{ path: 'disk/vol-1.tar.gz', acquiredAt: '2026-11-30T00:00:00Z', sizeBytes }];
  writeFileSync(
    join(folder, 'order.json'),
    JSON.stringify({ format: 1, kind: 'collections', evidence, indicators: INDICATORS, notices: [] }),
  );
  const { text } = await analysisProgram();
  writeFileSync(join(folder, 'program.mjs'), text);
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
  console.log(
    `the program: ${(text.length / 1000).toFixed(0)} kB, looks told of: ${run.stdout.trim().split('\n').length}`,
  );
  console.log(
    `collection of ${(SIZE_BYTES / MB).toFixed(0)} MB, packed ${(sizeBytes / MB).toFixed(0)} MB: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} CPU seconds, ${(sizeBytes / MB / cpuSeconds).toFixed(1)} MB packed for a CPU second`,
  );
  console.log(
    `results ${(statSync(join(folder, 'out/results.jsonl')).size / 1000).toFixed(0)} kB, at most ${(use.maxRSS / 1024).toFixed(0)} MiB with a heap of ${HEAP_MIB}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`load of the machine meanwhile: ${loadavg()[0]?.toFixed(1)} on 2 cores`);
