import { gzipSync } from 'node:zlib';
import { momentsBetween, pick } from './chance.js';
import { paintIntruderLogins } from './intruder-logins.js';
import { between, daysBefore, type LogLine, later, syslogLine, toText } from './log-lines.js';
import { ADMIN_ADDRESSES, type Scene } from './scene.js';

const GUESSED_NAMES = ['admin', 'test', 'oracle', 'ubuntu', 'postgres', 'git', 'user', 'ftpuser', 'pi'];

/** The internet's background noise: each address tries a few names and goes on. */
function scanners({ random, times }: Scene): readonly LogLine[] {
  return momentsBetween(random, daysBefore(times.findingAt, 20), later(times.findingAt, -120), 90).flatMap(
    (start) => {
      const address = `192.0.2.${random.integer(60, 250)}`;
      const tries = random.integer(1, 2);
      return Array.from({ length: tries }, (_, index) => {
        const at = later(start, index * 4);
        const name = pick(random, GUESSED_NAMES);
        const sshd = `sshd[${random.integer(20_000, 60_000)}]`;
        const port = random.integer(30_000, 60_000);
        return [
          syslogLine(at, sshd, `Invalid user ${name}x from ${address} port ${port}`),
          syslogLine(
            later(at, 1),
            sshd,
            `Connection closed by invalid user ${name}x ${address} port ${port} [preauth]`,
          ),
        ];
      }).flat();
    },
  );
}

/** People at work: keys, sudo, now and then a slip of the finger. */
function administrators({ random, times }: Scene): readonly LogLine[] {
  return momentsBetween(
    random,
    daysBefore(times.findingAt, 20),
    later(times.findingAt, -7 * 3600),
    70,
  ).flatMap((at) => {
    const address = pick(random, ADMIN_ADDRESSES);
    const port = random.integer(40_000, 60_000);
    const pid = random.integer(20_000, 60_000);
    const sshd = `sshd[${pid}]`;
    const key = `ED25519 SHA256:${random.text(43, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')}`;
    const end = later(at, random.integer(120, 3_000));
    const command = pick(random, [
      '/usr/bin/apt update',
      '/usr/bin/systemctl status apache2',
      '/usr/bin/tail -n 50 /var/log/apache2/error.log',
      '/usr/bin/journalctl -u mariadb',
    ]);
    return [
      syslogLine(at, sshd, `Accepted publickey for admin from ${address} port ${port} ssh2: ${key}`),
      syslogLine(at, sshd, 'pam_unix(sshd:session): session opened for user admin(uid=1000) by (uid=0)'),
      syslogLine(at, 'systemd-logind[612]', `New session ${random.integer(100, 900)} of user admin.`),
      syslogLine(
        later(at, 40),
        'sudo',
        `   admin : TTY=pts/0 ; PWD=/home/admin ; USER=root ; COMMAND=${command}`,
      ),
      syslogLine(
        later(at, 40),
        'sudo',
        'pam_unix(sudo:session): session opened for user root(uid=0) by admin(uid=1000)',
      ),
      syslogLine(later(at, 44), 'sudo', 'pam_unix(sudo:session): session closed for user root'),
      syslogLine(end, sshd, `Received disconnect from ${address} port ${port}:11: disconnected by user`),
      syslogLine(end, sshd, 'pam_unix(sshd:session): session closed for user admin'),
    ];
  });
}

/** The deployment pipeline logs in with its key. */
function deployments({ random, times }: Scene): readonly LogLine[] {
  return momentsBetween(random, daysBefore(times.findingAt, 20), times.deployed, 14).flatMap((at) => {
    const sshd = `sshd[${random.integer(20_000, 60_000)}]`;
    const port = random.integer(40_000, 60_000);
    return [
      syslogLine(
        at,
        sshd,
        `Accepted publickey for deploy from 192.0.2.20 port ${port} ssh2: ED25519 SHA256:2Xv0qPpQG0dL2zQX0wT0mWm3l3cV3l8tq1yT9kq0b3E`,
      ),
      syslogLine(at, sshd, 'pam_unix(sshd:session): session opened for user deploy(uid=1001) by (uid=0)'),
      syslogLine(later(at, 30), sshd, 'pam_unix(sshd:session): session closed for user deploy'),
    ];
  });
}

function cronSessions({ random, times }: Scene): readonly LogLine[] {
  const hours = 20 * 24;
  return Array.from({ length: hours }, (_, hour) => {
    const at = later(daysBefore(times.findingAt, 20), hour * 3600 + 17 * 60 + 1);
    const cron = `CRON[${random.integer(20_000, 60_000)}]`;
    return [
      syslogLine(at, cron, 'pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)'),
      syslogLine(at, cron, 'pam_unix(cron:session): session closed for user root'),
    ];
  }).flat();
}

/** auth.log and its two rotations: by the week, Sundays at midnight. */
export function paintAuthLog(scene: Scene): void {
  const { draft, times, intruder } = scene;
  const lines = [
    ...scanners(scene),
    ...administrators(scene),
    ...deployments(scene),
    ...cronSessions(scene),
    ...(intruder === 'present' ? paintIntruderLogins(scene) : []),
  ];
  const rotated = lastSundayMidnight(times.findingAt);
  const before = daysBefore(rotated, 7);
  const first = daysBefore(rotated, 30);
  const write = (path: string, from: Date, to: Date) => {
    const text = toText(between(lines, from, to));
    draft.file(path, path.endsWith('.gz') ? gzipSync(text) : text, { at: to, mode: 0o640 });
  };
  write('var/log/auth.log', rotated, later(times.findingAt, 1));
  write('var/log/auth.log.1', before, rotated);
  write('var/log/auth.log.2.gz', first, before);
}

function lastSundayMidnight(at: Date): Date {
  const midnight = new Date(at);
  midnight.setUTCHours(0, 0, 0, 0);
  return daysBefore(midnight, midnight.getUTCDay() === 0 ? 7 : midnight.getUTCDay());
}
