import { type CommandJudge, ruleName, ruleReason } from '../../commands/command-judge.js';
import type { Severity } from '../../detector.js';
import type { HostFile, Visitor } from '../../engine/analysis.js';
import type { Reporter, Rule } from '../../engine/reporter.js';
import { inHiddenFolder, inTemporaryFolder } from '../../engine/suspicion.js';
import { parseCrontab } from '../../parsers/crontab.js';
import type { RuleHit } from '../../rules/command-rules.js';

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
export function visitSchedule(
  file: HostFile,
  reporter: Reporter,
  commands: CommandJudge,
): Visitor | undefined {
  const desk = { file, reporter, commands };
  const path = file.hostPath ?? '';
  if (file.type !== 'file') return undefined;
  const user = USER_TAB.exec(path)?.[1];
  if (SYSTEM_TAB.test(path)) return tab(desk, { hasUser: 'yes' });
  if (user !== undefined && !AT_JOB.test(path)) return tab(desk, { hasUser: 'no', user });
  return SCRIPT.test(path) || AT_JOB.test(path) ? script(desk) : undefined;
}

interface Desk {
  readonly file: HostFile;
  readonly reporter: Reporter;
  readonly commands: CommandJudge;
}

interface Shape {
  readonly hasUser: 'yes' | 'no';
  readonly user?: string;
}

function tab(desk: Desk, shape: Shape): Visitor {
  return {
    wants: 'lines',
    line({ text, number }) {
      const job = parseCrontab(text, shape);
      if (job === undefined) return;
      const user = job.user ?? shape.user ?? 'unknown';
      const when = `${job.schedule} as ${user}`;
      judge(desk, { command: job.command, line: number, when, text, least: 'medium' });
    },
  };
}

function script(desk: Desk): Visitor {
  return {
    wants: 'lines',
    line({ text, number }) {
      if (!/^\s*(?:#|$)/.test(text))
        judge(desk, { command: text, line: number, when: 'by the scheduler', text, least: 'high' });
    },
  };
}

interface Scheduled {
  readonly command: string;
  readonly line: number;
  readonly when: string;
  readonly text: string;
  /** Scripts of packages do what is odd in a crontab. */
  readonly least: Severity;
}

function judge({ file, reporter, commands }: Desk, { command, line, when, text, least }: Scheduled): void {
  const worst = commands.worst(command, least);
  const places = command
    .split(/[\s;|&()'"]+/)
    .filter((word) => inTemporaryFolder(word) || inHiddenFolder(word));
  // Redirecting to a temporary file is common; running something there is not.
  const runs = places.filter((place) => !command.includes(`>${place}`) && !command.includes(`> ${place}`));
  if (worst === undefined && !startsWithOne(command, runs)) return;
  const rule = worst === undefined ? ODD_PLACE : ruleOf(worst);
  reporter.observe(rule, {
    title: worst === undefined ? rule.title : `A scheduled job: ${rule.title}`,
    entity: `file:${file.hostPath}`,
    atMs: file.mtime === undefined ? undefined : file.mtime * 1000,
    excerpt: text,
    where: [{ path: file.path, line }],
    confidence: 0.96,
    reasons: [`runs ${when}`, ...(worst === undefined ? runs : [ruleReason(worst)])],
  });
}

function ruleOf(hit: RuleHit): Rule {
  const { title, severity, techniques } = hit;
  return {
    id: `persistence.cron.${ruleName(hit)}`,
    title,
    severity,
    techniques: ['T1053.003', ...techniques],
  };
}

function startsWithOne(command: string, places: readonly string[]): boolean {
  return places.some((place) =>
    /(?:^|[;&|(]\s*|\b(?:sh|bash|python3?|perl|php|nice|nohup)\s+)$/.test(
      command.slice(0, command.indexOf(place)),
    ),
  );
}
