import type { SigmaRule } from '../../sigma/compile-rule.js';
import type { SigmaEvent } from '../../sigma/event.js';
import type { SigmaRules } from '../../sigma/load.js';
import type { Logsource } from '../../sigma/rule.js';
import { RuleSet } from '../../sigma/rule-set.js';

/** What our evidence can be asked for. */
export type Feed = 'web' | 'process' | 'auditd' | 'syslog';

const WEB_SERVICE = /^(?:apache|apache2|httpd|nginx|lighttpd|caddy|modsecurity)$/i;
/** Services that name a file of all programs, not a program. */
const ANY_PROGRAM = /^(?:|auth|authpriv|syslog|messages|secure|rsyslog|daemon|journald|systemd-journald)$/i;

/** Which evidence a rule is about; undefined for what we have none of, Windows and clouds among it. */
export function feedOf({ product, category, service }: Logsource): Feed | undefined {
  if (category === 'webserver' || WEB_SERVICE.test(product) || WEB_SERVICE.test(service)) return 'web';
  if (product !== '' && product !== 'linux') return undefined;
  if (category === 'process_creation') return 'process';
  if (category !== '') return undefined;
  if (service === 'auditd') return 'auditd';
  return product === 'linux' ? 'syslog' : undefined;
}

/** The user's rules, by the evidence that they are about. */
export class RuleFeeds {
  readonly #sets = new Map<Feed, RuleSet>();
  /** Rules about evidence that we have none of: they load, and never match. */
  readonly unfed: readonly SigmaRule[];

  constructor({ rules, fields }: SigmaRules) {
    this.unfed = rules.filter(({ logsource }) => feedOf(logsource) === undefined);
    for (const feed of ['web', 'process', 'auditd', 'syslog'] as const) {
      const fed = rules.filter(({ logsource }) => feedOf(logsource) === feed);
      if (fed.length > 0) this.#sets.set(feed, new RuleSet(fed, fields));
    }
  }

  has(feed: Feed): boolean {
    return this.#sets.has(feed);
  }

  match(feed: Feed, event: SigmaEvent): readonly SigmaRule[] {
    const matched = this.#sets.get(feed)?.match(event) ?? [];
    return feed === 'syslog' && matched.length > 0 ? matched.filter((rule) => isOf(rule, event)) : matched;
  }
}

/** A rule for sshd looks at what sshd wrote. */
function isOf({ logsource: { service } }: SigmaRule, { program }: SigmaEvent): boolean {
  if (ANY_PROGRAM.test(service)) return true;
  return String(program).toLowerCase().includes(service.toLowerCase().replace(/d$/, ''));
}
