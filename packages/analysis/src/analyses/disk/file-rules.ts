import type { Rule } from '../../engine/reporter.js';
import { inHiddenFolder, inTemporaryFolder } from '../../engine/suspicion.js';
import type { FileRule } from './file-suspicion.js';
import { setuid } from './setuid.js';

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
