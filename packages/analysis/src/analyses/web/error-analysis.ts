import type { Analysis, AnalysisContext, HostFile, Visitor } from '../../engine/analysis.js';
import { type Place, Reporter, type Rule } from '../../engine/reporter.js';
import { errorLogParser } from '../../parsers/error-log.js';
import { TimeZoneFiles } from '../logs/time-zone-files.js';

const COMMAND_OUTPUT: Rule = {
  id: 'web.command-output-in-error-log',
  title: 'A command that a page ran wrote into the error log of the web server',
  severity: 'high',
  techniques: ['T1505.003', 'T1059.004'],
};
const EVALUATED: Rule = {
  id: 'web.evaluated-code',
  title: 'Code that a page made up as it ran went wrong',
  severity: 'medium',
  techniques: ['T1505.003'],
};

const ERROR_LOG = /^\/var\/log\/(?:apache2|httpd|nginx|lighttpd)\/[^/]*error[^/]*$/;
/** What shells, wget and curl say of themselves: a server's own messages begin with a time in brackets. */
const OUTPUT =
  /^(?:(?:\/(?:usr\/)?bin\/)?(?:ba|da)?sh: (?:line )?\d{1,6}: .{1,300}(?:not found|[Pp]ermission denied|No such file)|--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d-- {2}(?:https?|ftp):\/\/| {2}% Total {4}% Received % Xferd)/;
const EVAL = /\beval\(\)'d code\b|\bassert\(\) ?:? ?code\b/;
const MOST_TOLD = 50;

/** Error logs of web servers: what commands wrote that pages ran, and code that was made up as it ran. */
export function errorAnalysis(): Analysis {
  return {
    id: 'web.errors',
    begin(context, output) {
      const reporter = new Reporter(context, output);
      const zone = new TimeZoneFiles();
      return {
        visit: (file) =>
          file.type === 'file' && ERROR_LOG.test(file.name)
            ? visitor(file, { ...context, ...zone.known(context) }, reporter)
            : zone.visit(file),
      };
    },
  };
}

function visitor({ path, hostPath }: HostFile, { timeZone }: AnalysisContext, reporter: Reporter): Visitor {
  const parse = errorLogParser(timeZone);
  let lastMs: number | undefined;
  let told = 0;
  const tell = (
    rule: Rule,
    text: string,
    seen: { readonly where: Place; readonly client?: string | undefined },
  ) => {
    told += 1;
    if (told > MOST_TOLD) return;
    reporter.observe(rule, {
      entity: seen.client === undefined ? `file:${hostPath}` : `ip:${seen.client}`,
      atMs: lastMs,
      excerpt: text,
      where: [seen.where],
      confidence: rule === COMMAND_OUTPUT ? 0.85 : 0.6,
      reasons: seen.client === undefined ? ['its time is that of the message before'] : [],
    });
  };
  return {
    wants: 'lines',
    line({ text, number }) {
      const where = { path, line: number };
      const record = parse(text);
      lastMs = record?.atMs ?? lastMs;
      if (record === undefined && OUTPUT.test(text)) tell(COMMAND_OUTPUT, text, { where });
      else if (EVAL.test(text)) tell(EVALUATED, text, { where, client: record?.client });
    },
  };
}
