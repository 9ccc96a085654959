import type { Observation } from '@cordon/core';
import { type CommandJudge, ruleReason } from '../../commands/command-judge.js';
import type { Analysis, AnalysisContext, HostFile, Visitor } from '../../engine/analysis.js';
import { type Place, Reporter, type Rule } from '../../engine/reporter.js';
import { type PackageEvent, packageLogKind, packageLogParser } from '../../parsers/package-log.js';
import { intrusionOf } from '../disk/intrusion-window.js';
import { notAfterMs } from './system-log-analysis.js';
import { TimeZoneFiles } from './time-zone-files.js';

const ATTACK_TOOL: Rule = {
  id: 'package.attack-tool',
  title: 'A tool of attackers was installed',
  severity: 'medium',
  techniques: ['T1105', 'T1046'],
};
const DUAL_USE: Rule = {
  id: 'package.dual-use',
  title: 'A tool that intruders need too was installed',
  severity: 'info',
  techniques: ['T1105'],
};
const DEFENCE_REMOVED: Rule = {
  id: 'package.defence-removed',
  title: 'Something that watches the host was removed',
  severity: 'medium',
  techniques: ['T1685'],
};
const COMMAND: Rule = {
  id: 'package.command',
  title: 'A package manager was made to run something',
  severity: 'high',
  techniques: ['T1059.004', 'T1548.003'],
};

/** Nobody needs these to serve pages. */
const ATTACK_TOOLS =
  /^(?:masscan|zmap|hydra|thc-hydra|medusa|ncrack|john|john-data|hashcat|sqlmap|nikto|dirb|gobuster|ffuf|wfuzz|metasploit-framework|responder|crackmapexec|netexec|impacket-scripts|ettercap\S*|dsniff|hping3|yersinia|xmrig|cpuminer\S*|minerd|proxychains4?|proxychains-ng|chisel|sshuttle|torsocks|aircrack-ng|reaver|arp-scan)$/;
const DUAL_USE_TOOLS =
  /^(?:nmap|ncat|nmap-ncat|netcat\S*|nc|socat|tor|tcpdump|tshark|wireshark-cli|strace|gdb|gcc|gcc-\d+|make|build-essential|kernel-devel|linux-headers-\S+|screen|tmux|rclone|upx-ucl|upx|docker\.io|openvpn|wireguard-tools|sshpass|expect|fuse-sshfs|sshfs|golang\S*|rustc|cargo)$/;
const DEFENCES =
  /^(?:auditd|audit|falco|aide|aide-common|tripwire|rkhunter|chkrootkit|clamav\S*|fail2ban|rsyslog|syslog-ng\S*|ossec-\S+|wazuh-agent|osquery|falcon-sensor|sysmonforlinux|amazon-ssm-agent|amazon-cloudwatch-agent|amazon-guardduty-agent|apparmor|snort|suricata|crowdsec|psad|samhain)$/;
const MOST_EVENTS = 20_000;
const MOST_KEPT = 2_000;
/** A package that is replaced is removed and installed by one run. */
const REPLACED_MS = 10 * 60_000;

interface Change {
  readonly event: Exclude<PackageEvent, { kind: 'command' }>;
  readonly where: Place;
}

/** What was installed and removed, and what was typed to do it. */
export function packageAnalysis(commands: CommandJudge): Analysis {
  return {
    id: 'logs.packages',
    begin(context, output) {
      const reader = new PackageReader(new Reporter(context, output), commands);
      const zone = new TimeZoneFiles();
      return {
        visit: (file) => reader.visit(file, { ...context, ...zone.known(context) }) ?? zone.visit(file),
        finish: (seen) => reader.finish(seen),
      };
    },
  };
}

class PackageReader {
  readonly #changes: Change[] = [];
  /** dpkg and apt both tell. */
  readonly #told = new Set<string>();
  #events = 0;

  constructor(
    private readonly reporter: Reporter,
    private readonly commands: CommandJudge,
  ) {}

