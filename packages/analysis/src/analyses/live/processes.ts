import { type CommandJudge, ruleName } from '../../commands/command-judge.js';
import type { Reporter } from '../../engine/reporter.js';
import { PROCESS_RULES, type Suspicion } from './process-rules.js';
import type { LiveProcess, LiveState } from './process-table.js';

/** Judges every process of a triage. */
export function judgeProcesses(state: LiveState, reporter: Reporter, commands: CommandJudge): void {
  for (const process of state.processes.values()) {
    const suspicions = PROCESS_RULES.flatMap((rule) => rule(process, state) ?? []);
    for (const suspicion of [...suspicions, ...commandSuspicion(process, commands)])
      tell(process, suspicion, { state, reporter });
    if (suspicions.some(({ rule }) => rule.severity !== 'info')) startEvent(process, state, reporter);
  }
}

/** The command line itself: miners, reverse shells, encoded commands. */
function commandSuspicion(process: LiveProcess, commands: CommandJudge): readonly Suspicion[] {
  const worst = commands.worst(process.cmdline, 'medium');
  if (worst === undefined) return [];
  const { title, severity, techniques } = worst;
  const rule = { id: `process.command.${ruleName(worst)}`, title, severity, techniques };
  return [{ rule, reasons: [`command line: ${process.cmdline}`], confidence: 0.92 }];
}

interface Telling {
  readonly state: LiveState;
  readonly reporter: Reporter;
}

function tell(process: LiveProcess, suspicion: Suspicion, { state, reporter }: Telling): void {
  const program = process.exe === '' ? process.comm : process.exe;
  reporter.observe(suspicion.rule, {
    title: `${suspicion.rule.title}: ${process.comm} (${process.pid})`,
    entity: `process:${process.pid}`,
    atMs: state.startedAtMs(process),
    excerpt: `${program}${process.exeDeleted ? ' (deleted)' : ''}: ${process.cmdline}`,
    where: [process.where],
    confidence: suspicion.confidence,
    reasons: [
      ...suspicion.reasons,
      ...(process.exeSha256 === '' ? [] : [`SHA-256 of the program: ${process.exeSha256}`]),
      ...(process.uid === undefined ? [] : [`runs as uid ${process.uid}`]),
    ],
  });
}

function startEvent(process: LiveProcess, state: LiveState, reporter: Reporter): void {
  const atMs = state.startedAtMs(process);
  if (atMs === undefined) return;
  reporter.event({
    atMs,
    what: 'Process started',
    kind: 'process.started',
    message: `${process.comm} (${process.pid}): ${process.cmdline}`,
    entity: `process:${process.pid}`,
    where: process.where,
  });
}
