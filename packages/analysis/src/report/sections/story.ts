import { TACTICS, techniqueOf } from '../../attack/techniques.js';
import { isAtLeast } from '../../engine/severity.js';
import { type Html, html } from '../html.js';
import type { ReportModel } from '../model.js';
import { confidenceOf, timeOf } from './frame.js';

/** What happened, in the order of an intrusion. */
export function storySection({ story }: ReportModel): Html {
  const empty = html`<p class="soft">Nothing was observed that tells a story.</p>`;
  const chapters = story.chapters.map(
    ({ title, from, to, sentences, confidence }) => html`<li><h3>${title}</h3>
<p class="small soft">${from === undefined ? '' : timeOf(from)}${to === undefined || to === from ? '' : html` to ${timeOf(to)}`} ${confidenceOf(confidence)}</p>
<ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul></li>`,
  );
  return html`<section id="story"><h2>What happened</h2>${chapters.length === 0 ? empty : html`<ol class="story">${chapters}</ol>`}</section>`;
}

/** ATT&CK techniques by tactic, with how often each was seen. */
export function attackSection({ observations }: ReportModel): Html {
  const counts = new Map<string, number>();
  for (const { techniques, severity } of observations)
    if (isAtLeast(severity, 'low')) for (const id of techniques) counts.set(id, (counts.get(id) ?? 0) + 1);
  if (counts.size === 0) return html``;
  const used = [...counts].map(([id, count]) => ({ ...techniqueOf(id), count }));
  const rows = TACTICS.flatMap((tactic) => {
    const members = used.filter((technique) => technique.tactic === tactic).sort((a, b) => b.count - a.count);
    if (members.length === 0) return [];
    const chips = members.map(
      ({ id, name, count }) => html`<span class="chip"><code>${id}</code> ${name} &times; ${count}</span>`,
    );
    return [html`<dt>${tactic}</dt><dd>${chips}</dd>`];
  });
  return html`<section id="attack"><h2>Techniques (MITRE ATT&amp;CK)</h2><div class="card"><dl>${rows}</dl></div></section>`;
}
