import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAccountLog } from '../../src/parsers/account-log.js';
import { parseGroup, parsePasswd, parseShadow } from '../../src/parsers/accounts.js';
import { parseAuthorizedKey } from '../../src/parsers/authorized-keys.js';
import { parseCronLog } from '../../src/parsers/cron-log.js';
import { parseCrontab } from '../../src/parsers/crontab.js';
import { errorLogParser } from '../../src/parsers/error-log.js';
import { historyParser, historyShell } from '../../src/parsers/history.js';
import { parseMd5sums } from '../../src/parsers/md5sums.js';
import { parseSu, parseSudo } from '../../src/parsers/sudo.js';
import { parseSudoers } from '../../src/parsers/sudoers.js';
import { UnitParser } from '../../src/parsers/systemd-unit.js';
import { TsvParser, unescapeField } from '../../src/parsers/tsv.js';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIGtm0Y5wWJ2n0CjgLwEtoWWpnvWG8b3nJHnWSHmQbq6F';

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

describe('schedules', () => {
  it('reads jobs of both shapes', () => {
    expect(parseCrontab('*/10 * * * *\troot  /bin/x --y', { hasUser: 'yes' })).toEqual({
      schedule: '*/10 * * * *',
      user: 'root',
      command: '/bin/x --y',
    });
    expect(parseCrontab('@reboot /bin/x', { hasUser: 'no' })).toMatchObject({
      schedule: '@reboot',
      command: '/bin/x',
    });
    expect(parseCrontab('0 4 * JAN-MAR MON echo hi', { hasUser: 'no' })).toMatchObject({
      command: 'echo hi',
    });
    for (const line of ['# x', '', 'PATH=/bin', '* * * *', 'SHELL=/bin/sh'])
      expect(parseCrontab(line, { hasUser: 'no' })).toBeUndefined();
  });

  it('reads what cron says it ran', () => {
    expect(parseCronLog('(root) CMD (/bin/x (y))')).toEqual({ user: 'root', command: '/bin/x (y)' });
    expect(parseCronLog('(CRON) info (No MTA installed)')).toBeUndefined();
  });
});

