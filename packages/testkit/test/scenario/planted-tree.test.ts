import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantTree } from '../../src/scenario/planted-tree.js';
import { PLANTS } from '../../src/scenario/plants.js';

const folder = mkdtempSync(join(tmpdir(), 'cordon-tree-'));
const planted = join(folder, 'planted');
const clean = join(folder, 'clean');

/** Links are not followed: in /proc they lead out of the tree. */
function filesOf(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesOf(root, path) : [path];
    })
    .sort();
}

function digest(root: string): string {
  const hash = createHash('sha256');
  for (const path of filesOf(root)) {
    const full = join(root, path);
    const stat = lstatSync(full);
    hash.update(`${path} ${stat.mode} ${stat.mtimeMs} `);
    hash.update(stat.isSymbolicLink() ? readlinkSync(full) : readFileSync(full));
  }
  return hash.digest('hex');
}

const text = (root: string, path: string) => readFileSync(join(root, path), 'utf8');
const hex = (word: string) =>
  word
    .split('.')
    .reverse()
    .map((octet) => Number(octet).toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();

beforeAll(() => {
  plantTree(planted);
  plantTree(clean, { intruder: 'absent' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the planted tree', () => {
  it('is the same, byte for byte and time for time, from the same seed', () => {
    plantTree(join(folder, 'again'));
    expect(digest(join(folder, 'again'))).toBe(digest(planted));
    plantTree(join(folder, 'other'), { seed: 2 });
    expect(digest(join(folder, 'other'))).not.toBe(digest(planted));
  });

  it.each(PLANTS.map((plant) => [plant.id, plant] as const))('has %s where the list says', (_, { where }) => {
    for (const place of where) {
      if (place.startsWith('process:')) {
        expect(existsSync(join(planted, 'proc', place.slice(8), 'stat'))).toBe(true);
        expect(existsSync(join(clean, 'proc', place.slice(8)))).toBe(false);
      } else if (/^[0-9.]+:[0-9]+$/.test(place)) {
        const [address = '', port = ''] = place.split(':');
        const row = `${hex(address)}:${Number(port).toString(16).toUpperCase().padStart(4, '0')}`;
        expect(text(planted, 'proc/net/tcp')).toContain(row);
        expect(text(clean, 'proc/net/tcp')).not.toContain(row);
      } else if (!place.endsWith(' (deleted)')) {
        expect(existsSync(join(planted, place)), place).toBe(true);
      }
    }
  });

  it('tells the intrusion in its order', () => {
    const lines = text(planted, 'var/log/auth.log').split('\n');
    const first = (needle: string) => lines.findIndex((line) => line.includes(needle));
    const login = first('Accepted password for deploy from 198.51.100.77');
    expect(lines.slice(0, login).filter((line) => line.includes('Failed password')).length).toBeGreaterThan(
      400,
    );
    expect(login).toBeLessThan(first('deploy : TTY=pts/1'));
    expect(first('deploy : TTY=pts/1')).toBeLessThan(first('new user: name=sysupd'));
    const at = (path: string) => statSync(join(planted, path)).mtimeMs;
    const order = [
      'var/www/html/wp-content/uploads/2026/11/cache.php',
      'var/tmp/.x/config.json',
      'etc/cron.d/sysstat-update',
      'etc/systemd/system/dbus-helper.service',
      'etc/ld.so.preload',
      'root/.ssh/authorized_keys',
    ];
    expect(order.map(at)).toEqual(order.map(at).toSorted((a, b) => a - b));
  });

  it('has the brute force in every rotation of auth.log', () => {
    const rotated = gunzipSync(readFileSync(join(planted, 'var/log/auth.log.2.gz'))).toString();
    for (const log of [text(planted, 'var/log/auth.log'), text(planted, 'var/log/auth.log.1'), rotated]) {
      expect(log.match(/Failed password for .* from 198\.51\.100\.77/g)?.length).toBeGreaterThan(100);
    }
  });

  it('shows the deleted miner and sockets that belong to processes', () => {
    expect(readlinkSync(join(planted, 'proc/4242/exe'))).toBe('/var/tmp/.x/kworkerd (deleted)');
    expect(text(planted, 'proc/4242/cmdline').split('\0').slice(0, 3)).toEqual([
      './kworkerd',
      '--pool',
      'stratum+tcp://203.0.113.66:3333',
    ]);
    const inodes = new Set(
      text(planted, 'proc/net/tcp')
        .split('\n')
        .slice(1, -1)
        .map((line) => line.trim().split(/\s+/)[9]),
    );
    const held = new Set(
      readdirSync(join(planted, 'proc'))
        .filter((pid) => /^\d+$/.test(pid))
        .flatMap((pid) =>
          readdirSync(join(planted, 'proc', pid, 'fd')).map(
            (fd) => /^socket:\[(\d+)\]$/.exec(readlinkSync(join(planted, 'proc', pid, 'fd', fd)))?.[1],
          ),
        ),
    );
    for (const inode of inodes) expect(held.has(inode), inode).toBe(true);
  });

  it('keeps dpkg books that are true', () => {
    const info = readdirSync(join(planted, 'var/lib/dpkg/info')).filter((name) => name.endsWith('.md5sums'));
    const sums = info.flatMap((name) => text(planted, `var/lib/dpkg/info/${name}`).trim().split('\n'));
    expect(sums.length).toBeGreaterThan(80);
    for (const line of sums) {
      const [sum, path = ''] = line.split('  ');
      expect(
        createHash('md5')
          .update(readFileSync(join(planted, path)))
          .digest('hex'),
        path,
      ).toBe(sum);
    }
  });

  it('has setuid files that no package ships only where the intruder was', () => {
    const setuid = (root: string) =>
      filesOf(root).filter((path) => (lstatSync(join(root, path)).mode & 0o4000) !== 0);
    expect(setuid(planted).filter((path) => !setuid(clean).includes(path))).toEqual(['var/tmp/.x/.sh']);
    expect(setuid(clean).length).toBeGreaterThan(5);
  });
});

describe('the same tree without the intruder', () => {
  it('has no trace of it', () => {
    for (const path of filesOf(clean)) {
      if (lstatSync(join(clean, path)).isSymbolicLink()) continue;
      const bytes = readFileSync(join(clean, path));
      const content = (
        path.endsWith('.gz') && path.startsWith('var/log') ? gunzipSync(bytes) : bytes
      ).toString('latin1');
      expect(content, path).not.toMatch(/203\.0\.113\.66|198\.51\.100\.77|kworkerd|sysupd|dev\/tcp/);
    }
  });

  it('has thousands of log lines, and few thousand files', () => {
    const logs = ['var/log/auth.log', 'var/log/auth.log.1', 'var/log/syslog', 'var/log/apache2/access.log'];
    expect(logs.map((path) => text(clean, path).split('\n').length).reduce((a, b) => a + b)).toBeGreaterThan(
      8_000,
    );
    expect(filesOf(clean).length).toBeLessThan(3_000);
  });
});
