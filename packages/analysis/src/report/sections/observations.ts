import type { Observation } from '@cordon/core';
import { techniquesOf } from '../../attack/techniques.js';
import { SEVERITY_RANK } from '../../engine/severity.js';
import { type Html, html } from '../html.js';
import type { ReportModel } from '../model.js';
import { confidenceOf, timeOf } from './frame.js';

/** More are in the machine-readable results; a page that hangs helps nobody. */
const MAX_SHOWN = 2_000;

/** With its place in the list: the story points there. */
type Numbered = Observation & { readonly index: number };

/** Every observation, the worst first, each with what proves it. */
export function observationsSection({ observations }: ReportModel): Html {
  const numbered = observations.map((seen, index): Numbered => ({ ...seen, index }));
  const sorted = numbered.sort(
    (a, b) =>
      SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity] || ((a.at ?? '9') < (b.at ?? '9') ? -1 : 1),
  );
  const bad = sorted.filter(({ severity }) => severity !== 'info');
  const info = sorted.filter(({ severity }) => severity === 'info');
  const hidden = Math.max(0, bad.length - MAX_SHOWN) + Math.max(0, info.length - MAX_SHOWN);
  return html`<section id="observations"><h2>Observations</h2><p class="soft small">${summary(sorted)}${
    hidden > 0 ? ` ${hidden} more are in the machine-readable results.` : ''
  }</p>
<div class="card">${bad.slice(0, MAX_SHOWN).map(observation)}
${info.length === 0 ? '' : html`<details class="obs"><summary><span class="badge info">info</span><span class="t">${info.length} for information: inventory, not findings</span></summary><div class="body">${info.slice(0, MAX_SHOWN).map(observation)}</div></details>`}</div>
</section>`;
}

function summary(all: readonly Observation[]): string {
  const parts = (['critical', 'high', 'medium', 'low', 'info'] as const).flatMap((severity) => {
    const count = all.filter((each) => each.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return parts.length === 0 ? 'Nothing was observed.' : `${parts.join(', ')}.`;
}

function observation(seen: Numbered): Html {
  const { severity, title, at, rule, entity, excerpt, techniques, reasons = [], evidence, confidence } = seen;
  const [proof] = evidence;
  return html`<details class="obs" id="o${seen.index}"><summary><span class="badge ${severity}">${severity}</span><span class="t">${title}${proof === undefined ? '' : html`<code class="paper soft">${pointerText(proof)}</code>`}</span>${timeOf(at)}</summary>
<div class="body">${excerpt === undefined || excerpt === '' ? '' : html`<pre>${excerpt}</pre>`}
${reasons.length === 0 ? '' : html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`}
<p class="small">${techniquesOf(techniques).map(({ id, name }) => html`<span class="chip"><code>${id}</code> ${name}</span>`)} ${confidenceOf(confidence)}</p>
<p class="small soft">${entity} &middot; rule <code>${rule}</code></p>
<ul class="small soft">${evidence.map((pointer) => html`<li><code>${pointerText(pointer)}</code></li>`)}</ul></div></details>`;
}

/** `disk/vol-1.tar.gz fs/var/log/auth.log:941` */
export function pointerText({ artifact, path, line, offsetBytes }: Observation['evidence'][number]): string {
  const place = line !== undefined ? `:${line}` : offsetBytes !== undefined ? ` at byte ${offsetBytes}` : '';
  return path === undefined ? `${artifact}${place}` : `${artifact} ${path}${place}`;
}
