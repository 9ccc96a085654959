import type { Analysis, AnalysisContext, HostFile, Visitor } from '../../engine/analysis.js';
import type { Line } from '../../engine/line.js';
import { Reporter, type Rule } from '../../engine/reporter.js';
import { LineTimes } from '../../parsers/line-times.js';
import { type ClockJump, ClockJumps } from './clock-jumps.js';
import { LogGaps } from './log-gaps.js';
import { isSystemLog, notAfterMs } from './system-log-analysis.js';
import { UnwrittenEnds } from './unwritten-ends.js';

const DISCARDED: Rule = {
  id: 'log.discarded',
  title: 'A log is a link to /dev/null',
  severity: 'high',
  techniques: ['T1685.006'],
};
const HOLE: Rule = {
  id: 'log.hole',
  title: 'A log holds NUL bytes where lines should be',
  severity: 'medium',
  techniques: ['T1685.006'],
};
const GAP: Rule = {
  id: 'log.gap',
  title: 'A log that is never silent was silent',
  severity: 'low',
  techniques: ['T1685.006'],
};

const JUMP: Rule = {
  id: 'log.clock-jump',
  title: 'The time of a log goes back',
  severity: 'low',
  techniques: ['T1070.006'],
};

const ANY_LOG =
  /^\/var\/log\/(?:.*\/)?(?:auth\.log|secure|syslog|messages|wtmp|btmp|lastlog|access\.log|access_log|audit\.log|cron)$/;

/** Whether logs were thrown away, overwritten, cut or put together: NUL holes, silences, time that goes back. */
export function logIntegrityAnalysis(): Analysis {
  return {
    id: 'logs.integrity',
    begin(context, output) {
      const reporter = new Reporter(context, output);
      const ends = new UnwrittenEnds();
      const holes: Hole[] = [];
      return {
        visit(file) {
          ends.saw(file);
          if (file.linkTarget === '/dev/null' && ANY_LOG.test(file.hostPath ?? '')) discarded(file, reporter);
          return isSystemLog(file) ? visitor(file, context, reporter, holes) : undefined;
        },
        finish() {
          for (const hole of holes) tellHole(hole, ends, reporter);
        },
      };
    },
  };
}

function discarded(file: HostFile, reporter: Reporter): void {
  reporter.observe(DISCARDED, {
    entity: `file:${file.hostPath}`,
    where: [{ path: file.path }],
    confidence: 0.95,
  });
}

function visitor(file: HostFile, context: AnalysisContext, reporter: Reporter, holes: Hole[]): Visitor {
  const times = new LineTimes({ notAfterMs: notAfterMs(file, context) });
  const gaps = new LogGaps(isRestart);
  const clock = new ClockJumps();
  let hole: Hole | undefined;
  return {
    wants: 'lines',
    line(line) {
      const holds = line.length > 0 && line.byte(0) === 0;
      if (hole !== undefined) hole = { ...hole, toTheEnd: false };
      else if (holds)
        hole = { file, line: line.number, bytes: line.length, toTheEnd: line.byte(line.length - 1) === 0 };
      if (!times.read(line)) return;
      gaps.add(times.atMs, line);
      clock.add(times.atMs, line);
    },
    end() {
      if (hole !== undefined) holes.push(hole);
      for (const gap of gaps.suspicious()) tellGap(file, gap, reporter);
      for (const jump of clock.jumps) tellJump(file, jump, reporter);
    },
  };
}

/** After a restart, silence is explained. */
function isRestart(line: Line): boolean {
  const text = line.latin1(0, 200);
  return /\bkernel: \[ {4}0\.0|\bkernel: Linux version |\brsyslogd\b.*\bstart\b|systemd\[1\]: (?:Shutting down|Starting system)/.test(
    text,
  );
}

interface Hole {
  readonly file: HostFile;
  readonly line: number;
  readonly bytes: number;
  /** Nothing but NUL bytes comes after it. */
  readonly toTheEnd: boolean;
}

function tellHole(hole: Hole, ends: UnwrittenEnds, reporter: Reporter): void {
  const { file, line, toTheEnd } = hole;
  const isUnwritten = toTheEnd && ends.has(file, hole.bytes);
  reporter.observe(isUnwritten ? { ...HOLE, severity: 'low' } : HOLE, {
    title: `${file.hostPath} ${toTheEnd ? 'ends in NUL bytes' : 'holds NUL bytes where lines should be'}`,
    entity: `file:${file.hostPath}`,
    where: [{ path: file.path, line }],
    confidence: isUnwritten ? 0.3 : 0.6,
    reasons: [reasonOf(toTheEnd, isUnwritten)],
  });
}

function reasonOf(toTheEnd: boolean, isUnwritten: boolean): string {
  if (isUnwritten)
    return 'the kernel had not written its last lines out yet when the snapshot was taken, or they were overwritten';
  if (toTheEnd)
    return 'its last lines were overwritten: it had not been written to for longer than the kernel waits';
  return 'the log was emptied while its writer had it open, or the machine lost power';
}

type Gap = ReturnType<LogGaps['suspicious']>[number];

function tellGap(file: HostFile, gap: Gap, reporter: Reporter): void {
  const hours = ((gap.toMs - gap.fromMs) / 3_600_000).toFixed(1);
  reporter.observe(GAP, {
    title: `${file.hostPath} was silent for ${hours} hours`,
    entity: `file:${file.hostPath}`,
    atMs: gap.fromMs,
    where: [{ path: file.path, line: gap.line }],
    confidence: 0.5,
    reasons: [
      `from ${new Date(gap.fromMs).toISOString()} to ${new Date(gap.toMs).toISOString()}`,
      `its lines are otherwise at most ${gap.usualMinutes} minutes apart`,
    ],
  });
}

function tellJump(file: HostFile, { fromMs, toMs, line }: ClockJump, reporter: Reporter): void {
  const hours = ((fromMs - toMs) / 3_600_000).toFixed(1);
  reporter.observe(JUMP, {
    title: `The time of ${file.hostPath} goes back by ${hours} hours`,
    entity: `file:${file.hostPath}`,
    atMs: fromMs,
    where: [{ path: file.path, line }],
    confidence: 0.5,
    reasons: [
      `from ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`,
      'the clock was set back, or lines were moved or put in',
    ],
  });
}