describe('unit files', () => {
  it('joins lines and skips comments', () => {
    const parser = new UnitParser();
    const text = '[Service]\n# ExecStart=/old\nExecStart=/bin/a \\\n; comment\n  --b\nRestart = always';
    const settings = text.split('\n').flatMap((line, index) => parser.parse(line, index + 1) ?? []);
    expect(settings).toEqual([
      { section: 'Service', key: 'ExecStart', value: '/bin/a  --b', line: 3 },
      { section: 'Service', key: 'Restart', value: 'always', line: 6 },
    ]);
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

describe('histories', () => {
  const read = (shell: 'bash' | 'zsh' | 'fish', text: string) => {
    const parser = historyParser(shell);
    return text.split('\n').flatMap((line, index) => parser.parse(line, index + 1) ?? []);
  };

  it('knows them by name', () => {
    expect(historyShell('/root/.bash_history')).toBe('bash');
    expect(historyShell('/home/a/.zsh_history')).toBe('zsh');
    expect(historyShell('/home/a/.local/share/fish/fish_history')).toBe('fish');
    expect(historyShell('/home/a/notes')).toBeUndefined();
  });

  it('reads times where the shell kept them', () => {
    expect(read('bash', 'id\n#1763608312\nls -l\n# a comment')).toEqual([
      { line: 1, command: 'id' },
      { line: 3, command: 'ls -l', at: 1763608312 },
      { line: 4, command: '# a comment' },
    ]);
    expect(read('zsh', ': 1763608312:0;make; make install\nplain')).toEqual([
      { line: 1, command: 'make; make install', at: 1763608312 },
      { line: 2, command: 'plain' },
    ]);
    expect(
      read('fish', '- cmd: ls\n  when: 1763608312\n- cmd: pwd\n  paths:\n- cmd: id\n  when: 1763608313'),
    ).toEqual([
      { line: 1, command: 'ls', at: 1763608312 },
      { line: 3, command: 'pwd' },
      { line: 5, command: 'id', at: 1763608313 },
    ]);
  });
});

describe('error logs', () => {
  it('reads Apache and nginx', () => {
    const parse = errorLogParser();
    expect(
      parse(
        '[Fri Nov 20 03:11:52.123456 2026] [php:notice] [pid 701] [client 192.0.2.9:52144] PHP Notice: x',
      ),
    ).toEqual({
      atMs: Date.parse('2026-11-20T03:11:52Z'),
      level: 'notice',
      client: '192.0.2.9',
      message: 'PHP Notice: x',
    });
    expect(
      parse('2026/11/20 03:11:52 [error] 12#12: *1 open() failed, client: 192.0.2.9, server: x'),
    ).toMatchObject({
      level: 'error',
      client: '192.0.2.9',
    });
    expect(parse('nonsense')).toBeUndefined();
  });
});

describe('tables', () => {
  it('undoes escapes once', () => {
    expect(unescapeField('a\\tb\\\\n\\x1b\\n')).toBe('a\tb\\n\x1b\n');
  });

  it('reads rows by column name, short and hostile ones too', () => {
    const parser = new TsvParser();
    expect(parser.parse('pid\tcomm\t__proto__')).toBeUndefined();
    expect(parser.parse('7\tbash')).toEqual({ pid: '7', comm: 'bash' });
    expect(Object.values(parser.parse('7\tbash\tx\textra') ?? {})).toEqual(['7', 'bash', 'x']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe('md5sums', () => {
  it('reads a line', () => {
    expect(parseMd5sums('d41d8cd98f00b204e9800998ecf8427e  usr/bin/x y')).toEqual({
      md5: 'd41d8cd98f00b204e9800998ecf8427e',
      path: '/usr/bin/x y',
    });
    expect(parseMd5sums('short  x')).toBeUndefined();
  });
});

describe('every line parser', () => {
  it('takes any text without throwing, and fast', () => {
    const error = errorLogParser('Asia/Tokyo');
    const unit = new UnitParser();
    const tsv = new TsvParser();
    const shells = (['bash', 'zsh', 'fish'] as const).map(historyParser);
    const words = [
      'ALL',
      '=',
      '(',
      ')',
      ' ',
      '\t',
      '* ',
      'NOPASSWD:',
      '"',
      'new user: name=',
      ', UID=',
      ' : ',
      'COMMAND=',
      '[',
      ']',
      '\\',
      'ssh-rsa AAAA',
      ':',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary', maxLength: 6 })), {
          maxLength: 60,
        }),
        (parts) => {
          const text = parts.join('');
          parseSudo(text);
          parseSu(text);
          for (const program of ['useradd', 'passwd', 'gpasswd']) parseAccountLog(program, text);
          parsePasswd(text);
          parseGroup(text);
          parseShadow(text);
          parseCrontab(text, { hasUser: 'yes' });
          parseCrontab(text, { hasUser: 'no' });
          parseCronLog(text);
          parseAuthorizedKey(text);
          parseSudoers(text);
          parseMd5sums(text);
          error(text);
          unit.parse(text, 1);
          tsv.parse(text);
          for (const shell of shells) shell.parse(text, 1);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each(['a', ' ', '\t', '"', '\\', '(', ',', '*', '* ', 'A:', '%', '[x', '=', '[client ', 'ssh-rsa '])(
    'is linear in long runs of %j',
    (piece) => {
      // Quadratic would be a minute and more here; linear is some hundredths of a second.
      const text = piece.repeat(262_144 / piece.length);
      const began = process.cpuUsage();
      parseSudo(text);
      parseSu(text);
      parseAccountLog('useradd', text);
      parseCrontab(text, { hasUser: 'yes' });
      parseCronLog(text);
      parseAuthorizedKey(text);
      parseSudoers(text);
      errorLogParser()(text);
      expect(process.cpuUsage(began).user).toBeLessThan(10_000_000);
    },
  );
});
