import type { HostFile, Visitor } from '../../engine/analysis.js';
import type { Place, Reporter, Rule } from '../../engine/reporter.js';
import { inHiddenFolder, inTemporaryFolder, isShell, programName } from '../../engine/suspicion.js';
import {
  type FileCapabilities,
  parseCapabilityAttribute,
  parseGetcapLine,
} from '../../parsers/file-capabilities.js';
import { GIVES_A_SHELL, PACKAGED_PLACE } from './setuid.js';

const CAPABILITIES: Rule = {
  id: 'file.capabilities',
  title: 'A program has rights of root without being root (capabilities)',
  severity: 'info',
  techniques: ['T1548'],
};

/** With one of these, everything else can be had. */
const AS_GOOD_AS_ROOT = new Set(
  'chown dac_override dac_read_search fowner setgid setuid setpcap sys_module sys_rawio sys_ptrace sys_admin mknod setfcap bpf'
    .split(' ')
    .map((name) => `cap_${name}`),
);
/** Which packages of the distributions give them. */
const KNOWN =
  /^\/(?:usr\/)?(?:s?bin\/(?:arping|clockdiff|dumpcap|fping|mtr-packet|newgidmap|newuidmap|ping|ping[46]|suexec|systemd-detect-virt|traceroute6(?:\.iputils)?)|lib(?:exec)?\/(?:\S{1,80}\/)?(?:gst-ptp-helper|snap-confine))$/;
const MOST_TOLD = 500;

/** `getcap -r` of the whole file system, run by whoever collected. */
const LISTS = /^(?:meta|live)\/capabilities\.txt$/;

/** Programs that carry rights of root in an attribute: from the archive itself, and from a list. */
export class Capabilities {
  readonly #told = new Set<string>();

  constructor(private readonly reporter: Reporter) {}

  visit(file: HostFile): Visitor | undefined {
    if (file.capability !== undefined && file.hostPath !== undefined) {
      const found = parseCapabilityAttribute(file.capability);
      if (found !== undefined) this.#judge(file.hostPath, found, { path: file.path });
    }
    if (!LISTS.test(file.path)) return undefined;
    return {
      wants: 'lines',
      line: ({ text, number }) => {
        const listed = parseGetcapLine(text);
        if (listed !== undefined)
          this.#judge(absolute(listed.path), listed, { path: file.path, line: number });
      },
    };
  }

  #judge(path: string, { permitted, inheritable }: FileCapabilities, where: Place): void {
    // What its caller must have already gives nobody more; told once, though list and archive both show it.
    if (permitted.length === 0 || this.#told.has(path) || this.#told.size >= MOST_TOLD) return;
    this.#told.add(path);
    const great = permitted.filter((name) => AS_GOOD_AS_ROOT.has(name));
    const shell = isShell(path) || GIVES_A_SHELL.test(programName(path));
    const odd = inTemporaryFolder(path) || inHiddenFolder(path);
    const known = KNOWN.test(path);
    const packaged = PACKAGED_PLACE.test(path);
    const suspect = great.length > 0 ? (shell || odd ? 'high' : 'medium') : odd ? 'medium' : 'low';
    this.reporter.observe(CAPABILITIES, {
      title: `${path} has rights of root without being root (${permitted.slice(0, 4).join(', ')})`,
      severity: known || (packaged && great.length === 0 && !odd) ? 'info' : suspect,
      confidence: great.length > 0 && (shell || odd) ? 0.95 : 0.6,
      entity: `file:${path}`,
      where: [where],
      reasons: [
        `permitted: ${permitted.join(', ')}`,
        ...(inheritable.length > 0 ? [`inheritable: ${inheritable.join(', ')}`] : []),
        ...(great.length > 0 ? [`${great.join(', ')}: as good as root`] : []),
        ...(shell ? [`${programName(path)} gives a shell`] : []),
        ...(odd ? ['it lies in a temporary or hidden folder'] : []),
        ...(known ? ['a package of the distribution gives it these'] : []),
      ],
    });
  }
}

function absolute(path: string): string {
  return path.replace(/^\.?\/?/, '/');
}
