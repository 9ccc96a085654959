import { closeSync, mkdirSync, mkdtempSync, openSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { plantTree } from '@cordon/testkit';
import { authLogBlock } from './log-corpus.js';

const TMPFS = 0x01021994;

/** In memory where there is room for files: what a disk takes is not what is measured. */
export function quickFolder(): string {
  return mkdtempSync(
    join(statfsSync('/dev/shm').type === TMPFS ? '/dev/shm' : tmpdir(), 'cordon-collection-'),
  );
}

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

export function binaryBlock(): Buffer {
  return Buffer.from(Array.from({ length: 1024 * 1024 }, (_, at) => (at * 2_654_435_761) >>> 24));
}

function fill(path: string, block: Buffer, sizeBytes: number): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a');
  for (let done = 0; done < sizeBytes; done += block.length) writeSync(file, block);
  closeSync(file);
}

/** The planted server, with logs that a busy host has. */
export function plantCollection(folder: string, sizeBytes: number): void {
  plantTree(folder);
  fill(join(folder, 'var/log/auth.log.1'), authLogBlock(), sizeBytes * 0.3);
  fill(join(folder, 'var/log/apache2/access.log.1'), accessLogBlock(), sizeBytes * 0.35);
  fill(join(folder, 'var/log/syslog.1'), syslogBlock(), sizeBytes * 0.15);
  fill(join(folder, 'srv/backup/database.bin'), binaryBlock(), sizeBytes * 0.2);
}
