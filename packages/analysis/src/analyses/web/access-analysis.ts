import type { Observation } from '@cordon/core';
import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { Reporter, type Rule } from '../../engine/reporter.js';
import { parseAccessLog } from '../../parsers/access-log.js';
import { parseLoadBalancerLog } from '../../parsers/load-balancer-log.js';
import { type ScriptUse, ScriptUses } from './script-uses.js';

const SHELL_USED: Rule = {
  id: 'web.shell-used',
  title: 'A web shell was used',
  severity: 'critical',
  techniques: ['T1505.003', 'T1190'],
};
const UPLOAD_RUN: Rule = {
  id: 'web.script-among-uploads',
  title: 'A script among the uploads was run',
  severity: 'medium',
  techniques: ['T1505.003'],
};

const ACCESS_LOG =
  /^\/var\/log\/(?:apache2|httpd|nginx|lighttpd|caddy)\/[^/]*(?:access|ssl_request|other_vhosts)[^/]*$/;
/** As Elastic Load Balancing names them in S3. */
const LOAD_BALANCER_LOG = /(?:^|\/)\d{12}_elasticloadbalancing_[^/]+\.log(?:\.gz)?$/;
/** Ours, and YARA rules of the user's that say so in their names. */
const WEB_SHELL = /^(?:webshell|yara\.\w{0,100}web_?shell)/i;
const UPLOADS = /\/(?:uploads?|files|images?|img|media|cache|tmp|temp|avatars?|attachments?)\//i;

/** Requests for scripts, joined with the web shells that were found on the disk. */
export function accessAnalysis(): Analysis {
  return {
    id: 'web.access',
    begin(context, output) {
      const reporter = new Reporter(context, output);
      const uses = new ScriptUses();
      return {
        visit(file) {
          const parse = file.type === 'file' ? parserOf(file) : undefined;
          return parse === undefined ? undefined : visitor(file, uses, parse);
        },
        finish(seen) {
          if (uses.overflow > 0)
            reporter.notice('TOO_MANY_REQUESTERS', `${uses.overflow} requests are not counted`);
          judge(uses.all(), shellPaths(seen), reporter);
        },
      };
    },
  };
}

type Parser = typeof parseAccessLog;

function parserOf({ name, path }: HostFile): Parser | undefined {
  if (LOAD_BALANCER_LOG.test(path)) return parseLoadBalancerLog;
  return ACCESS_LOG.test(name) ? parseAccessLog : undefined;
}

function visitor(file: HostFile, uses: ScriptUses, parse: Parser): Visitor {
  return {
    wants: 'lines',
    line({ text, number }) {
      const record = parse(text);
      if (record !== undefined) uses.add(record, { path: file.path, line: number }, text);
    },
  };
}

/** Files on the disk that a detector called a web shell, low or above. */
function shellPaths(seen: readonly Observation[]): readonly string[] {
  return seen
    .filter(({ rule, severity }) => WEB_SHELL.test(rule) && severity !== 'info')
    .map(({ entity }) => entity.replace(/^file:/, ''));
}

function judge(uses: readonly ScriptUse[], shells: readonly string[], reporter: Reporter): void {
  for (const use of uses) {
    const shell = shells.find((path) => path.endsWith(use.path) && use.path.length > 1);
    const named = reporter.context.indicators.addresses.includes(use.client);
    if (shell !== undefined) tell(use, { rule: SHELL_USED, shell, named }, reporter);
    else if (UPLOADS.test(use.path) && (use.posts > 0 || named))
      tell(use, { rule: UPLOAD_RUN, shell, named }, reporter);
  }
}

interface Judgement {
  readonly rule: Rule;
  readonly shell: string | undefined;
  readonly named: boolean;
}

function tell(use: ScriptUse, { rule, shell, named }: Judgement, reporter: Reporter): void {
  const count = use.posts + use.gets;
  const entity = `ip:${use.client}`;
  reporter.observe(rule, {
    title: `${use.client} used ${use.path} ${count} times (${use.posts} POST)`,
    severity: rule === SHELL_USED ? 'critical' : named ? 'high' : 'medium',
    entity,
    atMs: use.firstMs,
    excerpt: use.line,
    where: [use.first, use.last],
    confidence: shell !== undefined ? 0.98 : 0.7,
    reasons: [
      ...(shell === undefined ? [] : [`the file is a web shell: ${shell}`]),
      ...(named ? ['the finding names this address'] : []),
      `first ${new Date(use.firstMs).toISOString()}, last ${new Date(use.lastMs).toISOString()}`,
      `user agent: ${use.agent}`,
    ],
  });
  const common = { kind: 'web.script-used', entity };
  reporter.event({
    ...common,
    atMs: use.firstMs,
    what: 'Script requested',
    message: `first of ${count} requests of ${use.client} to ${use.path}`,
    where: use.first,
  });
  reporter.event({
    ...common,
    atMs: use.lastMs,
    what: 'Script requested',
    message: `last of ${count} requests of ${use.client} to ${use.path}`,
    where: use.last,
  });
}
