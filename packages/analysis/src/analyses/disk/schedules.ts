import { matchCommand } from '../../commands/command-rule.js';
import { COMMAND_RULES } from '../../commands/command-rules.js';
import type { HostFile, Visitor } from '../../engine/analysis.js';
import type { Reporter, Rule } from '../../engine/reporter.js';
import { inHiddenFolder, inTemporaryFolder } from '../../engine/suspicion.js';
import { parseCrontab } from '../../parsers/crontab.js';

const ODD_PLACE: Rule = {
  id: 'persistence.cron-odd-program',
  title: 'Cron runs something from a temporary or hidden folder',
  severity: 'high',
  techniques: ['T1053.003', 'T1564.001'],
};

const SYSTEM_TAB = /^\/etc\/(?:crontab|anacrontab|cron\.d\/[^/]+)$/;
const USER_TAB = /^\/var\/spool\/cron\/(?:crontabs\/|tabs\/)?([^/]+)$/;
const SCRIPT = /^\/etc\/cron\.(?:hourly|daily|weekly|monthly)\/[^/]+$/;
const AT_JOB = /^\/var\/spool\/(?:cron\/atjobs|at)\/[^/]+$/;

/** Everything that cron and at will run. */
export function visitSchedule(file: HostFile, reporter: Reporter): Visitor | undefined {
  const path = file.hostPath ?? '';
  if (file.type !== 'file') return undefined;
  const user = USER_TAB.exec(path)?.[1];
  if (SYSTEM_TAB.test(path)) return tab(file, reporter, { hasUser: 'yes' });
  if (user !== undefined && !AT_JOB.test(path)) return tab(file, reporter, { hasUser: 'no', user });
  return SCRIPT.test(path) || AT_JOB.test(path) ? script(file, reporter) : undefined;
}

interface Shape {
  readonly hasUser: 'yes' | 'no';
  readonly user?: string;
}

function tab(file: HostFile, reporter: Reporter, shape: Shape): Visitor {
  return {
    wants: 'lines',
    line({ text, number }) {
      const job = parseCrontab(text, shape);
      if (job === undefined) return;
      const user = job.user ?? shape.user ?? 'unknown';
      judge({ file, reporter, command: job.command, line: number, when: `${job.schedule} as ${user}`, text });
    },
  };
}

function script(file: HostFile, reporter: Reporter): Visitor {
  return {
    wants: 'lines',
    line({ text, number }) {
      if (!/^\s*(?:#|$)/.test(text))
        judge({ file, reporter, command: text, line: number, when: 'by the scheduler', text });
    },
  };
}

interface Scheduled {
  readonly file: HostFile;
  readonly reporter: Reporter;
  readonly command: string;
  readonly line: number;
  readonly when: string;
  readonly text: string;
}

function judge({ file, reporter, command, line, when, text }: Scheduled): void {
  const [worst] = matchCommand(command, COMMAND_RULES);
  const places = command
    .split(/[\s;|&()'"]+/)
    .filter((word) => inTemporaryFolder(word) || inHiddenFolder(word));
  // Redirecting to a temporary file is common; running something there is not.
  const runs = places.filter((place) => !command.includes(`>${place}`) && !command.includes(`> ${place}`));
  if (worst === undefined && !startsWithOne(command, runs)) return;
  const rule: Rule =
    worst === undefined
      ? ODD_PLACE
      : {
          id: worst.rule.id.replace(/^command\./, 'persistence.cron.'),
          title: worst.rule.title,
          severity: worst.rule.severity,
          techniques: ['T1053.003', ...worst.rule.techniques],
        };
  reporter.observe(rule, {
    title: worst === undefined ? rule.title : `A scheduled job: ${rule.title}`,
    entity: `file:${file.hostPath}`,
    atMs: file.mtime === undefined ? undefined : file.mtime * 1000,
    excerpt: text,
    where: [{ path: file.path, line }],
    confidence: 0.96,
    reasons: [`runs ${when}`, ...(worst === undefined ? runs : [worst.rule.id])],
  });
}

function startsWithOne(command: string, places: readonly string[]): boolean {
  return places.some((place) =>
    /(?:^|[;&|(]\s*|\b(?:sh|bash|python3?|perl|php|nice|nohup)\s+)$/.test(
      command.slice(0, command.indexOf(place)),
    ),
  );
}
