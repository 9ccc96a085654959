import type { HostFile, Visitor } from '../../engine/analysis.js';
import type { Reporter, Rule } from '../../engine/reporter.js';

const ROOTKIT: Rule = {
  id: 'kernel.rootkit-module',
  title: 'A kernel module has the name of a rootkit',
  severity: 'critical',
  techniques: ['T1014', 'T1547.006'],
};
const FOREIGN: Rule = {
  id: 'kernel.foreign-module',
  title: 'A kernel module that is not part of the kernel, and not signed',
  severity: 'info',
  techniques: ['T1547.006'],
};

/** Public rootkits, as they call themselves unless somebody renames them. */
export const KNOWN_ROOTKITS =
  /^(?:diamorphine|reptile(?:_module)?|suterusu|kovid|adore(?:-ng|_ng)?|rkduck|puszek|nuk3gh0st|sutekh|brokepkg|honeypot_rk|rootkit|singularity|vlany|knark|maK_it|beurk|umbra|pumakit|krasue|skidmap)$/i;

/** /proc/modules of a triage: `lime 16384 0 - Live 0x0 (OE)`. Our own dump module is no finding. */
export function visitModules(file: HostFile, reporter: Reporter): Visitor | undefined {
  if (file.path !== 'live/modules.txt') return undefined;
  return {
    wants: 'lines',
    line({ text, number }) {
      const name = /^\S{1,64}/.exec(text)?.[0];
      if (name === undefined || name === 'lime') return;
      const rule = KNOWN_ROOTKITS.test(name)
        ? ROOTKIT
        : /\([A-Z]*OE[A-Z]*\)\s*$/.test(text)
          ? FOREIGN
          : undefined;
      if (rule === undefined) return;
      reporter.observe(rule, {
        title: `${rule.title}: ${name}`,
        entity: `module:${name}`,
        excerpt: text,
        where: [{ path: file.path, line: number }],
        confidence: rule === ROOTKIT ? 0.9 : 0.3,
      });
    },
  };
}
