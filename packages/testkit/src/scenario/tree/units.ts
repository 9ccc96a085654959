import type { Scene } from './scene.js';

/** name -> description, ExecStart. Debian's own words, shortened. */
export const SERVICES: Readonly<Record<string, readonly [string, string]>> = {
  ssh: ['OpenBSD Secure Shell server', '/usr/sbin/sshd -D'],
  cron: ['Regular background program processing daemon', '/usr/sbin/cron -f'],
  rsyslog: ['System Logging Service', '/usr/sbin/rsyslogd -n -iNONE'],
  dbus: ['D-Bus System Message Bus', '/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile'],
  apache2: ['The Apache HTTP Server', '/usr/sbin/apachectl start'],
  mariadb: ['MariaDB 10.11.6 database server', '/usr/sbin/mariadbd $MYSQLD_OPTS'],
  chrony: ['chrony, an NTP client/server', '/usr/sbin/chronyd -F 1'],
  'amazon-ssm-agent': ['amazon-ssm-agent', '/usr/bin/amazon-ssm-agent'],
  'unattended-upgrades': [
    'Unattended Upgrades Shutdown',
    '/usr/share/unattended-upgrades/unattended-upgrade-shutdown',
  ],
  'systemd-journald': ['Journal Service', '/lib/systemd/systemd-journald'],
  'systemd-udevd': ['Rule-based Manager for Device Events and Files', '/lib/systemd/systemd-udevd'],
  'systemd-networkd': ['Network Configuration', '/lib/systemd/systemd-networkd'],
  'systemd-resolved': ['Network Name Resolution', '/lib/systemd/systemd-resolved'],
  'systemd-logind': ['User Login Management', '/lib/systemd/systemd-logind'],
  'getty@': ['Getty on %I', '-/sbin/agetty -o "-p -- \\\\u" --noclear - $TERM'],
  logrotate: ['Rotate log files', '/usr/sbin/logrotate /etc/logrotate.conf'],
  'apt-daily': ['Daily apt download activities', '/usr/lib/apt/apt.systemd.daily update'],
  phpsessionclean: ['Clean php session files', '/usr/lib/php/sessionclean'],
  fstrim: [
    'Discard unused blocks on filesystems',
    '/sbin/fstrim --listed-in /etc/fstab:/proc/self/mountinfo',
  ],
  e2scrub_all: ['Online ext4 Metadata Check for All Filesystems', '/sbin/e2scrub_all'],
};

const ENABLED = [
  'ssh',
  'cron',
  'rsyslog',
  'apache2',
  'mariadb',
  'chrony',
  'amazon-ssm-agent',
  'unattended-upgrades',
];
const TIMERS = ['logrotate', 'apt-daily', 'phpsessionclean', 'fstrim', 'e2scrub_all'];

function unitText([description, command]: readonly [string, string]): string {
  return `[Unit]\nDescription=${description}\nAfter=network.target\n\n[Service]\nType=simple\nExecStart=${command}\nRestart=on-failure\n\n[Install]\nWantedBy=multi-user.target\n`;
}

/** The units that packages ship, and the links that enable some of them. */
export function paintUnits({ draft, times }: Scene): void {
  const at = times.installed;
  for (const [name, service] of Object.entries(SERVICES)) {
    draft.file(`usr/lib/systemd/system/${name}.service`, unitText(service), { at });
  }
  for (const name of TIMERS) {
    draft.file(
      `usr/lib/systemd/system/${name}.timer`,
      `[Unit]\nDescription=${SERVICES[name]?.[0]} timer\n\n[Timer]\nOnCalendar=daily\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n`,
      { at },
    );
  }
  for (const name of ENABLED) {
    draft.link(
      `etc/systemd/system/multi-user.target.wants/${name}.service`,
      `/lib/systemd/system/${name}.service`,
      { at },
    );
  }
  // A drop-in of the shop's own, as administrators write them.
  draft.file('etc/systemd/system/apache2.service.d/limits.conf', '[Service]\nLimitNOFILE=65536\n', {
    at: times.deployed,
  });
}
