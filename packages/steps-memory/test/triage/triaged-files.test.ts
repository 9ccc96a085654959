import { execFileSync } from 'node:child_process';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plant, privateRoot } from '../world/host-run.js';
import { MACHINE, triage } from './triaged.js';

describe('the files that a triage takes along', () => {
  it('takes schedules and units, but follows no link and reads no pipe that was laid there', async () => {
    const root = await privateRoot();
    await plant(root, {
      ...MACHINE,
      'etc/crontab': '* * * * * root x\n',
      'etc/cron.d/evil name': 'y\n',
      'etc/shadow': 'secret\n',
      'etc/cron.d/link': `-> ${join(root, 'etc/shadow')}`,
      'etc/systemd/system/dbus-helper.service': '[Service]\n',
    });
    execFileSync('mkfifo', [join(root, 'etc/cron.d/pipe')]);
    const planted = new Date('2026-11-20T03:02:09Z');
    utimesSync(join(root, 'etc/cron.d/evil name'), planted, planted);
    const { read, mtime, answer } = await triage(root);
    expect(answer['late']).toBe('');
    // When somebody wrote it, not when it was copied.
    expect(mtime('cron/etc/cron.d/evil name')).toEqual(planted);
    expect(read('cron/etc/crontab')).toBe('* * * * * root x\n');
    expect(read('cron/etc/cron.d/evil name')).toBe('y\n');
    expect(read('units/etc/systemd/system/dbus-helper.service')).toBe('[Service]\n');
    expect(() => read('cron/etc/cron.d/link')).toThrow('ENOENT');
    expect(() => read('cron/etc/cron.d/pipe')).toThrow('ENOENT');
  });

  it('tells of what it does not take: links, and files that somebody has blown up', async () => {
    const root = await privateRoot();
    const blownUp = `[Service]\nExecStart=/dev/shm/x\n${'#\n'.repeat(140_000)}`;
    await plant(root, {
      ...MACHINE,
      'etc/crontab': 'small\n',
      'run/systemd/system/evil.service': blownUp,
      'run/systemd/system/other\t.service': '-> /dev/shm/other.service',
    });
    const { rows, answer } = await triage(root);
    expect(answer['large']).toBe('1');
    const told = new Map(rows('left-out.tsv').map(({ path, ...row }) => [path, row]));
    expect(told.size).toBe(2);
    expect(told.get('run/systemd/system/evil.service')).toMatchObject({
      type: 'f',
      size: String(blownUp.length),
    });
    expect(told.get('run/systemd/system/other\\t.service')).toMatchObject({
      type: 'l',
      link: '/dev/shm/other.service',
    });
  });

  it.each([
    ['cron/etc/cron.weekly/x', 'etc/cron.weekly/x'],
    ['cron/etc/cron.monthly/x', 'etc/cron.monthly/x'],
    ['cron/etc/anacrontab', 'etc/anacrontab'],
    ['cron/var/spool/cron/crontabs/www-data', 'var/spool/cron/crontabs/www-data'],
    ['cron/var/spool/at/a0001', 'var/spool/at/a0001'],
    ['units/run/systemd/transient/run-1.service', 'run/systemd/transient/run-1.service'],
    ['units/etc/systemd/user/x.service', 'etc/systemd/user/x.service'],
    ['units/usr/local/lib/systemd/system/x.service', 'usr/local/lib/systemd/system/x.service'],
    ['accounts/etc/passwd', 'etc/passwd'],
    ['accounts/etc/group', 'etc/group'],
  ])('takes %s along', async (taken, path) => {
    const root = await privateRoot();
    await plant(root, { ...MACHINE, [path]: 'planted\n', 'etc/shadow': 'root:$y$secret:1::::::\n' });
    const { read, archive, answer } = await triage(root);
    expect(answer['late']).toBe('');
    expect(read(taken)).toBe('planted\n');
    expect(execFileSync('tar', ['-tzf', '-'], { input: archive, encoding: 'utf8' })).not.toContain('shadow');
  });
});
