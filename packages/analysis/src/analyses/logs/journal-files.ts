import type { HostFile, Visitor } from '../../engine/analysis.js';
import {
  type JournalEntry,
  type JournalFaults,
  JournalParser,
} from '../../parsers/journal/journal-parser.js';
import type { SyslogRecord } from '../../parsers/syslog.js';

/** Also those that journald set aside because they were not closed: `system@....journal~`. */
const JOURNAL = /^\/(?:var|run)\/log\/journal\/[0-9a-f]{32}\/[^/]+\.journal~?$/;
const WANTED = new Set(['MESSAGE', 'SYSLOG_IDENTIFIER', '_COMM', '_PID', 'SYSLOG_PID', '_HOSTNAME']);

export function isJournal(file: HostFile): boolean {
  return file.type === 'file' && JOURNAL.test(file.name);
}

export interface JournalListener {
  /** The number of the entry stands where that of a line would. */
  record(record: SyslogRecord, entry: number): void;
  /** At the end: what could not be read. */
  faults?(faults: JournalFaults): void;
}

/** Reads a journal as what a system log would have of it. */
export function journalVisitor(listener: JournalListener): Visitor {
  let count = 0;
  const parser = new JournalParser({
    wants: (field) => WANTED.has(field),
    entry: (entry) => {
      count += 1;
      listener.record(recordOf(entry), count);
    },
  });
  return {
    wants: 'chunks',
    chunk: (bytes) => parser.push(bytes),
    end: () => listener.faults?.(parser.faults),
  };
}

function textOf(entry: JournalEntry, ...fields: readonly string[]): string | undefined {
  for (const field of fields) {
    const value = entry.fields.get(field)?.[0];
    if (value !== undefined) return value.toString('utf8');
  }
  return undefined;
}

function recordOf(entry: JournalEntry): SyslogRecord {
  const pid = Number(textOf(entry, 'SYSLOG_PID', '_PID'));
  return {
    atMs: Number(entry.realtimeUs / 1000n),
    host: textOf(entry, '_HOSTNAME') ?? '',
    program: textOf(entry, 'SYSLOG_IDENTIFIER', '_COMM') ?? '',
    pid: Number.isSafeInteger(pid) && pid >= 0 ? pid : undefined,
    message: textOf(entry, 'MESSAGE') ?? '',
  };
}
