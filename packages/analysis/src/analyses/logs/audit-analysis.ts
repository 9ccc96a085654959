import { type CommandJudge, ruleReason } from '../../commands/command-judge.js';
import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { Reporter, type Rule } from '../../engine/reporter.js';
import { type AuditEvent, AuditEvents } from '../../parsers/audit-events.js';
import { parseAuditRecord } from '../../parsers/audit-record.js';

const FROM_SCRATCH: Rule = {
  id: 'log.audit-scratch-program',
  title: 'A program was started from a folder that everybody may write to',
  severity: 'medium',
  techniques: ['T1059', 'T1036.005'],
};
const BY_WEB_ACCOUNT: Rule = {
  id: 'log.audit-web-account',
  title: 'The account of the web server started a shell or a downloader',
  severity: 'medium',
  techniques: ['T1505.003', 'T1059.004'],
};
const SWITCHED_OFF: Rule = {
  id: 'log.audit-switched-off',
  title: 'The audit log was switched off, or its rules were removed',
  severity: 'high',
  techniques: ['T1685.004'],
};

const AUDIT_LOG = /^\/var\/log\/audit\/audit\.log(?:[.-]\d{1,8})?$/;
const SCRATCH = /^\/(?:tmp|var\/tmp|dev\/shm|run\/user\/\d+)\//;
const SHELL = /\/(?:ba|da|z|k|fi)?sh$|\/(?:curl|wget|nc|ncat|nc\.openbsd|socat|perl|python3?(?:\.\d+)?)$/;
/** Debian's, Red Hat's, and nginx's own. */
const WEB_ACCOUNTS = new Set(['www-data', 'apache', 'nginx', 'httpd']);
const WEB_UIDS: ReadonlyMap<string, string> = new Map([
  ['33', 'www-data'],
  ['48', 'apache'],
]);
const ACCOUNT_CHANGES = new Set([
  'ADD_USER',
  'DEL_USER',
  'ADD_GROUP',
  'DEL_GROUP',
  'USER_CHAUTHTOK',
  'USER_MGMT',
]);
const MOST_KNOWN = 20_000;

/** By name where the log has names; what has no account of its own is laid to its login. */
function userOf({ fields }: AuditEvent): string {
  const uid = fields.get('uid') ?? fields.get('auid') ?? '';
  const name = fields.has('uid') ? fields.get('UID') : fields.get('AUID');
  return name ?? WEB_UIDS.get(uid) ?? `uid ${uid}`;
}

interface Sighting {
  readonly file: HostFile;
  readonly excerpt?: string;
  readonly reasons?: readonly string[];
  /** What is told once only. Default: the excerpt. */
  readonly once?: string;
}

/** What the audit log says of programs that were started, of accounts, and of itself. */
class AuditReader {
  readonly #reporter: Reporter;
  readonly #commands: CommandJudge;
  /** What was told already: one program started a thousand times is told once. */
  readonly #told = new Set<string>();

  constructor(reporter: Reporter, commands: CommandJudge) {
    this.#reporter = reporter;
    this.#commands = commands;
  }

  visitor(file: HostFile): Visitor {
    const events = new AuditEvents((event) => this.#event(event, file));
    return {
      wants: 'lines',
      line(line) {
        const record = parseAuditRecord(line.text);
        if (record !== undefined) events.add(record, line.number);
      },
      end: () => events.end(),
    };
  }

  #event(event: AuditEvent, file: HostFile): void {
    if (event.argv !== undefined) this.#started(event, event.argv, file);
    if (event.types.some((type) => ACCOUNT_CHANGES.has(type))) this.#account(event, file);
    if (event.types.includes('CONFIG_CHANGE')) this.#configured(event, file);
  }

  #started(event: AuditEvent, argv: readonly string[], file: HostFile): void {
    const command = argv.join(' ');
    const exe = event.fields.get('exe') ?? '';
    const worst = this.#commands.worst(command, 'medium');
    if (worst !== undefined)
      this.#observe(
        { ...worst, id: 'log.audit-command', title: `${userOf(event)} ran: ${worst.title}` },
        event,
        {
          file,
          excerpt: command,
          reasons: [ruleReason(worst)],
        },
      );
    if (SCRATCH.test(exe)) this.#observe(FROM_SCRATCH, event, { file, excerpt: command, once: exe });
    if (WEB_ACCOUNTS.has(userOf(event)) && SHELL.test(exe))
      this.#observe(BY_WEB_ACCOUNT, event, { file, excerpt: command });
  }

  #account(event: AuditEvent, file: HostFile): void {
    const account = event.fields.get('acct') ?? event.fields.get('id') ?? '';
    const [type = ''] = event.types;
    this.#reporter.event({
      atMs: event.atMs,
      what: 'Account changed',
      kind: `audit.${type.toLowerCase()}`,
      message: `${type} ${event.fields.get('op') ?? ''} ${account} ${event.fields.get('res') ?? ''}`.trim(),
      entity: `user:${account}`,
      where: { path: file.path, line: event.line },
    });
  }

  /** Rules are also loaded anew at every start; that removes them first, so one removal says little. */
  #configured(event: AuditEvent, file: HostFile): void {
    const enabled = event.fields.get('audit_enabled');
    const before = event.fields.get('old');
    const hasChanged = enabled === '0' && before !== undefined && before !== '0';
    const byHand = event.fields.get('op') === 'remove_rule' && event.fields.get('auid') !== '4294967295';
    if (hasChanged || byHand) this.#observe(SWITCHED_OFF, event, { file });
  }

  #observe(
    rule: Rule,
    event: AuditEvent,
    { file, excerpt, reasons = [], once = excerpt ?? '' }: Sighting,
  ): void {
    const key = `${rule.id} ${rule.title} ${once}`;
    if (this.#told.has(key) || this.#told.size >= MOST_KNOWN) return;
    this.#told.add(key);
    const { atMs, line } = event;
    const where = { path: file.path, line };
    this.#reporter.observe(rule, {
      entity: `user:${userOf(event)}`,
      atMs,
      ...(excerpt === undefined ? {} : { excerpt }),
      where: [where],
      confidence: 0.9,
      reasons: [...reasons, ...circumstancesOf(event)],
    });
    this.#reporter.event({
      atMs,
      what: 'Program started',
      kind: 'audit.execve',
      message: excerpt ?? rule.title,
      entity: `user:${userOf(event)}`,
      where,
    });
  }
}

/** Under which login, and where. */
function circumstancesOf({ fields }: AuditEvent): readonly string[] {
  const login = fields.get('AUID') ?? fields.get('auid');
  const isNobodys = login === undefined || login === '4294967295' || login === 'unset';
  const folder = fields.get('cwd');
  return [...(isNobodys ? [] : [`logged in as ${login}`]), ...(folder === undefined ? [] : [`in ${folder}`])];
}

/** auditd's log: who started what, under which login, and whether somebody switched it off. */
export function auditAnalysis(commands: CommandJudge): Analysis {
  return {
    id: 'logs.audit',
    begin(context, output) {
      const reader = new AuditReader(new Reporter(context, output), commands);
      return {
        visit: (file) =>
          file.type === 'file' && AUDIT_LOG.test(file.name) ? reader.visitor(file) : undefined,
      };
    },
  };
}
