import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { Reporter, type Rule } from '../../engine/reporter.js';
import { type LoginRecord, LoginRecordParser, loginRecordBytes } from '../../parsers/login-records.js';

const FROM_INDICATOR: Rule = {
  id: 'log.login-from-indicator',
  title: 'An address of the finding logged in',
  severity: 'critical',
  techniques: ['T1078'],
};
const ERASED: Rule = {
  id: 'log.login-erased',
  title: 'A record of a login was overwritten with zeros',
  severity: 'high',
  techniques: ['T1070.002'],
};

const WTMP = /^\/var\/log\/wtmp(?:[.-]\d{1,8})?$/;
const MAX_EVENTS = 20_000;

/** wtmp: who logged in, as a timeline; logins of the finding's addresses; records that were erased. */
export function loginRecordAnalysis(): Analysis {
  return {
    id: 'logs.login-records',
    begin(context, output) {
      const reporter = new Reporter(context, output);
      return {
        visit: (file) => (file.type === 'file' && WTMP.test(file.name) ? visitor(file, reporter) : undefined),
      };
    },
  };
}

function visitor(file: HostFile, reporter: Reporter): Visitor {
  let told = 0;
  const parser = new LoginRecordParser(loginRecordBytes(file.sizeBytes), (record) => {
    if (record.type !== 'login' && record.type !== 'boot') return;
    if (told < MAX_EVENTS) event(file, record, reporter);
    told += 1;
    judge(file, record, reporter);
  });
  return {
    wants: 'chunks',
    chunk: (bytes) => parser.push(bytes),
    end() {
      const [first] = parser.emptyAt;
      if (first !== undefined && told > 0) erased(file, parser.emptyAt, reporter);
    },
  };
}

function event(
  file: HostFile,
  { type, user, host, line, atMs, offsetBytes }: LoginRecord,
  reporter: Reporter,
): void {
  reporter.event({
    atMs,
    what: type === 'boot' ? 'Boot' : 'Login',
    kind: `login.${type}`,
    message:
      type === 'boot'
        ? `the host booted (${host})`
        : `${user} logged in on ${line} from ${host || 'the console'}`,
    ...(type === 'boot' ? {} : { entity: `user:${user}` }),
    where: { path: file.path, offsetBytes },
  });
}

function judge(
  file: HostFile,
  { type, user, host, address, line, atMs, offsetBytes }: LoginRecord,
  reporter: Reporter,
): void {
  const { addresses } = reporter.context.indicators;
  if (type !== 'login' || !(addresses.includes(address) || addresses.includes(host))) return;
  reporter.observe(FROM_INDICATOR, {
    title: `${user} logged in on ${line} from ${host}, which the finding names`,
    entity: `user:${user}`,
    atMs,
    where: [{ path: file.path, offsetBytes }],
    confidence: 0.95,
  });
}

function erased(file: HostFile, places: readonly number[], reporter: Reporter): void {
  reporter.observe(ERASED, {
    title: `${places.length} records of ${file.hostPath} were overwritten with zeros`,
    entity: `file:${file.hostPath}`,
    where: places.map((offsetBytes) => ({ path: file.path, offsetBytes })),
    confidence: 0.8,
    reasons: ['tools that hide logins overwrite records in place'],
  });
}
