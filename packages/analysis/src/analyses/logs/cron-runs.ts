import { type CommandJudge, ruleReason } from '../../commands/command-judge.js';
import type { Place, Reporter } from '../../engine/reporter.js';
import { parseCronLog } from '../../parsers/cron-log.js';
import type { SyslogRecord } from '../../parsers/syslog.js';
import type { SyslogConsumer } from './syslog-consumer.js';

const MAX_COMMANDS = 10_000;

interface Runs {
  count: number;
  firstMs: number;
  lastMs: number;
  first: Place;
  last: Place;
  readonly user: string;
}

/** Jobs that cron has really started. Each different command is judged once. */
export class CronRuns implements SyslogConsumer {
  /** `(root) CMD (...)` */
  readonly interest = { CRON: '(', CROND: '(', crond: '(' };
  readonly #runs = new Map<string, Runs>();

  constructor(
    private readonly reporter: Reporter,
    private readonly commands: CommandJudge,
  ) {}

  record({ program, message, atMs }: SyslogRecord, where: Place): void {
    if (program !== 'CRON' && program !== 'CROND' && program !== 'crond') return;
    const run = parseCronLog(message);
    if (run === undefined) return;
    const known = this.#runs.get(run.command);
    if (known !== undefined) extend(known, atMs, where);
    else if (this.#runs.size < MAX_COMMANDS) {
      const { user, command } = run;
      this.#runs.set(command, { count: 1, firstMs: atMs, lastMs: atMs, first: where, last: where, user });
    }
  }

  finish(): void {
    for (const [command, runs] of this.#runs) {
      const worst = this.commands.worst(command, 'medium');
      if (worst === undefined) continue;
      this.reporter.observe(
        { ...worst, id: 'log.cron-command', techniques: ['T1053.003', ...worst.techniques] },
        {
          title: `Cron ran as ${runs.user}, ${runs.count} times: ${worst.title}`,
          entity: `user:${runs.user}`,
          atMs: runs.firstMs,
          excerpt: command,
          where: [runs.first, runs.last],
          confidence: 0.95,
          reasons: [ruleReason(worst), `last run ${new Date(runs.lastMs).toISOString()}`],
        },
      );
      this.#event(command, runs);
    }
  }

  #event(command: string, runs: Runs): void {
    const common = { what: 'Job started', kind: 'cron.run', entity: `user:${runs.user}` };
    this.reporter.event({
      ...common,
      atMs: runs.firstMs,
      message: `first run: ${command}`,
      where: runs.first,
    });
    if (runs.count > 1)
      this.reporter.event({
        ...common,
        atMs: runs.lastMs,
        message: `last run: ${command}`,
        where: runs.last,
      });
  }
}

function extend(runs: Runs, atMs: number, where: Place): void {
  runs.count += 1;
  if (atMs < runs.firstMs) {
    runs.firstMs = atMs;
    runs.first = where;
  }
  if (atMs > runs.lastMs) {
    runs.lastMs = atMs;
    runs.last = where;
  }
}
