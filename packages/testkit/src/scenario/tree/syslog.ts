import { plainTime } from '../timeline.js';
import { momentsBetween, pick } from './chance.js';
import { daysBefore, type LogLine, later, syslogLine, toText } from './log-lines.js';
import { REVERSE_SHELL, type Scene } from './scene.js';
import { SERVICES } from './units.js';

const LOGGED_DAYS = 3;

function cronLines({ random, times, intruder }: Scene): readonly LogLine[] {
  const start = daysBefore(times.findingAt, LOGGED_DAYS);
  start.setUTCMinutes(0, 1, 0);
  const minutes = LOGGED_DAYS * 24 * 60;
  const lines: LogLine[] = [];
  for (let minute = 0; minute < minutes; minute += 5) {
    const at = later(start, minute * 60);
    if (at > times.findingAt) break;
    const cron = () => `CRON[${random.integer(20_000, 60_000)}]`;
    lines.push(
      syslogLine(at, cron(), '(www-data) CMD (/usr/bin/php /var/www/html/wp-cron.php >/dev/null 2>&1)'),
    );
    if (at.getUTCMinutes() % 10 === 5)
      lines.push(syslogLine(at, cron(), '(root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)'));
    if (at.getUTCMinutes() === 15)
      lines.push(
        syslogLine(later(at, 120), cron(), '(root) CMD (cd / && run-parts --report /etc/cron.hourly)'),
      );
    if (intruder === 'present' && at > times.cron && at.getUTCMinutes() % 10 === 0) {
      lines.push(syslogLine(at, cron(), `(root) CMD (${REVERSE_SHELL})`));
    }
  }
  return lines;
}

function serviceLines({ random, times }: Scene): readonly LogLine[] {
  const names = ['logrotate', 'apt-daily', 'phpsessionclean', 'fstrim'];
  return momentsBetween(random, daysBefore(times.findingAt, LOGGED_DAYS), times.findingAt, 420).flatMap(
    (at) => {
      const name = pick(random, names);
      const description = SERVICES[name]?.[0] ?? name;
      return [
        syslogLine(at, 'systemd[1]', `Starting ${name}.service - ${description}...`),
        syslogLine(later(at, 1), 'systemd[1]', `${name}.service: Deactivated successfully.`),
        syslogLine(later(at, 1), 'systemd[1]', `Finished ${name}.service - ${description}.`),
      ];
    },
  );
}

function daemonLines({ random, times }: Scene): readonly LogLine[] {
  const messages: readonly (readonly [string, () => string])[] = [
    ['chronyd[633]', () => `Selected source 169.254.169.123`],
    [
      'amazon-ssm-agent[644]',
      () => 'INFO [ssm-agent-worker] [HealthCheck] HealthCheck reporting agent health.',
    ],
    [
      'systemd-networkd[402]',
      () => 'ens5: DHCPv4 address 10.20.3.44/24, gateway 10.20.3.1 acquired from 10.20.3.1',
    ],
    [
      'kernel',
      () =>
        `[${random.integer(6_000_000, 6_800_000)}.${random.integer(100_000, 999_999)}] TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.`,
    ],
    ['mariadbd[701]', () => `${random.integer(10, 99)} [Note] InnoDB: Buffer pool(s) dump completed`],
  ];
  return momentsBetween(random, daysBefore(times.findingAt, LOGGED_DAYS), times.findingAt, 700).map((at) => {
    const [program, message] = pick(random, messages);
    return syslogLine(at, program, message());
  });
}

function intruderLines({ times }: Scene): readonly LogLine[] {
  return [
    syslogLine(times.service, 'systemd[1]', 'Reloading.'),
    syslogLine(later(times.service, 2), 'systemd[1]', 'Started dbus-helper.service - D-Bus session helper.'),
  ];
}

/** syslog, dpkg.log and the other plain logs beside the two that matter most. */
export function paintSyslog(scene: Scene): void {
  const { draft, times, intruder, random } = scene;
  const lines = [
    ...cronLines(scene),
    ...serviceLines(scene),
    ...daemonLines(scene),
    ...(intruder === 'present' ? intruderLines(scene) : []),
  ].filter((line) => line.at <= times.findingAt);
  draft.file('var/log/syslog', toText(lines), { at: times.findingAt, mode: 0o640 });
  const upgrades = momentsBetween(random, times.installed, times.deployed, 160).map(
    (at) =>
      `${plainTime(at)} status installed ${pick(random, ['libssl3:amd64 3.0.15-1~deb12u1', 'curl:amd64 7.88.1-10+deb12u8', 'tzdata:all 2024b-0+deb12u1'])}\n`,
  );
  draft.file('var/log/dpkg.log', upgrades.join(''), { at: times.deployed });
  draft.file(
    'var/log/cloud-init.log',
    `${times.boot.toISOString()} - util.py[DEBUG]: Cloud-init v. 22.4.2 running 'init'\n`,
    { at: times.boot },
  );
}
