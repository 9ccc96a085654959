// node: --max-old-space-size=512
// A collection of 2 GB through every analysis: the planted server, with logs that a busy host has, in a folder.
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { analyze, defaultAnalyses, directoryReader } from '@cordon/analysis';
import { plantTree } from '@cordon/testkit';
import { authLogBlock } from './log-corpus.js';

const MB = 1e6;
const SIZE_BYTES = Number(process.env['COLLECTION_BYTES'] ?? 2e9);
const folder = mkdtempSync(
  join(statfsSync('/dev/shm').type === 0x01021994 ? '/dev/shm' : tmpdir(), 'cordon-collection-'),
);

/** Requests of a shop: pages, pictures, a script now and then, and robots. */
function accessLogBlock(): Buffer {
  const pages = [
    '/',
    '/shop/?p=12',
    '/wp-content/themes/shop/style.css',
    '/img/a.png',
    '/wp-login.php',
    '/index.php?id=7',
  ];
  const lines = Array.from({ length: 12_000 }, (_, at) => {
    const [hour, minute, second] = [Math.floor(at / 3600) % 24, Math.floor(at / 60) % 60, at % 60].map(
      (part) => String(part).padStart(2, '0'),
    );
    return `192.0.2.${at % 250} - - [20/Nov/2026:${hour}:${minute}:${second} +0000] "GET ${pages[at % pages.length]} HTTP/1.1" ${at % 9 === 0 ? 404 : 200} ${at % 50_000} "-" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"\n`;
  });
  return Buffer.from(lines.join(''));
}

function syslogBlock(): Buffer {
  const lines = Array.from({ length: 20_000 }, (_, at) => {
    const [minute, second] = [Math.floor(at / 60) % 60, at % 60].map((part) => String(part).padStart(2, '0'));
    return `Nov 20 0${Math.floor(at / 3600)}:${minute}:${second} web-1 ${at % 5 === 0 ? 'CRON[71]: (root) CMD (/usr/lib/sa/debian-sa1 1 1)' : `kernel: [${at}.123456] [UFW BLOCK] IN=ens5 OUT= SRC=192.0.2.${at % 250} DST=10.20.1.10 LEN=40`}\n`;
  });
  return Buffer.from(lines.join(''));
}

function binaryBlock(): Buffer {
  return Buffer.from(Array.from({ length: 1024 * 1024 }, (_, at) => (at * 2_654_435_761) >>> 24));
}

function fill(path: string, block: Buffer, part: number): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  const file = openSync(join(folder, path), 'a');
  for (let done = 0; done < SIZE_BYTES * part; done += block.length) writeSync(file, block);
  closeSync(file);
}

try {
  plantTree(folder);
  fill('var/log/auth.log.1', authLogBlock(), 0.3);
  fill('var/log/apache2/access.log.1', accessLogBlock(), 0.35);
  fill('var/log/syslog.1', syslogBlock(), 0.15);
  fill('srv/backup/database.bin', binaryBlock(), 0.2);
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
