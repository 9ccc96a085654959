import type { Place, Reporter, Rule } from '../../engine/reporter.js';
import type { SyslogRecord } from '../../parsers/syslog.js';
import type { SyslogConsumer } from './syslog-consumer.js';

const STOPPED: Rule = {
  id: 'log.defence-stopped',
  title: 'Something that watches the host was stopped, and not started again',
  severity: 'medium',
  techniques: ['T1685'],
};

/** By unit or by description: systemd logs one, the other, or both. */
const DEFENCES =
  /\b(?:auditd|rsyslog|syslog-ng|falco|fail2ban|clamav|aide|wazuh|ossec|osqueryd?|falcon-sensor|sysmon|amazon-ssm-agent|amazon-cloudwatch-agent|amazon-guardduty-agent|apparmor|ufw|firewalld|nftables|Security Auditing|System Logging Service|SSM Agent)\b/i;
/** A host that goes down stops everything. */
const GOING_DOWN = /^(?:Shutting down|Reached target .*(?:Shutdown|Power-Off|Reboot|Final Step))/;
const NEAR_MS = 5 * 60_000;
const MOST_UNITS = 200;
const MOST_DOWN = 5_000;

interface Change {
  readonly atMs: number;
  readonly where: Place;
  readonly message: string;
}

/** Services that watch the host, as systemd's own messages tell of them. */
export class StoppedServices implements SyslogConsumer {
  /** Started, Stopped, Shutting down, Reached target. */
  readonly interest = { systemd: 'SR' };
  readonly #stopped = new Map<string, Change>();
  readonly #started = new Map<string, number>();
  readonly #down: number[] = [];

  constructor(private readonly reporter: Reporter) {}

  record({ program, pid, message, atMs }: SyslogRecord, where: Place): void {
    if (program !== 'systemd' || (pid !== undefined && pid !== 1)) return;
    if (GOING_DOWN.test(message) && this.#down.length < MOST_DOWN) this.#down.push(atMs);
    const [, word = '', unit = ''] = /^(Started|Stopped) (.{1,200}?)\.?$/.exec(message) ?? [];
    const name = DEFENCES.exec(unit)?.[0].toLowerCase();
    if (name === undefined || this.#stopped.size >= MOST_UNITS) return;
    // Rotated files come in any order: the last of each is what counts.
    if (word === 'Started') this.#started.set(name, Math.max(atMs, this.#started.get(name) ?? 0));
    else if (atMs >= (this.#stopped.get(name)?.atMs ?? 0)) this.#stopped.set(name, { atMs, where, message });
  }

  finish(): void {
    for (const [name, { atMs, where, message }] of this.#stopped) {
      const isBack = (this.#started.get(name) ?? 0) >= atMs;
      const wentDown = this.#down.some((downMs) => Math.abs(downMs - atMs) < NEAR_MS);
      if (isBack || wentDown) continue;
      this.reporter.observe(STOPPED, {
        title: `${name} was stopped, and not started again`,
        entity: `service:${name}`,
        atMs,
        excerpt: message,
        where: [where],
        confidence: 0.7,
      });
      const kind = { what: 'Service stopped', kind: 'service.stopped', entity: `service:${name}` };
      this.reporter.event({ ...kind, atMs, message, where });
    }
  }
}
