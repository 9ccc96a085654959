import { createHash } from 'node:crypto';
import { fakeElf } from './chance.js';
import type { Scene } from './scene.js';

/** package -> version and the files it ships. A mode of 4755 stands after the path where it is setuid. */
const PACKAGES: Readonly<Record<string, readonly [version: string, ...paths: string[]]>> = {
  bash: ['5.2.15-2+b7', 'usr/bin/bash', 'usr/share/doc/bash/copyright'],
  coreutils: [
    '9.1-1',
    ...'ls cat cp mv rm chmod chown date dd df du echo head id ln mkdir sort stat tail uname wc whoami'
      .split(' ')
      .map((name) => `usr/bin/${name}`),
  ],
  procps: ['2:4.0.2-3', ...'ps top free kill pgrep vmstat w'.split(' ').map((name) => `usr/bin/${name}`)],
  util_linux: [
    '2.38.1-5+deb12u3',
    'usr/bin/su 4755',
    'usr/bin/mount 4755',
    'usr/bin/umount 4755',
    'usr/bin/lsblk',
    'usr/bin/findmnt',
    'usr/sbin/agetty',
  ],
  passwd: [
    '1:4.13+dfsg1-1+b1',
    'usr/bin/passwd 4755',
    'usr/bin/chsh 4755',
    'usr/bin/chfn 4755',
    'usr/bin/gpasswd 4755',
    'usr/sbin/useradd',
  ],
  login: ['1:4.13+dfsg1-1+b1', 'usr/bin/newgrp 4755', 'usr/bin/login'],
  sudo: ['1.9.13p3-1+deb12u1', 'usr/bin/sudo 4755', 'usr/sbin/visudo'],
  'openssh-server': ['1:9.2p1-2+deb12u4', 'usr/sbin/sshd', 'usr/lib/openssh/sftp-server'],
  'openssh-client': ['1:9.2p1-2+deb12u4', 'usr/bin/ssh', 'usr/bin/scp', 'usr/lib/openssh/ssh-keysign 4755'],
  'dbus-daemon': [
    '1.14.10-1~deb12u1',
    'usr/bin/dbus-daemon',
    'usr/lib/dbus-1.0/dbus-daemon-launch-helper 4754',
  ],
  systemd: [
    '252.33-1~deb12u1',
    'usr/lib/systemd/systemd',
    'usr/lib/systemd/systemd-journald',
    'usr/lib/systemd/systemd-udevd',
    'usr/lib/systemd/systemd-networkd',
    'usr/lib/systemd/systemd-resolved',
    'usr/lib/systemd/systemd-logind',
    'usr/bin/systemctl',
    'usr/bin/journalctl',
  ],
  rsyslog: ['8.2302.0-1', 'usr/sbin/rsyslogd'],
  cron: ['3.0pl1-162', 'usr/sbin/cron', 'usr/bin/crontab 2755'],
  'apache2-bin': [
    '2.4.62-1~deb12u2',
    'usr/sbin/apache2',
    ...'alias auth_basic dir mime mpm_prefork rewrite setenvif status deflate headers'
      .split(' ')
      .map((name) => `usr/lib/apache2/modules/mod_${name}.so`),
  ],
  'libapache2-mod-php8.2': ['8.2.26-1~deb12u1', 'usr/lib/apache2/modules/libphp8.2.so'],
  'php8.2-cli': ['8.2.26-1~deb12u1', 'usr/bin/php8.2'],
  'php8.2-mysql': ['8.2.26-1~deb12u1', 'usr/lib/php/20220829/mysqli.so', 'usr/lib/php/20220829/pdo_mysql.so'],
  'mariadb-server': ['1:10.11.6-0+deb12u1', 'usr/sbin/mariadbd', 'usr/bin/mariadb-dump'],
  chrony: ['4.3-2+deb12u1', 'usr/sbin/chronyd', 'usr/bin/chronyc'],
  curl: ['7.88.1-10+deb12u8', 'usr/bin/curl'],
  wget: ['1.21.3-1+deb12u1', 'usr/bin/wget'],
  'python3.11-minimal': ['3.11.2-6+deb12u4', 'usr/bin/python3.11'],
  'unattended-upgrades': [
    '2.9.1+nmu3',
    'usr/bin/unattended-upgrade',
    'usr/share/unattended-upgrades/unattended-upgrade-shutdown',
  ],
  'amazon-ssm-agent': [
    '3.3.1230.0-1',
    'usr/bin/amazon-ssm-agent',
    'usr/bin/ssm-agent-worker',
    'usr/bin/ssm-document-worker',
  ],
  libc6: [
    '2.36-9+deb12u9',
    'usr/lib/x86_64-linux-gnu/libc.so.6',
    'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
    'usr/lib/x86_64-linux-gnu/libm.so.6',
  ],
  libssl3: [
    '3.0.15-1~deb12u1',
    'usr/lib/x86_64-linux-gnu/libssl.so.3',
    'usr/lib/x86_64-linux-gnu/libcrypto.so.3',
  ],
  grep: ['3.8-5', 'usr/bin/grep', 'usr/bin/egrep'],
  sed: ['4.9-1', 'usr/bin/sed'],
  tar: ['1.34+dfsg-1.2+deb12u1', 'usr/bin/tar'],
  gzip: ['1.12-1', 'usr/bin/gzip', 'usr/bin/zcat'],
  rsync: ['3.2.7-1+deb12u1', 'usr/bin/rsync'],
  logrotate: ['3.21.0-1', 'usr/sbin/logrotate'],
  apt: ['2.6.1', 'usr/bin/apt', 'usr/bin/apt-get', 'usr/lib/apt/apt.systemd.daily'],
  kmod: ['30+20221128-1', 'usr/bin/kmod'],
  iproute2: ['6.1.0-3', 'usr/bin/ip', 'usr/bin/ss'],
};

