import { type CommandJudge, ruleReason } from '../../commands/command-judge.js';
import type { HostFile, Visitor } from '../../engine/analysis.js';
import type { Reporter, Rule } from '../../engine/reporter.js';
import { inHiddenFolder, inTemporaryFolder } from '../../engine/suspicion.js';
import { KNOWN_ROOTKITS } from '../live/modules.js';

const UDEV: Rule = {
  id: 'persistence.udev-rule',
  title: 'A udev rule runs something odd',
  severity: 'high',
  techniques: ['T1546'],
};
const PAM: Rule = {
  id: 'persistence.pam',
  title: 'A PAM rule lets anybody in, or hands passwords on',
  severity: 'high',
  techniques: ['T1556.003'],
};

const MODULES: Rule = {
  id: 'persistence.kernel-module',
  title: 'A kernel module of a rootkit is loaded at boot, or loading one runs something odd',
  severity: 'high',
  techniques: ['T1547.006'],
};

const MODULE_LISTS =
  /^\/(?:etc\/modules|(?:etc|usr\/lib|lib|run)\/(?:modules-load|modprobe)\.d\/[^/]+\.conf)$/;
const UDEV_RULES = /^\/(?:etc|usr\/lib|lib|run)\/udev\/rules\.d\/[^/]+\.rules$/;
const PAM_RULES = /^\/etc\/pam\.d\/[^/]+$/;

/** Things that run when something else happens: a device appears, somebody logs in. */
export function visitHook(file: HostFile, reporter: Reporter, commands: CommandJudge): Visitor | undefined {
  const path = file.hostPath ?? '';
  if (file.type !== 'file') return undefined;
  const hook = hookOf(path, commands);
  if (hook === undefined) return undefined;
  const { rule, judge } = hook;
  return {
    wants: 'lines',
    line({ text, number }) {
      const reason = /^\s*(?:#|$)/.test(text) ? undefined : judge(text);
      if (reason === undefined) return;
      reporter.observe(rule, {
        entity: `file:${path}`,
        atMs: file.mtime === undefined ? undefined : file.mtime * 1000,
        excerpt: text,
        where: [{ path: file.path, line: number }],
        confidence: 0.85,
        reasons: [reason],
      });
    },
  };
}

interface Hook {
  readonly rule: Rule;
  readonly judge: LineJudge;
}

function hookOf(path: string, commands: CommandJudge): Hook | undefined {
  if (UDEV_RULES.test(path)) return { rule: UDEV, judge: udev(commands) };
  if (PAM_RULES.test(path)) return { rule: PAM, judge: pam };
  return MODULE_LISTS.test(path) ? { rule: MODULES, judge: modules(commands) } : undefined;
}

/** `diamorphine`; `install usb-storage /bin/sh -c ...`: what modprobe runs instead of loading. */
function modules(commands: CommandJudge): LineJudge {
  return (text) => {
    const [first = '', name = ''] = text.trim().split(/\s+/, 2);
    if (KNOWN_ROOTKITS.test(first)) return `${first} has the name of a rootkit`;
    if (first !== 'install' && first !== 'remove') return undefined;
    const command = text.trim().slice(first.length).trim().slice(name.length);
    const odd = command.split(/[\s;|&()'"]+/).find((word) => inTemporaryFolder(word) || inHiddenFolder(word));
    const worst = commands.worst(command, 'high');
    return odd ?? (worst === undefined ? undefined : ruleReason(worst));
  };
}

/** Why a line is odd; undefined when it is not. */
type LineJudge = (text: string) => string | undefined;

function udev(commands: CommandJudge): LineJudge {
  return (text) => {
    const [, command] =
      /\b(?:RUN|PROGRAM)(?:\{program\})?\s{0,8}\+?=\s{0,8}"([^"]{1,4096})"/.exec(text) ?? [];
    if (command === undefined) return undefined;
    const odd = command.split(/[\s;|&()']+/).find((word) => inTemporaryFolder(word) || inHiddenFolder(word));
    const worst = commands.worst(command, 'high');
    return odd ?? (worst === undefined ? undefined : ruleReason(worst));
  };
}

function pam(text: string): string | undefined {
  if (/^\s*auth\s+(?:sufficient|\[[^\]]*success=(?:done|ok)[^\]]*\])\s+\S*pam_permit\.so\b/.test(text))
    return 'any password is taken';
  if (/\bpam_exec\.so\b/.test(text) && /\bexpose_authtok\b/.test(text))
    return 'a program is given every password';
  const odd = text.split(/\s+/).find((word) => inTemporaryFolder(word) || inHiddenFolder(word));
  return odd === undefined ? undefined : `it names ${odd}`;
}
