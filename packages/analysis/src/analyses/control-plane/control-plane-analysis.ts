import { parseFindings } from '@cordon/core';
import { type CommandJudge, ruleReason } from '../../commands/command-judge.js';
import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { Reporter, type Rule } from '../../engine/reporter.js';
import { asObject, type JsonObject, parseJsonObject, textField } from '../../parsers/json-line.js';

const GUARDDUTY: Rule = {
  id: 'guardduty.finding',
  title: 'GuardDuty found something on this instance',
  severity: 'info',
  techniques: [],
};
const ASSOCIATION: Rule = {
  id: 'persistence.ssm-association',
  title: 'Systems Manager runs a script on the instance again and again',
  severity: 'medium',
  techniques: ['T1651', 'T1053'],
};
const USER_DATA: Rule = {
  id: 'persistence.user-data',
  title: 'What runs at boot does something odd',
  severity: 'high',
  techniques: ['T1037', 'T1059.004'],
};

const FINDINGS = /(?:^|\/)(?:guardduty-findings\.jsonl|[^/]*GuardDuty[^/]*\.jsonl(?:\.gz)?)$/;
const MOST_EVENTS = 20_000;
const MOST_DOCUMENT_BYTES = 16 * 1024 * 1024;
/** Documents that run what they are given; others do one thing each. */
const RUNS_ANYTHING =
  /^(?:AWS-Run(?:Shell|Remote|PowerShell)Script|AWS-RunDocument|AWS-ApplyAnsiblePlaybooks)$/;

/** What AWS itself knows of the instance: GuardDuty's history, Systems Manager's, and what the instance was given to run. */
export function controlPlaneAnalysis(commands: CommandJudge): Analysis {
  return {
    id: 'control-plane',
    begin(context, output) {
      const reader = new ControlPlaneReader(new Reporter(context, output), commands);
      return { visit: (file) => (file.type === 'file' ? reader.visit(file) : undefined) };
    },
  };
}

class ControlPlaneReader {
  #events = 0;

  constructor(
    private readonly reporter: Reporter,
    private readonly commands: CommandJudge,
  ) {}

  visit({ path }: HostFile): Visitor | undefined {
    if (FINDINGS.test(path)) return this.#lines((object, line) => this.#finding(object, { path, line }));
    if (!path.startsWith('control-plane/')) return undefined;
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name === 'ssm-commands.jsonl')
      return this.#lines((object, line) => this.#invocation(object, { path, line }));
    if (name === 'ssm-sessions.json')
      return this.#document(path, (document) => this.#sessions(document, path));
    if (name === 'ssm-associations.json')
      return this.#document(path, (document) => this.#associations(document, path));
    return name === 'user-data.bin' ? this.#userData(path) : undefined;
  }

  #lines(take: (object: JsonObject, line: number) => void): Visitor {
    return {
      wants: 'lines',
      line({ text, number }) {
        const object = parseJsonObject(text);
        if (object !== undefined) take(object, number);
      },
    };
  }

  #document(path: string, take: (document: JsonObject) => void): Visitor {
    return {
      wants: 'whole',
      limitBytes: MOST_DOCUMENT_BYTES,
      whole: (bytes) => {
        const document = parseJsonObject(Buffer.from(bytes).toString('utf8').trim());
        if (document === undefined) this.reporter.notice('CONTENT_UNREADABLE', 'no JSON document', path);
        else take(document);
      },
    };
  }

  #finding(object: JsonObject, where: Where): void {
    for (const { type, title, band, lastSeen = '', suspect, sample } of parseFindings(object).findings) {
      if (sample) continue;
      const atMs = Date.parse(lastSeen);
      this.reporter.observe(GUARDDUTY, {
        title: `GuardDuty: ${title}`,
        severity: band,
        entity: `instance:${suspect.instanceId}`,
        atMs: Number.isNaN(atMs) ? undefined : atMs,
        excerpt: type,
        where: [where],
        confidence: 0.8,
      });
      this.#happened(atMs, {
        what: 'Finding',
        kind: 'guardduty.finding',
        message: `${type}: ${title}`,
        where,
      });
    }
  }

  #invocation(object: JsonObject, where: Where): void {
    const document = textField(object, 'DocumentName');
    const comment = textField(object, 'Comment');
    this.#happened(Date.parse(textField(object, 'RequestedDateTime')), {
      what: 'Command sent',
      kind: 'ssm.command',
      message: `${document} ${textField(object, 'StatusDetails')}${comment === '' ? '' : `: ${comment}`}`,
      where,
    });
  }

  #sessions(document: JsonObject, path: string): void {
    for (const session of [...listOf(document, 'active'), ...listOf(document, 'history')]) {
      const owner = textField(session, 'Owner');
      const about = { kind: 'ssm.session', where: { path }, entity: `principal:${owner}` };
      const [started, ended] = [textField(session, 'StartDate'), textField(session, 'EndDate')];
      this.#happened(Date.parse(started), {
        ...about,
        what: 'Session began',
        message: `${owner} opened a shell`,
      });
      this.#happened(Date.parse(ended), {
        ...about,
        what: 'Session ended',
        message: `${owner} closed the shell`,
      });
    }
  }

  #associations(document: JsonObject, path: string): void {
    for (const association of listOf(document, 'defined')) {
      const name = textField(association, 'Name');
      const isOwn = !/^AWS(?:EC2|[A-Z]\w*)?-/.test(name);
      if (!RUNS_ANYTHING.test(name) && !isOwn) continue;
      const schedule = textField(association, 'ScheduleExpression');
      this.reporter.observe(ASSOCIATION, {
        title: `Systems Manager runs ${name} on the instance ${schedule === '' ? 'when it is told to' : schedule}`,
        severity: RUNS_ANYTHING.test(name) ? 'medium' : 'low',
        entity: `association:${textField(association, 'AssociationId')}`,
        where: [{ path }],
        confidence: 0.5,
        reasons: ['administrators do that too: look at what it runs, and at who made it'],
      });
    }
  }

  #userData(path: string): Visitor {
    return {
      wants: 'lines',
      line: ({ text, number }) => {
        const worst = /^\s*(?:#|$)/.test(text) ? undefined : this.commands.worst(text, 'high');
        if (worst === undefined) return;
        this.reporter.observe(
          {
            ...USER_DATA,
            severity: worst.severity,
            techniques: [...USER_DATA.techniques, ...worst.techniques],
          },
          {
            title: `${USER_DATA.title}: ${worst.title}`,
            entity: 'service:cloud-init',
            excerpt: text,
            where: [{ path, line: number }],
            confidence: 0.85,
            reasons: [ruleReason(worst)],
          },
        );
      },
    };
  }

  #happened(atMs: number, happening: Omit<Parameters<Reporter['event']>[0], 'atMs'>): void {
    this.#events += 1;
    if (this.#events <= MOST_EVENTS && !Number.isNaN(atMs)) this.reporter.event({ ...happening, atMs });
  }
}

interface Where {
  readonly path: string;
  readonly line: number;
}

function listOf(document: JsonObject, name: string): readonly JsonObject[] {
  const list: unknown = document[name];
  if (!Array.isArray(list)) return [];
  return list.map((item: unknown) => asObject(item)).filter((item) => item !== undefined);
}
