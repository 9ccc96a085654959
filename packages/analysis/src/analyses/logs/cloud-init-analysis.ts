import { type CommandJudge, ruleReason } from '../../commands/command-judge.js';
import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { Reporter, type Rule } from '../../engine/reporter.js';
import { parseCloudInitLog } from '../../parsers/cloud-init-log.js';

const AT_BOOT: Rule = {
  id: 'persistence.user-data',
  title: 'What runs at boot does something odd',
  severity: 'high',
  techniques: ['T1037', 'T1059.004'],
};
const RAN_AT_BOOT: Rule = {
  id: 'log.cloud-init-command',
  title: 'At boot something odd was run',
  severity: 'high',
  techniques: ['T1037', 'T1059.004'],
};

const LOG = /^\/var\/log\/cloud-init\.log(?:[.-]\d{1,8})?$/;
/** What an instance was given to run, and scripts that run at every boot whoever put them there. */
const SCRIPTS =
  /^\/var\/lib\/cloud\/(?:instances?\/(?:[^/]+\/)?(?:user-data\.txt|vendor-data\.txt|scripts\/[^/]+)|scripts\/(?:per-boot|per-instance|per-once|vendor)\/[^/]+)$/;
const MOST_EVENTS = 5_000;

/** cloud-init: which scripts and commands it has run at each boot, and which it will run. */
export function cloudInitAnalysis(commands: CommandJudge): Analysis {
  return {
    id: 'logs.cloud-init',
    begin(context, output) {
      const reader = new BootReader(new Reporter(context, output), commands);
      return { visit: (file) => (file.type === 'file' ? reader.visit(file) : undefined) };
    },
  };
}

class BootReader {
  #events = 0;
  readonly #told = new Set<string>();

  constructor(
    private readonly reporter: Reporter,
    private readonly commands: CommandJudge,
  ) {}

  visit(file: HostFile): Visitor | undefined {
    if (LOG.test(file.name)) return this.#log(file);
    return SCRIPTS.test(file.hostPath ?? '') ? this.#script(file) : undefined;
  }

  #log({ path }: HostFile): Visitor {
    return {
      wants: 'lines',
      line: ({ text, number }) => {
        const record = parseCloudInitLog(text);
        if (record?.argv === undefined) return;
        const command = record.argv.join(' ');
        const where = { path, line: number };
        this.#events += 1;
        if (this.#events <= MOST_EVENTS)
          this.reporter.event({
            atMs: record.atMs,
            what: 'Command at boot',
            kind: 'cloud-init.command',
            message: command,
            where,
          });
        this.#judge(RAN_AT_BOOT, { command, where, atMs: record.atMs, entity: 'service:cloud-init' });
      },
    };
  }

  #script({ path, hostPath, mtime }: HostFile): Visitor {
    const atMs = mtime === undefined ? undefined : mtime * 1000;
    return {
      wants: 'lines',
      line: ({ text, number }) => {
        if (/^\s*(?:#|$)/.test(text)) return;
        this.#judge(AT_BOOT, {
          command: text,
          where: { path, line: number },
          atMs,
          entity: `file:${hostPath}`,
        });
      },
    };
  }

  #judge(
    rule: Rule,
    seen: {
      readonly command: string;
      readonly where: { readonly path: string; readonly line: number };
      readonly atMs: number | undefined;
      readonly entity: string;
    },
  ): void {
    // Whoever sets a host up downloads and installs: that alone is what the script is for.
    const worst = this.commands.worst(seen.command, 'high');
    const key = `${rule.id} ${seen.command.slice(0, 500)}`;
    if (worst === undefined || this.#told.has(key) || this.#told.size >= MOST_EVENTS) return;
    this.#told.add(key);
    this.reporter.observe(
      { ...rule, severity: worst.severity, techniques: [...rule.techniques, ...worst.techniques] },
      {
        title: `${rule.title}: ${worst.title}`,
        entity: seen.entity,
        atMs: seen.atMs,
        excerpt: seen.command,
        where: [seen.where],
        confidence: 0.85,
        reasons: [ruleReason(worst)],
      },
    );
  }
}
