import { isIP } from 'node:net';
import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { Reporter, type Rule } from '../../engine/reporter.js';
import { isPublicAddress } from '../../engine/suspicion.js';
import { type TrailCall, trailCalls } from '../../parsers/trail-file.js';
import { type Caller, Callers } from './callers.js';

const FROM_INDICATOR: Rule = {
  id: 'trail.call-from-finding',
  title: 'An address of the finding called AWS',
  severity: 'high',
  techniques: ['T1078.004'],
};
const TAKEN_SESSION: Rule = {
  id: 'trail.instance-session-elsewhere',
  title: 'The session of an instance was used from more than one place',
  severity: 'medium',
  techniques: ['T1552.005', 'T1078.004'],
};

/** As CloudTrail names its files in S3, wherever they were copied to. */
const TRAIL_FILE = /(?:^|\/)\d{12}_CloudTrail_[^/]+\.json(?:\.gz)?$/;
/** CloudTrail begins a new file long before. */
const MOST_BYTES = 256 * 1024 * 1024;
/** The role of an instance, in a session that is called like it. */
const OF_INSTANCE = /:assumed-role\/[^/]+\/i-[0-9a-f]{8,17}$/;

/** CloudTrail's own files: calls from the finding's addresses, and instances' credentials that were used elsewhere. */
export function trailAnalysis(): Analysis {
  return {
    id: 'control-plane.trail',
    begin(context, output) {
      const reporter = new Reporter(context, output);
      const callers = new Callers();
      const isWanted = ({ principal, source }: TrailCall) =>
        context.indicators.addresses.includes(source) || (OF_INSTANCE.test(principal) && isIP(source) !== 0);
      return {
        visit: (file) => (file.type === 'file' ? visitor(file, { callers, isWanted, reporter }) : undefined),
        finish() {
          if (callers.dropped > 0)
            reporter.notice('TOO_MANY_CALLERS', `${callers.dropped} calls of further callers are not judged`);
          judge(callers.all(), reporter);
        },
      };
    },
  };
}

interface Reading {
  readonly callers: Callers;
  readonly isWanted: (call: TrailCall) => boolean;
  readonly reporter: Reporter;
}

function visitor({ path }: HostFile, { callers, isWanted, reporter }: Reading): Visitor | undefined {
  if (!TRAIL_FILE.test(path)) return undefined;
  return {
    wants: 'whole',
    limitBytes: MOST_BYTES,
    whole(bytes, complete) {
      const calls = complete ? trailCalls(Buffer.from(bytes).toString('utf8')) : undefined;
      if (calls === undefined) reporter.notice('CONTENT_UNREADABLE', 'no whole file of CloudTrail', path);
      for (const call of calls ?? []) if (isWanted(call)) callers.add(call, { path });
    },
  };
}

function judge(callers: readonly Caller[], reporter: Reporter): void {
  const places = new Map<string, number>();
  for (const { principal, source } of callers)
    if (isPublicAddress(source)) places.set(principal, (places.get(principal) ?? 0) + 1);
  for (const caller of callers) {
    const isNamed = reporter.context.indicators.addresses.includes(caller.source);
    const isElsewhere = isPublicAddress(caller.source) && (places.get(caller.principal) ?? 0) > 1;
    if (isNamed) tell(FROM_INDICATOR, caller, reporter);
    else if (isElsewhere) tell(TAKEN_SESSION, caller, reporter);
  }
}

/** What the address did stands in the reasons: most of it first. */
function tell(rule: Rule, caller: Caller, reporter: Reporter): void {
  const { principal, source, count, refused, changed, firstMs, lastMs, first, last } = caller;
  const calls = [...caller.calls].sort((a, b) => b[1] - a[1]).map(([call, times]) => `${call}: ${times}`);
  const isWorse = rule === FROM_INDICATOR && changed > 0;
  const title = `${source} called AWS ${count} times as ${principal}`;
  reporter.observe(rule, {
    title,
    ...(isWorse ? { severity: 'critical' } : {}),
    entity: `ip:${source}`,
    atMs: firstMs,
    excerpt: caller.agent,
    where: [first, last],
    confidence: rule === FROM_INDICATOR ? 0.95 : 0.5,
    reasons: [
      rule === FROM_INDICATOR
        ? 'the finding names this address'
        : 'the same session came from other addresses, too',
      `${changed} calls changed something, ${refused} were refused`,
      ...calls,
    ],
  });
  const common = { what: 'AWS called', kind: 'aws.called', message: title, entity: `ip:${source}` };
  reporter.event({ ...common, atMs: firstMs, where: first });
  if (count > 1) reporter.event({ ...common, atMs: lastMs, where: last });
}
