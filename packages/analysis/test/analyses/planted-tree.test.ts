import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plantTree } from '@cordon/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directoryReader } from '../../src/evidence/directory-reader.js';
import { type Results, resultsOf } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'cordon-planted-'));
let found: Results;

beforeAll(async () => {
  plantTree(join(folder, 'intruded'));
  found = await resultsOf(directoryReader(join(folder, 'intruded')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the scenario plants on the disk: rule, entity, path and line that must show it. */
const PLANTED = [
  [
    'web-shell',
    /^webshell\./,
    'file:/var/www/html/wp-content/uploads/2026/11/cache.php',
    'var/www/html/wp-content/uploads/2026/11/cache.php',
  ],
  ['web-shell-use', /^web\.shell-used$/, 'ip:203.0.113.66', 'var/log/apache2/access.log'],
  [
    'cron-reverse-shell',
    /^persistence\.cron\.reverse_shell/,
    'file:/etc/cron.d/sysstat-update',
    'etc/cron.d/sysstat-update',
  ],
  ['ssh-brute-force', /^log\.ssh-brute-force$/, 'ip:198.51.100.77', 'var/log/auth.log.2.gz'],
  ['ssh-brute-force-success', /^log\.ssh-brute-force-success$/, 'user:deploy', 'var/log/auth.log'],
  ['root-by-sudo', /^log\.root-after-intrusion$/, 'user:deploy', 'var/log/auth.log'],
  ['account', /^account\.second-root$/, 'user:sysupd', 'etc/passwd'],
  ['account', /^log\.user-added$/, 'user:sysupd', 'var/log/auth.log'],
  ['account', /^log\.added-to-admin-group$/, 'user:sysupd', 'var/log/auth.log'],
  ['root-key', /^persistence\.authorized-key$/, /^key:SHA256:/, 'root/.ssh/authorized_keys'],
  ['listener', /^file\.executable-in-temp$/, 'file:/var/tmp/.x/.lsn', 'var/tmp/.x/.lsn'],
  ['setuid-shell', /^file\.setuid$/, 'file:/var/tmp/.x/.sh', 'var/tmp/.x/.sh'],
  ['preload', /^persistence\.ld-so-preload$/, 'file:/usr/local/lib/libdbus-helper.so', 'etc/ld.so.preload'],
  [
    'service',
    /^persistence\.unit\.miner$/,
    'file:/etc/systemd/system/dbus-helper.service',
    'etc/systemd/system/dbus-helper.service',
  ],
  ['history', /^shell\.download_piped_to_interpreter$/, 'user:deploy', 'home/deploy/.bash_history'],
  ['history-wiped', /^shell\.history_wiped$/, 'user:deploy', 'home/deploy/.bash_history'],
  ['history-wiped', /^shell\.history-empty$/, 'file:/root/.bash_history', 'root/.bash_history'],
] as const;

describe('the planted tree', () => {
  it.each(PLANTED)('shows %s by %s', (_plant, rule, entity, path) => {
    const matching = found.bad.filter(
      (seen) =>
        rule.test(seen.rule) &&
        (typeof entity === 'string' ? seen.entity === entity : entity.test(seen.entity)),
    );
    expect(matching.flatMap(({ evidence }) => evidence.map((pointer) => pointer.path))).toContain(path);
    expect(
      matching.every(({ evidence }) => evidence.every(({ artifact }) => artifact === 'disk/vol-1.tar.gz')),
    ).toBe(true);
  });

  it('names the key that the intruder added and not the one of the administrators', () => {
    const keys = found.bad.filter(({ rule }) => rule === 'persistence.authorized-key');
    expect(keys.map(({ excerpt }) => excerpt)).toEqual([expect.stringContaining('sysupd@localhost')]);
  });

  it('finds the address of the finding wherever it was written', () => {
    const files = found.bad
      .filter(({ rule }) => rule === 'indicator.in-file')
      .map(({ evidence }) => evidence[0]?.path);
    expect(files).toEqual(
      expect.arrayContaining([
        'etc/cron.d/sysstat-update',
        'etc/systemd/system/dbus-helper.service',
        'home/deploy/.bash_history',
        'var/log/apache2/access.log',
        'var/tmp/.x/config.json',
      ]),
    );
  });

  it('has every event between the first rotation and the acquisition', () => {
    expect(found.events.length).toBeGreaterThan(50);
    for (const { at } of found.events)
      expect(Date.parse(at)).toBeLessThan(Date.parse('2026-11-20T04:30:00Z'));
    expect(found.notices).toEqual([]);
  });

  it.each([1, 2, 3])(
    'says nothing at low or above of the same host without the intruder (seed %i)',
    async (seed) => {
      const clean = join(folder, `clean-${seed}`);
      plantTree(clean, { intruder: 'absent', seed });
      const { bad, notices } = await resultsOf(directoryReader(clean));
      expect(bad).toEqual([]);
      expect(notices).toEqual([]);
    },
  );
});
