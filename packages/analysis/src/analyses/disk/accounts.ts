import type { HostFile, Visitor } from '../../engine/analysis.js';
import type { Reporter, Rule } from '../../engine/reporter.js';
import { parseGroup, parsePasswd, parseShadow } from '../../parsers/accounts.js';
import { parseSudoers } from '../../parsers/sudoers.js';

const SECOND_ROOT: Rule = {
  id: 'account.second-root',
  title: 'A second account has the rights of root (uid 0)',
  severity: 'critical',
  techniques: ['T1136.001', 'T1078.003'],
};
const NO_PASSWORD: Rule = {
  id: 'account.no-password',
  title: 'An account that can log in has no password',
  severity: 'high',
  techniques: ['T1078.003'],
};
const SYSTEM_SHELL: Rule = {
  id: 'account.service-with-shell',
  title: "A service's account has a login shell",
  severity: 'medium',
  techniques: ['T1078.003', 'T1098'],
};
const SUDO_FOR_ALL: Rule = {
  id: 'account.sudo-without-password',
  title: 'A sudo rule gives root without a password',
  severity: 'info',
  techniques: ['T1548.003'],
};
const ADMINS: Rule = {
  id: 'account.admin-group',
  title: 'Members of a group with the rights of root',
  severity: 'info',
  techniques: ['T1078.003'],
};

/** Accounts whose packages give them no shell. */
const SERVICE_ACCOUNTS =
  /^(?:www-data|apache|nginx|httpd|nobody|daemon|bin|sys|mail|news|uucp|proxy|backup|list|irc|gnats|games|man|lp|mysql|postgres-exporter|redis|memcache|tomcat\d*|ftp|dbus|messagebus|sshd|_apt|systemd-[a-z]+|ntp|chrony|_chrony|syslog|tss|rpc|rpcuser)$/;
const LOGIN_SHELL = /\/(?:ba|z|k|c|tc|da|fi)?sh$/;

/** /etc/passwd, /etc/shadow, /etc/group and sudoers. */
export function visitAccounts(file: HostFile, reporter: Reporter): Visitor | undefined {
  const path = file.hostPath ?? '';
  if (file.type !== 'file') return undefined;
  const judge = JUDGES[path] ?? (SUDOERS.test(path) ? sudoers : undefined);
  if (judge === undefined) return undefined;
  return { wants: 'lines', line: ({ text, number }) => judge(text, { file, line: number, reporter }) };
}

const SUDOERS = /^\/etc\/sudoers(?:\.d\/[^/]+)?$/;

interface At {
  readonly file: HostFile;
  readonly line: number;
  readonly reporter: Reporter;
}

const JUDGES: { readonly [path: string]: ((text: string, at: At) => void) | undefined } = {
  '/etc/passwd': passwd,
  '/etc/group': group,
  '/etc/shadow': shadow,
};

function passwd(text: string, at: At): void {
  const entry = parsePasswd(text);
  if (entry === undefined) return;
  const { user, uid, shell } = entry;
  const said = { user, at, excerpt: text };
  if (uid === 0 && user !== 'root') tell(SECOND_ROOT, { ...said, reasons: [`uid 0, shell ${shell}`] });
  if (entry.passwordInPlace && LOGIN_SHELL.test(shell))
    tell(NO_PASSWORD, {
      ...said,
      excerpt: `${user} (the field is not x)`,
      reasons: ['the password field is open to all'],
    });
  if (SERVICE_ACCOUNTS.test(user) && LOGIN_SHELL.test(shell))
    tell(SYSTEM_SHELL, { ...said, reasons: [`shell ${shell}`] });
}

function shadow(text: string, at: At): void {
  const entry = parseShadow(text);
  if (entry?.password === 'none')
    tell(NO_PASSWORD, { user: entry.user, at, excerpt: `${entry.user}::`, reasons: ['the hash is empty'] });
}

function group(text: string, at: At): void {
  const entry = parseGroup(text);
  if (entry === undefined || !/^(?:sudo|wheel|admin|docker|lxd)$/.test(entry.group)) return;
  for (const user of entry.members)
    tell(ADMINS, { user, at, excerpt: text, title: `${user} is a member of ${entry.group}`, reasons: [] });
}

function sudoers(text: string, at: At): void {
  const rule = parseSudoers(text);
  if (rule === undefined || !rule.noPassword || !rule.everything) return;
  tell(SUDO_FOR_ALL, {
    user: rule.who,
    at,
    excerpt: text,
    reasons: [`${rule.who} may run everything as root`],
  });
}

interface Said {
  readonly user: string;
  readonly at: At;
  readonly excerpt: string;
  readonly reasons: readonly string[];
  readonly title?: string;
}

function tell(rule: Rule, { user, at, excerpt, reasons, title }: Said): void {
  at.reporter.observe(rule, {
    title: title ?? `${rule.title}: ${user}`,
    entity: `user:${user}`,
    excerpt,
    where: [{ path: at.file.path, line: at.line }],
    confidence: 0.95,
    reasons,
  });
}
