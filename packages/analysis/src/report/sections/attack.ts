import {
  ATTACK_VERSION,
  TACTIC_IDS,
  TACTICS,
  type Technique,
  techniquesOf,
} from '../../attack/techniques.js';
import { isAtLeast, SEVERITY_RANK } from '../../engine/severity.js';
import { type Html, html } from '../html.js';
import type { ReportModel } from '../model.js';
import { timeOf } from './frame.js';

type Observation = ReportModel['observations'][number];

interface Use extends Technique {
  readonly count: number;
  readonly worst: Observation['severity'];
  readonly first: string | undefined;
}

/** ATT&CK techniques by tactic: how often, how grave, since when. */
export function attackSection({ observations }: ReportModel): Html {
  const uses = usesOf(observations.filter(({ severity }) => isAtLeast(severity, 'low')));
  if (uses.length === 0) return html``;
  const groups = TACTICS.flatMap((tactic) => {
    const members = uses.filter((use) => use.tactic === tactic);
    return members.length === 0 ? [] : [group(tactic, members)];
  });
  return html`<section id="attack"><h2>Techniques</h2><p class="small soft">MITRE ATT&amp;CK for Enterprise, release ${ATTACK_VERSION}.</p><div class="card scroll"><table><thead><tr><th>Id</th><th>Technique</th><th>Gravest</th><th class="number">Seen</th><th>First</th></tr></thead>${groups}</table></div></section>`;
}

function group(tactic: string, members: readonly Use[]): Html {
  const rows = members.map(
    ({ id, name, worst, count, first }) =>
      html`<tr><td><code>${id}</code></td><td>${name}</td><td><span class="badge ${worst}">${worst}</span></td><td class="number">${count}</td><td>${timeOf(first)}</td></tr>`,
  );
  return html`<tbody><tr><th colspan="5" scope="rowgroup">${tactic} <span class="soft small">${TACTIC_IDS[tactic] ?? ''}</span></th></tr>${rows}</tbody>`;
}

function usesOf(observations: readonly Observation[]): readonly Use[] {
  const uses = new Map<string, Use>();
  for (const { techniques, severity, at } of observations)
    for (const technique of techniquesOf(techniques)) {
      const known = uses.get(technique.id);
      const times = [known?.first, at].flatMap((time) => time ?? []).sort();
      const graver = known === undefined || SEVERITY_RANK[severity] > SEVERITY_RANK[known.worst];
      uses.set(technique.id, {
        ...technique,
        count: (known?.count ?? 0) + 1,
        worst: graver ? severity : known.worst,
        first: times[0],
      });
    }
  return [...uses.values()].sort(
    (a, b) => SEVERITY_RANK[b.worst] - SEVERITY_RANK[a.worst] || b.count - a.count,
  );
}
