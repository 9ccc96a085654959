import { CommandJudge, ruleName, ruleReason } from '../../commands/command-judge.js';
import type { Analysis, HostFile, Visitor } from '../../engine/analysis.js';
import { Reporter } from '../../engine/reporter.js';
import {
  type HistoryCommand,
  type HistoryParser,
  historyParser,
  historyShell,
} from '../../parsers/history.js';
import type { RuleHit } from '../../rules/command-rules.js';
import { userOfHome } from './home.js';

const LINK_TO_NOWHERE = {
  id: 'shell.history-discarded',
  title: 'A shell history is a link to /dev/null',
  severity: 'medium',
  techniques: ['T1070.003'],
} as const;

const RC_FILE =
  /^\/(?:(?:root|home\/[^/]+)\/\.(?:bashrc|bash_profile|bash_login|bash_logout|profile|zshrc|zprofile|zshenv|zlogin|config\/fish\/config\.fish|config\/autostart\/[^/]+)|etc\/(?:profile|bash\.bashrc|bashrc|zsh\/[^/]+|profile\.d\/[^/]+|environment|rc\.local|rc\.d\/rc\.local|init\.d\/[^/]+|update-motd\.d\/[^/]+|inittab|ssh\/sshrc|NetworkManager\/dispatcher\.d\/(?:[^/]+\/)?[^/]+|dhcp\/dhclient-(?:enter|exit)-hooks\.d\/[^/]+|network\/if-[a-z-]+\.d\/[^/]+|apt\/apt\.conf\.d\/[^/]+|systemd\/(?:system|user)-generators\/[^/]+|skel\/\.[^/]+)|(?:root|home\/[^/]+)\/\.ssh\/rc)$/;

/** Histories and start-up files of shells, line by line. */
export function shellAnalysis(commands: CommandJudge = new CommandJudge()): Analysis {
  return {
    id: 'shell',
    begin(context, output) {
      const desk = { reporter: new Reporter(context, output), commands };
      return {
        visit(file) {
          if (file.hostPath === undefined) return undefined;
          const shell = historyShell(file.hostPath);
          if (shell !== undefined && file.linkTarget === '/dev/null') discarded(file, desk.reporter);
          if (file.type !== 'file') return undefined;
          if (shell !== undefined) return history(file, historyParser(shell), desk);
          return RC_FILE.test(file.hostPath) ? startUp(file, desk) : undefined;
        },
      };
    },
  };
}

function discarded(file: HostFile, reporter: Reporter): void {
  reporter.observe(LINK_TO_NOWHERE, {
    entity: `file:${file.hostPath}`,
    where: [{ path: file.path }],
    confidence: 0.85,
  });
}

interface Desk {
  readonly reporter: Reporter;
  readonly commands: CommandJudge;
}

function history(file: HostFile, parser: HistoryParser, { reporter, commands }: Desk): Visitor {
  const user = userOfHome(file.hostPath ?? '');
  return {
    wants: 'lines',
    line({ text, number }) {
      const command = parser.parse(text, number);
      if (command === undefined) return;
      const worst = commands.worst(command.command, 'low');
      if (worst !== undefined) tellHistory({ file, user, command, worst, reporter });
      if (command.at !== undefined) commandEvent({ file, user, command, reporter });
    },
  };
}

interface Seen {
  readonly file: HostFile;
  readonly user: string;
  readonly command: HistoryCommand;
  readonly reporter: Reporter;
}

function tellHistory({ file, user, command, worst, reporter }: Seen & { readonly worst: RuleHit }): void {
  reporter.observe(
    { ...worst, id: `shell.${ruleName(worst)}` },
    {
      title: `History of ${user}: ${worst.title}`,
      entity: `user:${user}`,
      atMs: command.at === undefined ? undefined : command.at * 1000,
      excerpt: command.command,
      where: [{ path: file.path, line: command.line }],
      confidence: 0.9,
      reasons: [ruleReason(worst)],
    },
  );
}

function commandEvent({ file, user, command, reporter }: Seen): void {
  reporter.event({
    atMs: (command.at ?? 0) * 1000,
    what: 'Command typed',
    kind: 'shell.command',
    message: `${user}: ${command.command}`,
    entity: `user:${user}`,
    where: { path: file.path, line: command.line },
  });
}

function startUp(file: HostFile, { reporter, commands }: Desk): Visitor {
  return {
    wants: 'lines',
    line({ text, number }) {
      if (/^\s*#/.test(text)) return;
      // Scripts that packages start at login and boot do what is odd in a history.
      const worst = commands.worst(text, 'high');
      if (worst === undefined) return;
      reporter.observe(
        { ...worst, id: 'persistence.shell-start-up', techniques: ['T1546.004', ...worst.techniques] },
        {
          title: `A start-up file: ${worst.title}`,
          entity: `file:${file.hostPath}`,
          excerpt: text,
          where: [{ path: file.path, line: number }],
          confidence: 0.85,
          reasons: [ruleReason(worst)],
        },
      );
    },
  };
}
