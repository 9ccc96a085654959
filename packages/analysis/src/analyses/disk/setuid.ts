import type { Rule } from '../../engine/reporter.js';
import { inHiddenFolder, inTemporaryFolder, isShell, programName } from '../../engine/suspicion.js';
import type { FileRule } from './file-suspicion.js';

const SETUID: Rule = {
  id: 'file.setuid',
  title: 'A program takes the rights of its owner (setuid)',
  severity: 'info',
  techniques: ['T1548.001'],
};

/** Programs that give a shell to whoever starts them with another's rights. */
export const GIVES_A_SHELL =
  /^(?:awk|gawk|mawk|base64|busybox|cp|dd|docker|ed|emacs|env|expect|find|flock|gdb|git|ionice|jq|less|lua[0-9.]*|make|man|more|mv|nano|nice|nmap|node|nohup|openssl|perl[0-9.]*|php[0-9.]*|pip|python[0-9.]*|rsync|ruby[0-9.]*|sed|setarch|socat|sqlite3|strace|systemctl|tar|taskset|tclsh|tee|time|timeout|vi|vim(?:\.\w+)?|wget|xargs|zip|zsh)$/;
export const PACKAGED_PLACE =
  /^\/(?:usr\/(?:s?bin|lib|lib64|libexec)|s?bin|lib|lib64|opt|snap|var\/lib\/(?:docker|containerd|snapd|flatpak|lxd))\//;

export const setuid: FileRule = ({ path, type, mode }) => {
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
