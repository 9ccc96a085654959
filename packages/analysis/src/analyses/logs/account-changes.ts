import type { Place, Reporter, Rule } from '../../engine/reporter.js';
import { ACCOUNT_PROGRAMS, type AccountEvent, parseAccountLog } from '../../parsers/account-log.js';
import type { SyslogRecord } from '../../parsers/syslog.js';
import type { StolenLogin } from './ssh-logins.js';
import type { SyslogConsumer } from './syslog-consumer.js';

const USER_ADDED: Rule = {
  id: 'log.user-added',
  title: 'An account was made',
  severity: 'info',
  techniques: ['T1136.001'],
};
const GROUP_JOINED: Rule = {
  id: 'log.added-to-admin-group',
  title: 'An account was put into a group with the rights of root',
  severity: 'medium',
  techniques: ['T1098.007'],
};
const PASSWORD: Rule = {
  id: 'log.password-changed',
  title: 'A password was changed',
  severity: 'info',
  techniques: ['T1098'],
};

const ADMIN_GROUPS = new Set(['sudo', 'wheel', 'admin', 'root', 'docker', 'lxd', 'shadow', 'disk']);
const AFTER_MS = 24 * 3_600_000;
const MAX_EVENTS = 10_000;
const ACCOUNT_INTEREST = Object.fromEntries(ACCOUNT_PROGRAMS.map((program) => [program, '']));

interface Change {
  readonly event: AccountEvent;
  readonly atMs: number;
  readonly where: Place;
  readonly message: string;
}

/** Accounts that were made or raised, and whether that was after a break-in. */
export class AccountChanges implements SyslogConsumer {
  readonly interest = ACCOUNT_INTEREST;
  readonly #changes: Change[] = [];

  constructor(
    private readonly reporter: Reporter,
    private readonly stolen: () => readonly StolenLogin[],
  ) {}

  record({ program, message, atMs }: SyslogRecord, where: Place): void {
    const event = parseAccountLog(program, message);
    if (event === undefined) return;
    if (this.#changes.length < MAX_EVENTS) this.#changes.push({ event, atMs, where, message });
    else if (this.#changes.length === MAX_EVENTS)
      this.reporter.notice('TOO_MANY_CHANGES', 'account changes are cut');
  }

  finish(): void {
    for (const change of this.#changes) {
      this.#tell(change);
      this.reporter.event({
        atMs: change.atMs,
        what: 'Account changed',
        kind: `account.${change.event.kind}`,
        message: change.message,
        entity: entityOf(change.event),
        where: change.where,
      });
    }
  }

  #tell(change: Change): void {
    const { event, atMs } = change;
    const afterIntrusion = this.stolen().some((login) => atMs >= login.atMs && atMs - login.atMs <= AFTER_MS);
    if (event.kind === 'user-added' || event.kind === 'uid-changed') {
      const rootLike = event.uid === 0;
      const severity = rootLike ? 'critical' : afterIntrusion ? 'high' : 'info';
      const title = `The account ${event.user} was ${event.kind === 'user-added' ? 'made' : 'changed'}${rootLike ? ' with the rights of root (uid 0)' : ''}`;
      this.#observe(USER_ADDED, change, { severity, title, afterIntrusion });
    } else if (event.kind === 'added-to-group' && ADMIN_GROUPS.has(event.group)) {
      if (change.message.includes('shadow group')) return; // said once already, for the group itself
      const title = `${event.user} was put into the group ${event.group}`;
      this.#observe(GROUP_JOINED, change, {
        severity: afterIntrusion ? 'high' : 'medium',
        title,
        afterIntrusion,
      });
    } else if (event.kind === 'password-changed') {
      const title = `The password of ${event.user} was changed`;
      this.#observe(PASSWORD, change, {
        severity: afterIntrusion ? 'medium' : 'info',
        title,
        afterIntrusion,
      });
    }
  }

  #observe(
    rule: Rule,
    { event, atMs, where, message }: Change,
    said: { readonly severity: Rule['severity']; readonly title: string; readonly afterIntrusion: boolean },
  ): void {
    this.reporter.observe(rule, {
      severity: said.severity,
      title: said.title,
      entity: entityOf(event),
      atMs,
      excerpt: message,
      where: [where],
      confidence: said.afterIntrusion ? 0.95 : 0.7,
      reasons: said.afterIntrusion ? ['within a day after a break-in over SSH'] : [],
    });
  }
}

function entityOf(event: AccountEvent): string {
  return event.kind === 'group-added' ? `group:${event.group}` : `user:${event.user}`;
}