  visit(file: HostFile, context: AnalysisContext): Visitor | undefined {
    const kind = file.type === 'file' ? packageLogKind(file.name) : undefined;
    if (kind === undefined) return undefined;
    const { timeZone } = context;
    const zone = timeZone === undefined ? {} : { timeZone };
    const parser = packageLogParser(kind, { notAfterMs: notAfterMs(file, context), ...zone });
    return {
      wants: 'lines',
      line: ({ text, number }) => {
        for (const event of parser.parse(text, number))
          this.#event(event, { path: file.path, line: event.line });
      },
    };
  }

  finish(seen: readonly Observation[]): void {
    const window = intrusionOf(seen, this.reporter.context);
    for (const change of this.#changes) {
      const { kind, atMs, name } = change.event;
      const during = window?.contains(atMs / 1000) === true;
      if (kind === 'removed' && !this.#isReplaced(change))
        this.#tell(DEFENCE_REMOVED, change, during ? 'high' : 'medium');
      if (kind !== 'installed') continue;
      if (ATTACK_TOOLS.test(name)) this.#tell(ATTACK_TOOL, change, during ? 'high' : 'medium');
      else if (during) this.#tell(DUAL_USE, change, 'medium');
    }
  }

  #event(event: PackageEvent, where: Place): void {
    if (event.kind === 'command') this.#command(event, where);
    else this.#change(event, where);
  }

  #change(event: Change['event'], where: Place): void {
    const { kind, name, version, atMs } = event;
    const key = `${kind} ${name} ${Math.floor(atMs / 60_000)}`;
    if (this.#told.has(key) || this.#told.size >= MOST_EVENTS) return;
    this.#told.add(key);
    this.#happened(event, `${name} ${version} was ${kind}`, where);
    const matters = kind === 'removed' ? DEFENCES : kind === 'installed' ? INSTALLED : undefined;
    if (matters === undefined) return;
    const isKept = matters.test(name) || DEFENCES.test(name);
    if (isKept && this.#changes.length < MOST_KEPT) this.#changes.push({ event, where });
  }

  #command(event: Extract<PackageEvent, { kind: 'command' }>, where: Place): void {
    const { command, user = 'root', atMs } = event;
    this.#happened(event, `${user} ran ${command}`, where);
    const worst = this.commands.worst(command, 'medium');
    if (worst === undefined) return;
    this.reporter.observe(
      { ...COMMAND, severity: worst.severity, techniques: [...COMMAND.techniques, ...worst.techniques] },
      {
        title: `${user} by a package manager: ${worst.title}`,
        entity: `user:${user}`,
        atMs,
        excerpt: command,
        where: [where],
        confidence: 0.85,
        reasons: [ruleReason(worst)],
      },
    );
  }

  #happened({ kind, atMs }: PackageEvent, message: string, where: Place): void {
    this.#events += 1;
    if (this.#events > MOST_EVENTS) return;
    this.reporter.event({ atMs, what: 'Package changed', kind: `package.${kind}`, message, where });
  }

  #isReplaced({ event }: Change): boolean {
    return this.#changes.some(
      ({ event: other }) =>
        other.kind === 'installed' &&
        other.name === event.name &&
        Math.abs(other.atMs - event.atMs) < REPLACED_MS,
    );
  }

  #tell(rule: Rule, { event, where }: Change, severity: Rule['severity']): void {
    const { name, version, kind, atMs } = event;
    this.reporter.observe(rule, {
      title: `${rule.title}: ${name}`,
      severity,
      entity: `package:${name}`,
      atMs,
      excerpt: `${kind} ${name} ${version}`,
      where: [where],
      confidence: severity === 'high' ? 0.85 : 0.6,
      reasons: severity === 'high' ? ['while the intruder was there'] : [],
    });
  }
}

const INSTALLED = new RegExp(`${ATTACK_TOOLS.source}|${DUAL_USE_TOOLS.source}`);
