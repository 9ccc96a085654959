import type { Rule } from '../../engine/reporter.js';
import { inHiddenFolder, inTemporaryFolder, isShell, programName } from '../../engine/suspicion.js';
import type { FileFacts } from './file-facts.js';

/** A reason to look at a file. */
export interface FileSuspicion {
  readonly rule: Rule;
  readonly title: string;
  readonly severity: Rule['severity'];
  readonly confidence: number;
  readonly reasons: readonly string[];
}

export type FileRule = (file: FileFacts) => FileSuspicion | undefined;

const SETUID: Rule = {
  id: 'file.setuid',
  title: 'A program takes the rights of its owner (setuid)',
  severity: 'info',
  techniques: ['T1548.001'],
};

/** Programs that give a shell to whoever starts them with another's rights. */
const GIVES_A_SHELL =
  /^(?:awk|gawk|mawk|base64|busybox|cp|dd|docker|ed|emacs|env|expect|find|flock|gdb|git|ionice|jq|less|lua[0-9.]*|make|man|more|mv|nano|nice|nmap|node|nohup|openssl|perl[0-9.]*|php[0-9.]*|pip|python[0-9.]*|rsync|ruby[0-9.]*|sed|setarch|socat|sqlite3|strace|systemctl|tar|taskset|tclsh|tee|time|timeout|vi|vim(?:\.\w+)?|wget|xargs|zip|zsh)$/;
const PACKAGED_PLACE =
  /^\/(?:usr\/(?:s?bin|lib|lib64|libexec)|s?bin|lib|lib64|opt|snap|var\/lib\/(?:docker|containerd|snapd|flatpak|lxd))\//;

const setuid: FileRule = ({ path, type, mode }) => {
  if (type !== 'file' || (mode & 0o4000) === 0) return undefined;
  const shell = isShell(path) || GIVES_A_SHELL.test(programName(path));
  const odd = inTemporaryFolder(path) || inHiddenFolder(path);
  const packaged = PACKAGED_PLACE.test(path);
  const container = /^\/(?:snap|var\/lib\/)/.test(path);
  const severity = container ? 'info' : odd || shell ? 'high' : packaged ? 'info' : 'medium';
  const reasons = [
    `mode ${mode.toString(8)}`,
    ...(odd ? ['it lies in a temporary or hidden folder'] : []),
    ...(shell ? [`${programName(path)} gives a shell`] : []),
    ...(packaged ? [] : ['no package puts setuid programs there']),
  ];
  return {
    rule: SETUID,
    title: `${path} takes the rights of its owner (setuid)`,
    severity,
    reasons,
    confidence: odd || shell ? 0.95 : 0.6,
  };
};

const TEMP_EXECUTABLE: Rule = {
  id: 'file.executable-in-temp',
  title: 'An executable file lies in a temporary folder',
  severity: 'low',
  techniques: ['T1105', 'T1036'],
};

const executableInTemp: FileRule = ({ path, type, mode, sizeBytes }) => {
  if (type !== 'file' || (mode & 0o111) === 0 || sizeBytes === 0 || !inTemporaryFolder(path))
    return undefined;
  // Build trees and package scratch are full of them.
  if (/\/(?:systemd-private-|npm-|pip-|go-build|snap\.|vscode-|cargo-|bazel|pyright-|rustc)/.test(path))
    return undefined;
  const hidden = inHiddenFolder(path);
  const severity = hidden || path.startsWith('/dev/shm/') ? 'high' : 'low';
  return {
    rule: TEMP_EXECUTABLE,
    title: `An executable file lies in a ${hidden ? 'hidden and ' : ''}temporary folder: ${path}`,
    severity,
    confidence: hidden ? 0.9 : 0.5,
    reasons: [`mode ${mode.toString(8)}`, `${sizeBytes} bytes`],
  };
};

const HIDDEN_FOLDER: Rule = {
  id: 'file.hidden-folder',
  title: 'A hidden folder in an odd place',
  severity: 'medium',
  techniques: ['T1564.001'],
};

const hiddenFolder: FileRule = ({ path, type }) => {
  if (type !== 'directory' || !inHiddenFolder(path)) return undefined;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!name.startsWith('.')) return undefined;
  const blank = /^\.{2,}$|^\.+\s[\s.]*$|^\.{3,}/.test(name);
  const place = /^\/(?:tmp|var\/tmp|dev\/shm|dev|lib|usr\/(?:lib|bin|sbin|share)|s?bin|boot)\//.test(path);
  if (!blank && !place) return undefined;
  if (!blank && /^\/(?:usr\/(?:lib|share)|lib|tmp)\//.test(path)) return undefined; // .build-id, .dwz, tools' scratch
  return {
    rule: HIDDEN_FOLDER,
    title: `A hidden folder in an odd place: ${path}`,
    severity: 'medium',
    confidence: blank ? 0.85 : 0.65,
    reasons: blank ? ['its name is made to be overlooked'] : ['programs do not hide folders there'],
  };
};

const DEV_FILE: Rule = {
  id: 'file.regular-file-in-dev',
  title: 'An ordinary file lies among the devices',
  severity: 'medium',
  techniques: ['T1564.001'],
};

const fileInDev: FileRule = ({ path, type }) => {
  if (type !== 'file' || !/^\/dev\/(?!shm\/|mqueue\/|hugepages\/|\.udev\/|pts\/)/.test(path))
    return undefined;
  return {
    rule: DEV_FILE,
    title: `${DEV_FILE.title}: ${path}`,
    severity: 'medium',
    confidence: 0.7,
    reasons: [],
  };
};

export const FILE_RULES: readonly FileRule[] = [setuid, executableInTemp, hiddenFolder, fileInDev];
