import { describe, expect, it } from 'vitest';
import { parseAccountLog } from '../../src/parsers/account-log.js';
import { parseGroup, parsePasswd, parseShadow } from '../../src/parsers/accounts.js';
import { parseAuthorizedKey } from '../../src/parsers/authorized-keys.js';
import { parseSu, parseSudo } from '../../src/parsers/sudo.js';
import { parseSudoers } from '../../src/parsers/sudoers.js';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIGtm0Y5wWJ2n0CjgLwEtoWWpnvWG8b3nJHnWSHmQbq6F';

describe('account files', () => {
  it('reads passwd, group and shadow', () => {
    expect(parsePasswd('toor:x:0:0:a,b:/root:/bin/sh')).toMatchObject({
      user: 'toor',
      uid: 0,
      passwordInPlace: false,
    });
    expect(parsePasswd('open::1:1::/:/bin/sh')).toMatchObject({ passwordInPlace: true });
    expect(parsePasswd('# comment')).toBeUndefined();
    expect(parseGroup('sudo:x:27:a,,b')).toEqual({ group: 'sudo', gid: 27, members: ['a', 'b'] });
    expect(parseShadow('a:$y$j9T$x:19000:0:99999:7:::')).toEqual({
      user: 'a',
      password: 'hash',
      changedDay: 19000,
    });
    expect(parseShadow('a:!:19000:')).toMatchObject({ password: 'locked' });
    expect(parseShadow('a::19000:')).toMatchObject({ password: 'none' });
  });
});

describe('account changes in logs', () => {
  it.each([
    [
      'useradd',
      'new user: name=x, UID=0, GID=0, home=/h, shell=/bin/bash, from=/dev/pts/1',
      { kind: 'user-added', user: 'x', uid: 0, shell: '/bin/bash' },
    ],
    ['useradd', "add 'x' to group 'sudo'", { kind: 'added-to-group', user: 'x', group: 'sudo' }],
    [
      'gpasswd',
      'user x added by root to group docker',
      { kind: 'added-to-group', user: 'x', group: 'docker' },
    ],
    ['passwd', 'pam_unix(passwd:chauthtok): password changed for x', { kind: 'password-changed', user: 'x' }],
    ['groupadd', 'new group: name=g, GID=1005', { kind: 'group-added', group: 'g', gid: 1005 }],
    ['userdel', "delete user 'x'", { kind: 'user-removed', user: 'x' }],
    ['usermod', "change user 'x' UID from '1000' to '0'", { kind: 'uid-changed', user: 'x', uid: 0 }],
    ['sshd', 'new user: name=x, UID=0', undefined],
  ])('%s: %s', (program, message, expected) => {
    expect(parseAccountLog(program, message)).toEqual(expected);
  });
});

describe('sudo and su', () => {
  it('reads who ran what as whom', () => {
    expect(
      parseSudo('  deploy : TTY=pts/1 ; PWD=/home/deploy ; USER=root ; COMMAND=/bin/sh -c id ; id'),
    ).toEqual({
      kind: 'command',
      user: 'deploy',
      asUser: 'root',
      command: '/bin/sh -c id ; id',
    });
    expect(
      parseSudo('www-data : command not allowed ; TTY=unknown ; PWD=/ ; USER=root ; COMMAND=/bin/su'),
    ).toMatchObject({
      kind: 'denied',
      reason: 'command not allowed',
    });
    expect(parseSu('(to root) deploy on pts/2')).toEqual({ kind: 'session', user: 'deploy', asUser: 'root' });
    expect(
      parseSu('pam_unix(su-l:session): session opened for user root(uid=0) by deploy(uid=1001)'),
    ).toMatchObject({
      user: 'deploy',
    });
  });
});

describe('sudoers', () => {
  it('tells rules that give everything', () => {
    expect(parseSudoers('deploy ALL=(ALL) NOPASSWD: ALL')).toMatchObject({
      who: 'deploy',
      noPassword: true,
      everything: true,
    });
    expect(parseSudoers('%ops ALL=(root) /usr/bin/systemctl restart app')).toMatchObject({
      everything: false,
      noPassword: false,
    });
    expect(parseSudoers('#1001 ALL=(ALL:ALL) ALL')).toMatchObject({ who: '#1001', everything: true });
    for (const line of [
      '',
      '# comment',
      'Defaults env_reset',
      'User_Alias A = b',
      '@includedir /etc/sudoers.d',
    ])
      expect(parseSudoers(line)).toBeUndefined();
  });
});

describe('authorized keys', () => {
  it('reads options, key and comment, with the fingerprint that sshd logs', () => {
    expect(parseAuthorizedKey(`command="/bin/x",no-pty ssh-ed25519 ${KEY} me@host`)).toEqual({
      type: 'ssh-ed25519',
      fingerprint: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
      comment: 'me@host',
      options: 'command="/bin/x",no-pty',
    });
    expect(parseAuthorizedKey(`# ssh-ed25519 ${KEY}`)).toBeUndefined();
    expect(parseAuthorizedKey('ssh-rsa short')).toBeUndefined();
  });
});
