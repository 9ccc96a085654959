/** One command of a shell's history. */
export interface HistoryCommand {
  /** 1-based line of the file. */
  readonly line: number;
  readonly command: string;
  /** Seconds since the epoch, where the shell kept it. */
  readonly at?: number;
}

export type Shell = 'bash' | 'zsh' | 'fish';

/** Which history a file is, by its name on the suspect; undefined when it is none. */
export function historyShell(hostPath: string): Shell | undefined {
  const name = hostPath.slice(hostPath.lastIndexOf('/') + 1);
  if (name === 'fish_history') return 'fish';
  if (name === '.zsh_history' || name === '.zhistory' || name === '.histfile') return 'zsh';
  return /^\.(?:bash|sh|ash|ksh|mksh)_history$/.test(name) || name === '.history' ? 'bash' : undefined;
}

/** Reads a history a line at a time, in memory bounded by one command. */
export interface HistoryParser {
  parse(text: string, line: number): HistoryCommand | undefined;
}

export function historyParser(shell: Shell): HistoryParser {
  if (shell === 'fish') return fish();
  return shell === 'zsh' ? { parse: zsh } : bash();
}

/** With HISTTIMEFORMAT, bash writes `#1763608312` before each command. */
function bash(): HistoryParser {
  let at: number | undefined;
  return {
    parse(text, line) {
      if (/^#\d{9,11}$/.test(text)) {
        at = Number(text.slice(1));
        return undefined;
      }
      if (text.trim() === '') return undefined;
      const command = { line, command: text, ...(at === undefined ? {} : { at }) };
      at = undefined;
      return command;
    },
  };
}

/** `: 1763608312:0;command` with EXTENDED_HISTORY, else the bare command. */
function zsh(text: string, line: number): HistoryCommand | undefined {
  const match = /^: (\d{9,11}):\d+;/.exec(text);
  const command = match === null ? text : text.slice(match[0].length);
  if (command.trim() === '') return undefined;
  return { line, command, ...(match === null ? {} : { at: Number(match[1]) }) };
}

/** `- cmd: ...` and then `  when: 1763608312`. The time comes after, so a command is told with the next line. */
function fish(): HistoryParser {
  let open: HistoryCommand | undefined;
  return {
    parse(text, line) {
      const when = /^ {2}when: (\d{9,11})$/.exec(text);
      if (when !== null && open !== undefined) {
        const command = { ...open, at: Number(when[1]) };
        open = undefined;
        return command;
      }
      if (!text.startsWith('- cmd: ')) return undefined;
      const previous = open;
      open = { line, command: text.slice(7).replaceAll('\\n', '\n').replaceAll('\\\\', '\\') };
      return previous;
    },
  };
}
