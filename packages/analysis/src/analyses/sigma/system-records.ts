import type { SyslogRecord } from '../../parsers/syslog.js';
import type { SigmaRule } from '../../sigma/compile-rule.js';
import { LogCoverage, minuteOf } from '../logs/log-coverage.js';
import type { RuleFeeds } from './rule-feeds.js';
import type { Hit, SigmaDesk } from './sigma-desk.js';
import { syslogEvent } from './sigma-events.js';

/** A record of a system log, and where it stands. */
export interface SeenRecord {
  readonly record: SyslogRecord;
  readonly path: string;
  readonly line: number;
  readonly excerpt: string;
}

interface Held {
  readonly record: SyslogRecord;
  readonly hit: Hit;
  readonly rules: readonly SigmaRule[];
}

/** Matches in journals that wait for the end of the walk. */
const MOST_HELD = 200_000;

/**
 * Rules over system logs and the systemd journal. Many hosts write both, and what is counted must not be counted twice:
 * a record of the journal counts where the text logs have fewer of its program's in its minute.
 */
export class SystemRecords {
  readonly #text = new LogCoverage();
  readonly #journal = new LogCoverage();
  readonly #held: Held[] = [];
  #cut = 0;

  constructor(
    private readonly feeds: RuleFeeds,
    private readonly desk: SigmaDesk,
  ) {}

  /** Of a text log. */
  written(seen: SeenRecord): void {
    this.#text.add(seen.record);
    const held = this.#match(seen);
    if (held !== undefined) this.desk.take(held.hit, held.rules);
  }

  /** Of a journal. */
  journalled(seen: SeenRecord): void {
    this.#journal.add(seen.record);
    const held = this.#match(seen);
    if (held === undefined) return;
    if (this.#held.length < MOST_HELD) this.#held.push(held);
    else this.#cut += 1;
  }

  /** After the walk. Answers how many matches could not be kept so long. */
  finish(): number {
    for (const { record, hit, rules } of this.#held) {
      const minute = minuteOf(record);
      const written = this.#text.inMinute(record.program, minute);
      if (written < this.#journal.inMinute(record.program, minute)) this.desk.take(hit, rules);
    }
    return this.#cut;
  }

  #match({ record, path, line, excerpt }: SeenRecord): Held | undefined {
    const event = syslogEvent(record);
    const rules = this.feeds.match('syslog', event);
    if (rules.length === 0) return undefined;
    const entity = `program:${record.program}`;
    const hit = { entity, excerpt, where: { path, line }, isTimed: true, event: { at: record.atMs, event } };
    return { record, hit, rules };
  }
}
