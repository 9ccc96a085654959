import { CommandJudge } from '../../commands/command-judge.js';
import type { Analysis, AnalysisContext, HostFile, Visitor } from '../../engine/analysis.js';
import type { Line } from '../../engine/line.js';
import { Reporter } from '../../engine/reporter.js';
import { SyslogParser, type SyslogRecord } from '../../parsers/syslog.js';
import { SyslogHeads } from '../../parsers/syslog-heads.js';
import { InterestIndex } from '../../parsers/syslog-interest.js';
import { AccountChanges } from './account-changes.js';
import { CronRuns } from './cron-runs.js';
import { JournalRecords } from './journal-records.js';
import { Privileges } from './privileges.js';
import { SshLogins } from './ssh-logins.js';
import { StoppedServices } from './stopped-services.js';
import type { SyslogConsumer } from './syslog-consumer.js';
import { TimeZoneFiles } from './time-zone-files.js';

const SYSTEM_LOG =
  /^\/var\/log\/(?:auth\.log|secure|syslog|messages|cron|cron\.log|user\.log|daemon\.log|kern\.log|sudo\.log)(?:[.-]\d{1,8})?$/;

/** System logs: logins and guessing, sudo and su, accounts, what cron ran. Rotated and compressed files too. */
export function systemLogAnalysis(commands: CommandJudge = new CommandJudge()): Analysis {
  return {
    id: 'logs.system',
    begin(context, output) {
      const reporter = new Reporter(context, output);
      const ssh = new SshLogins(reporter);
      const stolen = () => ssh.stolen;
      // The order matters: who was broken into is known before what they did is judged.
      const consumers = [
        ssh,
        new Privileges(reporter, commands, stolen),
        new AccountChanges(reporter, stolen),
        new CronRuns(reporter, commands),
        new StoppedServices(reporter),
      ];
      const index = new InterestIndex<SyslogConsumer>(consumers);
      const journal = new JournalRecords(reporter, index);
      const zone = new TimeZoneFiles();
      return {
        visit(file) {
          if (isSystemLog(file))
            return visitor(file, { ...context, ...zone.known(context) }, { ssh, index, journal });
          return journal.visit(file) ?? zone.visit(file);
        },
        finish: (seen) => {
          journal.finish();
          for (const consumer of consumers) (consumer as SyslogConsumer).finish?.(seen);
        },
      };
    },
  };
}

export function isSystemLog(file: HostFile): boolean {
  return file.type === 'file' && SYSTEM_LOG.test(file.name);
}

/** When the last line of a file was written at the latest: a modification time in the future is not believed. */
export function notAfterMs(file: HostFile, context: AnalysisContext): number {
  const acquired = Date.parse(context.acquiredAt);
  const modified = file.mtime === undefined ? acquired : file.mtime * 1000;
  return Number.isNaN(acquired) ? modified : Math.min(modified, acquired);
}

interface Listeners {
  readonly ssh: SshLogins;
  readonly index: InterestIndex<SyslogConsumer>;
  readonly journal: JournalRecords;
}

function visitor(file: HostFile, context: AnalysisContext, { ssh, index, journal }: Listeners): Visitor {
  const options = {
    notAfterMs: notAfterMs(file, context),
    ...(context.timeZone === undefined ? {} : { timeZone: context.timeZone }),
  };
  const parser = new SyslogParser(options);
  const heads = new SyslogHeads(index, options);
  const readText = (line: Line) => {
    const record = parser.parse(line.text);
    const listeners = record === undefined ? [] : index.listenersOf(record.program, record.message);
    if (record !== undefined && listeners.length > 0) tell(record, line, listeners);
  };
  const tell = (record: SyslogRecord, line: Line, listeners: readonly SyslogConsumer[]) => {
    journal.heard(record);
    const where = { path: file.path, line: line.number };
    for (const listener of listeners) listener.record(record, where);
  };
  return {
    wants: 'lines',
    line(line: Line) {
      const reading = heads.read(line);
      if (reading === 'odd') readText(line);
      if (reading !== 'wanted') return;
      const { listeners } = heads;
      if (listeners[0] === ssh && ssh.attempted(line, heads, file.path)) journal.heard(heads);
      else tell(heads.record(line), line, listeners);
    },
  };
}
