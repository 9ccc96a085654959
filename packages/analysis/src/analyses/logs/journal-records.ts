import type { HostFile, Visitor } from '../../engine/analysis.js';
import type { Place, Reporter, Rule } from '../../engine/reporter.js';
import type { JournalFaults } from '../../parsers/journal/journal-parser.js';
import type { SyslogRecord } from '../../parsers/syslog.js';
import type { InterestIndex } from '../../parsers/syslog-interest.js';
import { isJournal, journalVisitor } from './journal-files.js';
import { hourOf, LogCoverage, minuteOf } from './log-coverage.js';
import type { SyslogConsumer } from './syslog-consumer.js';

const MISSING: Rule = {
  id: 'log.lines-missing',
  title: 'A log lacks lines that the journal has',
  severity: 'medium',
  techniques: ['T1685.006'],
};

const MOST_RECORDS = 300_000;
/** Fewer are the edge of an hour. */
const FEWEST_MISSING = 3;

interface Held {
  readonly record: SyslogRecord;
  readonly where: Place;
}

/**
 * What the systemd journal holds of system logs. Many hosts write both: what stands in a text log is not heard twice,
 * and what is in the journal alone is the more interesting for it.
 */
export class JournalRecords {
  readonly #reporter: Reporter;
  readonly #index: InterestIndex<SyslogConsumer>;
  readonly #text = new LogCoverage();
  readonly #held: Held[] = [];

  constructor(reporter: Reporter, index: InterestIndex<SyslogConsumer>) {
    this.#reporter = reporter;
    this.#index = index;
  }

  /** A record of a text log. */
  heard(record: Pick<SyslogRecord, 'program' | 'atMs'>): void {
    this.#text.add(record);
  }

  visit(file: HostFile): Visitor | undefined {
    if (!isJournal(file)) return undefined;
    const { path } = file;
    return journalVisitor({
      record: (record, line) => this.#hold(record, { path, line }),
      faults: (faults) => this.#tellFaults(path, faults),
    });
  }

  /** After the walk, before the consumers finish: lets them hear what no text log has told them. */
  finish(): void {
    const journal = new LogCoverage();
    for (const { record } of this.#held) journal.add(record);
    for (const { record, where } of this.#held) {
      const minute = minuteOf(record);
      if (this.#text.inMinute(record.program, minute) >= journal.inMinute(record.program, minute)) continue;
      const listeners = this.#index.listenersOf(record.program, record.message);
      for (const listener of listeners) listener.record(record, where);
    }
    this.#tellMissing(journal);
  }

  #hold(record: SyslogRecord, where: Place): void {
    if (this.#index.listenersOf(record.program, record.message).length === 0) return;
    if (this.#held.length < MOST_RECORDS) this.#held.push({ record, where });
    else if (this.#held.length === MOST_RECORDS) {
      this.#held.push({ record, where });
      this.#reporter.notice('JOURNAL_CUT', `more than ${MOST_RECORDS} records of interest in the journal`);
    }
  }

  #tellFaults(path: string, { header, damagedAt, unreadableFields }: JournalFaults): void {
    if (header !== undefined) this.#reporter.notice('JOURNAL_UNREADABLE', header, path);
    if (damagedAt !== undefined)
      this.#reporter.notice('JOURNAL_DAMAGED', `read up to byte ${damagedAt}`, path);
    if (unreadableFields > 0)
      this.#reporter.notice('JOURNAL_FIELDS_UNREADABLE', `${unreadableFields} fields`, path);
  }

  /** Where a text log goes on before and after an hour, it should have that hour's records too. */
  #tellMissing(journal: LogCoverage): void {
    const seen = new Set<string>();
    for (const { record, where } of this.#held) {
      const { program } = record;
      const hour = hourOf(record);
      if (seen.has(`${hour} ${program}`)) continue;
      seen.add(`${hour} ${program}`);
      const missing = journal.inHour(program, hour) - this.#text.inHour(program, hour);
      if (missing >= FEWEST_MISSING && this.#text.spans(program, hour))
        this.#reporter.observe(MISSING, {
          title: `The text logs lack ${missing} lines of ${program} that the journal has`,
          entity: `program:${program}`,
          atMs: hour * 3_600_000,
          where: [where],
          confidence: 0.6,
          reasons: ['they were cut out, or the log daemon was stopped or overrun for a while'],
        });
    }
  }
}
