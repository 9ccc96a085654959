import type { AccessRecord } from '../../parsers/access-log.js';
import type { AuditEvent } from '../../parsers/audit-events.js';
import type { AuditRecord } from '../../parsers/audit-record.js';
import type { SyslogRecord } from '../../parsers/syslog.js';
import type { SigmaEvent } from '../../sigma/event.js';
import type { LiveProcess, LiveState } from '../live/process-table.js';

/** A request, by the W3C names that Sigma's web rules use. */
export function webEvent(record: AccessRecord): SigmaEvent {
  const { client, user, method, target, status, bytes, referer, agent } = record;
  const question = target.indexOf('?');
  const stem = question < 0 ? target : target.slice(0, question);
  const query = question < 0 ? '' : target.slice(question + 1);
  return {
    'c-ip': client,
    'c-uri': target,
    'c-uri-query': query,
    'c-useragent': agent ?? '',
    'cs-username': user === '-' ? '' : user,
    'cs-method': method,
    'cs-uri': target,
    'cs-uri-stem': stem,
    'cs-uri-query': query,
    'cs-user-agent': agent ?? '',
    'cs-referer': referer ?? '',
    'cs-bytes': '',
    'sc-status': status,
    'sc-bytes': bytes ?? '',
  };
}

/** One record of the audit log, as auditd wrote it. */
export function auditdEvent({ type, fields }: AuditRecord): SigmaEvent {
  return { ...Object.fromEntries(fields), type };
}

/** A program that was started, as the audit log saw it; undefined for other events. */
export function startedEvent({ argv, fields }: AuditEvent): SigmaEvent | undefined {
  if (argv === undefined) return undefined;
  return {
    Image: fields.get('exe') ?? argv[0] ?? '',
    CommandLine: argv.join(' '),
    CurrentDirectory: fields.get('cwd') ?? '',
    User: fields.get('UID') ?? fields.get('uid') ?? '',
    LogonId: fields.get('ses') ?? '',
    ProcessId: fields.get('pid') ?? '',
    ParentProcessId: fields.get('ppid') ?? '',
  };
}

/** A process of the live triage, with its parent's names. */
export function processEvent(process: LiveProcess, state: LiveState): SigmaEvent {
  const parent = state.processes.get(process.ppid);
  return {
    Image: process.exe,
    CommandLine: process.cmdline,
    CurrentDirectory: process.cwd,
    User: process.uid === 0 ? 'root' : String(process.uid ?? ''),
    ProcessId: process.pid,
    ParentProcessId: process.ppid,
    ParentImage: parent?.exe ?? '',
    ParentCommandLine: parent?.cmdline ?? '',
  };
}

export function syslogEvent({ host, program, pid, message }: SyslogRecord): SigmaEvent {
  return { hostname: host, program, pid: pid ?? '', message };
}
