import type { Analysis, AnalysisContext, HostFile, Visitor } from '../../engine/analysis.js';
import { Reporter } from '../../engine/reporter.js';
import { parseAccessLog } from '../../parsers/access-log.js';
import { AuditEvents } from '../../parsers/audit-events.js';
import { parseAuditRecord } from '../../parsers/audit-record.js';
import { SyslogParser } from '../../parsers/syslog.js';
import { TsvParser } from '../../parsers/tsv.js';
import type { SigmaEvent } from '../../sigma/event.js';
import type { SigmaRules } from '../../sigma/load.js';
import { LiveState, processOf } from '../live/process-table.js';
import { isJournal, journalVisitor } from '../logs/journal-files.js';
import { isSystemLog, notAfterMs } from '../logs/system-log-analysis.js';
import { type Feed, RuleFeeds } from './rule-feeds.js';
import { SigmaDesk } from './sigma-desk.js';
import { auditdEvent, processEvent, startedEvent, webEvent } from './sigma-events.js';
import { SystemRecords } from './system-records.js';

const ACCESS_LOG =
  /^\/var\/log\/(?:apache2|httpd|nginx|lighttpd|caddy)\/[^/]*(?:access|ssl_request|other_vhosts)[^/]*$/;
const AUDIT_LOG = /^\/var\/log\/audit\/audit\.log(?:[.-]\d{1,8})?$/;
const PROCESSES = 'live/processes.tsv';

/**
 * Sigma rules of the user's over what our parsers read: access logs (`webserver`), auditd (`auditd`, and
 * `process_creation` from EXECVE), processes of a live triage (`process_creation`), system logs and the
 * systemd journal (`linux`, by service).
 */
export function sigmaAnalysis(rules: SigmaRules): Analysis {
  return {
    id: 'sigma',
    begin(context, output) {
      const reporter = new Reporter(context, output);
      const reading = new SigmaReading(rules, new SigmaDesk(rules.correlations, reporter), context);
      return {
        visit: (file) => (file.type === 'file' ? reading.visitor(file) : undefined),
        finish: () => reading.finish(),
      };
    },
  };
}

interface Seen {
  readonly event: SigmaEvent;
  readonly atMs: number | undefined;
  readonly entity: string;
  readonly excerpt: string;
  readonly line: number;
}

class SigmaReading {
  readonly #feeds: RuleFeeds;
  readonly #live = new LiveState();
  readonly #system: SystemRecords;

  constructor(
    rules: SigmaRules,
    private readonly desk: SigmaDesk,
    private readonly context: AnalysisContext,
  ) {
    this.#feeds = new RuleFeeds(rules);
    this.#system = new SystemRecords(this.#feeds, desk);
  }

  visitor(file: HostFile): Visitor | undefined {
    if (ACCESS_LOG.test(file.name) && this.#feeds.has('web')) return this.#web(file);
    if (AUDIT_LOG.test(file.name) && (this.#feeds.has('auditd') || this.#feeds.has('process')))
      return this.#audit(file);
    if (isSystemLog(file) && this.#feeds.has('syslog')) return this.#syslog(file);
    if (isJournal(file) && this.#feeds.has('syslog')) return this.#journal(file);
    return file.path === PROCESSES && this.#feeds.has('process') ? this.#processes(file) : undefined;
  }

  finish(): void {
    for (const process of this.#live.processes.values()) {
      this.#look('process', process.where.path, {
        event: processEvent(process, this.#live),
        atMs: undefined,
        entity: `process:${process.pid}`,
        excerpt: process.cmdline,
        line: process.where.line ?? 1,
      });
    }
    this.desk.drop(this.#system.finish());
    this.desk.finish();
  }

  #look(feed: Feed, path: string, { event, atMs, entity, excerpt, line }: Seen): void {
    const matched = this.#feeds.match(feed, event);
    if (matched.length === 0) return;
    const hit = { entity, excerpt, where: { path, line }, isTimed: atMs !== undefined };
    this.desk.take({ ...hit, event: { at: atMs ?? 0, event } }, matched);
  }

  #web(file: HostFile): Visitor {
    return {
      wants: 'lines',
      line: ({ text, number }) => {
        const record = parseAccessLog(text);
        if (record === undefined) return;
        const entity = `ip:${record.client}`;
        const seen = { event: webEvent(record), atMs: record.atMs, entity, excerpt: text, line: number };
        this.#look('web', file.path, seen);
      },
    };
  }

  #audit(file: HostFile): Visitor {
    const events = new AuditEvents((event) => {
      const started = startedEvent(event);
      if (started === undefined) return;
      const entity = `user:${started['User'] ?? ''}`;
      const excerpt = String(started['CommandLine']);
      this.#look('process', file.path, {
        event: started,
        atMs: event.atMs,
        entity,
        excerpt,
        line: event.line,
      });
    });
    return {
      wants: 'lines',
      line: ({ text, number }) => {
        const record = parseAuditRecord(text);
        if (record === undefined) return;
        events.add(record, number);
        const entity = `user:${record.fields.get('UID') ?? record.fields.get('uid') ?? ''}`;
        const seen = { event: auditdEvent(record), atMs: record.atMs, entity, excerpt: text, line: number };
        this.#look('auditd', file.path, seen);
      },
      end: () => events.end(),
    };
  }

  #syslog(file: HostFile): Visitor {
    const { timeZone } = this.context;
    const parser = new SyslogParser({
      notAfterMs: notAfterMs(file, this.context),
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    return {
      wants: 'lines',
      line: ({ text, number }) => {
        const record = parser.parse(text);
        if (record !== undefined)
          this.#system.written({ record, path: file.path, line: number, excerpt: text });
      },
    };
  }

  #journal({ path }: HostFile): Visitor {
    return journalVisitor({
      record: (record, line) => this.#system.journalled({ record, path, line, excerpt: record.message }),
    });
  }

  #processes(file: HostFile): Visitor {
    const parser = new TsvParser();
    return {
      wants: 'lines',
      line: ({ text, number }) => {
        const row = parser.parse(text);
        const process = row === undefined ? undefined : processOf(row, { path: file.path, line: number });
        if (process !== undefined && this.#live.processes.size < MAX_PROCESSES)
          this.#live.processes.set(process.pid, process);
      },
    };
  }
}

const MAX_PROCESSES = 500_000;
