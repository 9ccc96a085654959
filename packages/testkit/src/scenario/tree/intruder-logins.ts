import { momentsBetween, pick } from './chance.js';
import { daysBefore, type LogLine, later, syslogLine } from './log-lines.js';
import { INTRUDER, type Scene } from './scene.js';

const GUESSED_USERS = ['root', 'admin', 'deploy', 'deploy', 'deploy', 'ubuntu', 'www', 'backup'];
const KNOWN_USERS = new Set(['root', 'admin', 'deploy', 'backup']);

function failures(scene: Scene, moments: readonly Date[]): readonly LogLine[] {
  const { random } = scene;
  return moments.map((at) => {
    const user = pick(random, GUESSED_USERS);
    const claimed = KNOWN_USERS.has(user) ? user : `invalid user ${user}`;
    const port = random.integer(30_000, 60_000);
    return syslogLine(
      at,
      `sshd[${random.integer(60_000, 65_000)}]`,
      `Failed password for ${claimed} from ${INTRUDER.bruteForcer} port ${port} ssh2`,
    );
  });
}

const SSHD = 'sshd[64112]';

function sudo(at: Date, command: string): readonly LogLine[] {
  return [
    syslogLine(at, 'sudo', `  deploy : TTY=pts/1 ; PWD=/home/deploy ; USER=root ; COMMAND=${command}`),
    syslogLine(at, 'sudo', 'pam_unix(sudo:session): session opened for user root(uid=0) by deploy(uid=1001)'),
  ];
}

function login({ times }: Scene): readonly LogLine[] {
  const accepted = `Accepted password for deploy from ${INTRUDER.bruteForcer} port 51514 ssh2`;
  const opened = 'pam_unix(su-l:session): session opened for user root(uid=0) by deploy(uid=0)';
  return [
    syslogLine(times.login, SSHD, accepted),
    syslogLine(
      times.login,
      SSHD,
      'pam_unix(sshd:session): session opened for user deploy(uid=1001) by (uid=0)',
    ),
    syslogLine(later(times.login, 1), 'systemd-logind[612]', 'New session 977 of user deploy.'),
    ...sudo(times.sudo, '/usr/bin/su -'),
    syslogLine(later(times.sudo, 1), 'su[64180]', '(to root) root on pts/2'),
    syslogLine(later(times.sudo, 1), 'su[64180]', opened),
  ];
}

function newAccount({ times }: Scene): readonly LogLine[] {
  const at = later(times.account, 1);
  const made = 'new user: name=sysupd, UID=0, GID=0, home=/var/lib/sysupd, shell=/bin/bash, from=/dev/pts/1';
  return [
    ...sudo(times.account, '/usr/sbin/useradd -o -u 0 -g 0 -G sudo -d /var/lib/sysupd -s /bin/bash sysupd'),
    syslogLine(at, 'useradd[64391]', made),
    syslogLine(at, 'useradd[64391]', "add 'sysupd' to group 'sudo'"),
    syslogLine(at, 'useradd[64391]', "add 'sysupd' to shadow group 'sudo'"),
    syslogLine(
      later(times.account, 9),
      'passwd[64402]',
      'pam_unix(passwd:chauthtok): password changed for sysupd',
    ),
  ];
}

function logout({ times }: Scene): readonly LogLine[] {
  const gone = `Received disconnect from ${INTRUDER.bruteForcer} port 51514:11: disconnected by user`;
  return [
    syslogLine(times.logout, SSHD, gone),
    syslogLine(times.logout, SSHD, 'pam_unix(sshd:session): session closed for user deploy'),
  ];
}

/** Guessing that began weeks ago and succeeded this night, and what was done with it. */
export function paintIntruderLogins(scene: Scene): readonly LogLine[] {
  const { random, times } = scene;
  const { from, to } = times.bruteForce;
  const night = (days: number, count: number) =>
    momentsBetween(random, daysBefore(from, days), daysBefore(to, days), count);
  return [
    ...failures(scene, night(14, 120)),
    ...failures(scene, night(8, 210)),
    ...failures(scene, momentsBetween(random, from, to, 460)),
    ...login(scene),
    ...newAccount(scene),
    ...logout(scene),
  ];
}
