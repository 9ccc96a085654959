import { type CommandJudge, ruleName, ruleReason } from '../../commands/command-judge.js';
import type { HostFile, Visitor } from '../../engine/analysis.js';
import type { Reporter, Rule } from '../../engine/reporter.js';
import { inHiddenFolder, inTemporaryFolder } from '../../engine/suspicion.js';
import { UnitParser, type UnitSetting } from '../../parsers/systemd-unit.js';

const UNIT_FILE =
  /^\/(?:etc|usr\/lib|lib|usr\/local\/lib|run|home\/[^/]+\/\.config|root\/\.config|home\/[^/]+\/\.local\/share)\/systemd\/(?:system|user)\/.*\.(?:service|timer|socket|path|conf)$/;

const ODD_PROGRAM: Rule = {
  id: 'persistence.unit-odd-program',
  title: 'A systemd unit runs something from a temporary or hidden folder',
  severity: 'high',
  techniques: ['T1543.002', 'T1564.001'],
};
const PRELOAD: Rule = {
  id: 'persistence.unit-preload',
  title: 'A systemd unit puts a library into its program',
  severity: 'medium',
  techniques: ['T1543.002', 'T1574.006'],
};

/** What systemd will run. Units in the packages' folder are read too: an intruder may write there. */
export function visitUnit(file: HostFile, reporter: Reporter, commands: CommandJudge): Visitor | undefined {
  if (file.type !== 'file' || !UNIT_FILE.test(file.hostPath ?? '')) return undefined;
  const parser = new UnitParser();
  return {
    wants: 'lines',
    line({ text, number }) {
      const setting = parser.parse(text, number);
      const seen = setting === undefined ? undefined : suspicionOf(setting, commands);
      if (setting !== undefined && seen !== undefined) tell({ setting, seen, file, reporter });
    },
  };
}

interface Telling {
  readonly setting: UnitSetting;
  readonly seen: Seen;
  readonly file: HostFile;
  readonly reporter: Reporter;
}

function tell({ setting, seen, file, reporter }: Telling): void {
  reporter.observe(seen.rule, {
    title: seen.title,
    entity: `file:${file.hostPath}`,
    atMs: file.mtime === undefined ? undefined : file.mtime * 1000,
    excerpt: `${setting.key}=${setting.value}`,
    where: [{ path: file.path, line: setting.line }],
    confidence: 0.95,
    reasons: seen.reasons,
  });
}

interface Seen {
  readonly rule: Rule;
  readonly title: string;
  readonly reasons: readonly string[];
}

function suspicionOf({ key, value }: UnitSetting, commands: CommandJudge): Seen | undefined {
  if (/^Exec(?:Start|Stop|Reload|Condition)(?:Pre|Post)?$/.test(key)) return command(value, commands);
  if (key === 'WorkingDirectory' && isOdd(`${value}/`))
    return {
      rule: { ...ODD_PROGRAM, severity: 'medium' },
      title: 'A systemd unit works in a temporary or hidden folder',
      reasons: [value],
    };
  const preload = key === 'Environment' ? /\bLD_PRELOAD=(\S+)/.exec(value)?.[1] : undefined;
  if (preload === undefined) return undefined;
  return {
    rule: { ...PRELOAD, severity: isOdd(preload) ? 'high' : 'medium' },
    title: PRELOAD.title,
    reasons: [preload],
  };
}

function command(value: string, commands: CommandJudge): Seen | undefined {
  const worst = commands.worst(value, 'medium');
  if (worst !== undefined) {
    const { title, severity, techniques } = worst;
    const id = `persistence.unit.${ruleName(worst)}`;
    const rule = { id, title, severity, techniques: ['T1543.002', ...techniques] };
    return { rule, title: `A systemd unit: ${title}`, reasons: [ruleReason(worst)] };
  }
  const odd = value.split(/[\s;|&()'"]+/).find((word) => isOdd(word.replace(/^[-@:+!]+/, '')));
  return odd === undefined ? undefined : { rule: ODD_PROGRAM, title: ODD_PROGRAM.title, reasons: [odd] };
}

function isOdd(path: string): boolean {
  return inTemporaryFolder(path) || inHiddenFolder(path);
}
