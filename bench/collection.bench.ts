// node: --max-old-space-size=512
// A collection of 2 GB through every analysis: the planted server, with logs that a busy host has, in a folder.
import { rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { analyze, defaultAnalyses, directoryReader } from '@cordon/analysis';
import { plantCollection, quickFolder } from './collection-corpus.js';

const MB = 1e6;
const SIZE_BYTES = Number(process.env['COLLECTION_BYTES'] ?? 2e9);
const folder = quickFolder();

try {
  plantCollection(folder, SIZE_BYTES);
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 100);
  const counts = { observation: 0, event: 0, notice: 0 };
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const context = {
    artifact: 'bench',
    acquiredAt: '2026-11-30T00:00:00Z',
    indicators: { addresses: ['203.0.113.66'], domains: ['evil.example'], ports: [4444] },
  };
  for await (const { kind } of analyze(directoryReader(folder), defaultAnalyses(), context))
    counts[kind] += 1;
  clearInterval(timer);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const cpuSeconds = (user + system) / 1e6;
  console.log(
    `collection of ${(SIZE_BYTES / MB).toFixed(0)} MB, every analysis: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} CPU seconds, ${(SIZE_BYTES / MB / cpuSeconds).toFixed(0)} MB for a CPU second`,
  );
  console.log(
    `observations ${counts.observation}, events ${counts.event}, notices ${counts.notice}, at most ${(peak / 2 ** 20).toFixed(0)} MiB`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`load of the machine meanwhile: ${loadavg()[0]?.toFixed(1)} on 2 cores`);
