import { CommandJudge } from '../../commands/command-judge.js';
import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { type Place, Reporter } from '../../engine/reporter.js';
import { integer, type Row, TsvParser } from '../../parsers/tsv.js';
import { visitModules } from './modules.js';
import { judgeSockets } from './network.js';
import { LiveState, processOf, socketOf } from './process-table.js';
import { judgeProcesses } from './processes.js';

/** A host with more has other troubles; a forged table has no end. */
const MAX_ROWS = 500_000;

/** Processes and sockets of a live triage, judged together when both have been read. */
export function liveAnalysis(commands: CommandJudge = new CommandJudge()): Analysis {
  return {
    id: 'live',
    begin(context, output) {
      const state = new LiveState();
      const reporter = new Reporter(context, output);
      return {
        visit: (file) => visitModules(file, reporter) ?? visitLive(file, state),
        finish() {
          if (state.dropped > 0)
            reporter.notice('TABLE_TOO_LONG', `${state.dropped} rows of the triage are not judged`);
          judgeProcesses(state, reporter, commands);
          judgeSockets(state, reporter);
        },
      };
    },
  };
}

/** Reads what a triage wrote of processes and sockets into a state. */
export function visitLive(file: HostFile, state: LiveState): Visitor | undefined {
  const { path } = file;
  if (path === 'live/clock.txt') return clock(state);
  if (path === 'live/processes.tsv')
    return table(path, state, (row, where) => {
      const process = processOf(row, where);
      if (process !== undefined) state.processes.set(process.pid, process);
    });
  if (path === 'live/sockets.tsv')
    return table(path, state, (row, where) => {
      const socket = socketOf(row, where);
      if (socket !== undefined) state.sockets.push(socket);
    });
  if (path === 'live/environ.tsv')
    return table(path, state, (row, where) => {
      const { name, value } = row;
      const pid = integer(row['pid']);
      if (pid === undefined || value === undefined) return;
      if (name === 'LD_PRELOAD' || name === 'HISTFILE') state.environment.push({ pid, name, value, where });
    });
  return undefined;
}

function clock(state: LiveState): Visitor {
  return {
    wants: 'lines',
    line({ text }) {
      if (text.startsWith('btime ')) state.bootSeconds = integer(text.slice(6).trim());
    },
  };
}

function table(path: string, state: LiveState, take: (row: Row, where: Place) => void): Visitor {
  const parser = new TsvParser();
  return {
    wants: 'lines',
    line({ text, number }) {
      const row = parser.parse(text);
      if (row === undefined) return;
      if (number > MAX_ROWS) state.dropped += 1;
      else take(row, { path, line: number });
    },
  };
}