/** Debian writes `_` as `-`; the table's key only pleases the formatter. */
const nameOf = (key: string) => key.replaceAll('_', '-');

const statusOf = (name: string, version: string) =>
  `Package: ${name}\nStatus: install ok installed\nPriority: optional\nSection: admin\nMaintainer: Debian Maintainers <packages@debian.example>\nArchitecture: amd64\nVersion: ${version}\nDescription: ${name}\n`;

/** Installed packages: their files, and dpkg's books about them, whose sums are right. */
export function paintPackages(scene: Scene): void {
  const { draft, times } = scene;
  const at = times.installed;
  const status = Object.entries(PACKAGES).map(([key, [version, ...files]]) => {
    const name = nameOf(key);
    const sums = files.map((file) => installFile(scene, name, file));
    draft.file(`var/lib/dpkg/info/${name}.md5sums`, `${sums.join('\n')}\n`, { at });
    draft.file(
      `var/lib/dpkg/info/${name}.list`,
      `/.\n${files.map((file) => `/${file.split(' ')[0]}`).join('\n')}\n`,
      { at },
    );
    return statusOf(name, version);
  });
  draft.file('var/lib/dpkg/status', status.join('\n'), { at });
  draft.link('bin', 'usr/bin', { at });
  draft.link('sbin', 'usr/sbin', { at });
  draft.link('lib', 'usr/lib', { at });
  draft.link('usr/bin/sh', 'bash', { at });
  draft.link('usr/bin/php', 'php8.2', { at });
  draft.link('usr/bin/python3', 'python3.11', { at });
}

function installFile({ draft, times, random }: Scene, name: string, file: string): string {
  const [path = '', mode = path.startsWith('usr/share/doc') ? '644' : '755'] = file.split(' ');
  const size = 2_000 + random.integer(0, 4_000);
  const content = fakeElf(random, [name, `${path.slice(path.lastIndexOf('/') + 1)} --help`], size);
  draft.file(path, content, { at: times.installed, mode: Number.parseInt(mode, 8) });
  return `${createHash('md5').update(content).digest('hex')}  ${path}`;
}
