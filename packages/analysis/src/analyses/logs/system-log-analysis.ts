import { CommandJudge } from '../../commands/command-judge.js';
import type { Analysis, AnalysisContext, HostFile, Visitor } from '../../engine/analysis.js';
import type { Line } from '../../engine/line.js';
import { Reporter } from '../../engine/reporter.js';
import { isClassic, SyslogParser, type SyslogRecord } from '../../parsers/syslog.js';
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
      const journal = new JournalRecords(reporter, consumers);
      const zone = new TimeZoneFiles();
      return {
        visit(file) {
          if (isSystemLog(file))
            return visitor(file, { ...context, ...zone.known(context) }, { ssh, consumers, journal });
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
  readonly consumers: readonly SyslogConsumer[];
  readonly journal: JournalRecords;
}

function visitor(file: HostFile, context: AnalysisContext, { ssh, consumers, journal }: Listeners): Visitor {
  const parser = new SyslogParser({
    notAfterMs: notAfterMs(file, context),
    ...(context.timeZone === undefined ? {} : { timeZone: context.timeZone }),
  });
  const index = new InterestIndex(consumers.map(({ interest }) => interest));
  const tell = (record: SyslogRecord | undefined, line: Line) => {
    if (record === undefined) return;
    const where = { path: file.path, line: line.number };
    journal.heard(record);
    for (const consumer of consumers) consumer.record(record, where);
  };
  return {
    wants: 'lines',
    line(line: Line) {
      if (!isClassic(line)) return tell(parser.parse(line.text), line);
      const head = parser.headOf(line, index);
      if (head === undefined) return;
      const { atMs, tag } = head;
      if (ssh.attempted(line, head, file.path)) journal.heard({ atMs, program: tag.program });
      else tell(parser.recordOf(line, head), line);
    },
  };
}
