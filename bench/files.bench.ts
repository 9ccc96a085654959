// node: --max-old-space-size=64 --max-semi-space-size=2 --no-maglev
// A folder with FILES files (default a million: a quarter of them in one folder, half of them empty): the walk alone, and
// with every analysis.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyze, defaultAnalyses, directoryReader } from '@cordon/analysis';

const FILES = Number(process.env['FILES'] ?? 1_000_000);
const IN_FOLDER = 1000;
const folder = mkdtempSync(join(tmpdir(), 'cordon-files-'));
const context = {
  artifact: 'bench',
  acquiredAt: '2026-11-30T00:00:00Z',
  indicators: { addresses: ['203.0.113.66'], domains: ['evil.example'], ports: [4444] },
};

function make(): void {
  mkdirSync(join(folder, 'srv'));
  for (let at = 0; at < FILES; at += 1) {
    const inOne = at % 4 === 0;
    const place = join(folder, 'srv', inOne ? 'one' : `many-${Math.floor(at / IN_FOLDER)}`);
    if (at % IN_FOLDER < 2) mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `file-${at}.txt`), at % 2 === 0 ? '' : `nothing much in ${at}\n`);
  }
}

async function measured(name: string, walk: () => Promise<number>): Promise<void> {
  globalThis.gc?.();
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const files = await walk();
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${name}: ${files} entries in ${seconds.toFixed(1)} s, ${(files / seconds).toFixed(0)} a second, ${(files / ((user + system) / 1e6)).toFixed(0)} a CPU second, at most ${((process.resourceUsage().maxRSS * 1024) / 1e6).toFixed(0)} MB`,
  );
}

async function walkAlone(): Promise<number> {
  let files = 0;
  for await (const _ of directoryReader(folder).files(() => undefined)) files += 1;
  return files;
}

async function analysed(): Promise<number> {
  let files = 0;
  const { files: walked } = directoryReader(folder);
  const counting = {
    async *files(notice: Parameters<typeof walked>[0]) {
      for await (const file of walked(notice)) {
        files += 1;
        yield file;
      }
    },
  };
  for await (const _ of analyze(counting, defaultAnalyses(), context));
  return files;
}

try {
  make();
  await measured('walk alone', walkAlone);
  await measured('every analysis', analysed);
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`load of the machine meanwhile: ${loadavg()[0]?.toFixed(1)} on 2 cores`);
