import type { HostFile, Visitor } from '../../engine/analysis.js';
import type { Reporter, Rule } from '../../engine/reporter.js';

const PRELOAD: Rule = {
  id: 'persistence.ld-so-preload',
  title: 'A library is loaded into every process',
  severity: 'high',
  techniques: ['T1574.006', 'T1014'],
};

/** Each line of /etc/ld.so.preload: hardly anybody but a rootkit needs it. */
export function visitPreload(file: HostFile, reporter: Reporter): Visitor | undefined {
  if (file.hostPath !== '/etc/ld.so.preload') return undefined;
  return {
    wants: 'lines',
    line({ text, number }) {
      const library = text.replace(/#.*/s, '').trim();
      if (library === '') return;
      const known = /\/(?:libjemalloc|libtcmalloc|libmimalloc)\.so/.test(library);
      reporter.observe(PRELOAD, {
        title: `${library} is loaded into every process`,
        severity: known ? 'low' : 'high',
        entity: `file:${library.split(/[\s:]+/)[0]}`,
        atMs: file.mtime === undefined ? undefined : file.mtime * 1000,
        excerpt: text,
        where: [{ path: file.path, line: number }],
        confidence: known ? 0.4 : 0.9,
        reasons: ['/etc/ld.so.preload names it'],
      });
    },
  };
}
