import type { Tie } from '../../story/ties.js';
import { type Html, html } from '../html.js';
import type { ReportModel } from '../model.js';
import { confidenceOf, fold, timeOf } from './frame.js';

const MAX_TIES = 14;

/** What happened, in the order of an intrusion. */
export function storySection({ story, observations }: ReportModel): Html {
  const empty = html`<p class="soft">Nothing was observed that tells a story.</p>`;
  const chapters = story.chapters.map(
    ({ title, from, to, sentences, confidence }) => html`<li><h3>${title}</h3>
<p class="small soft">${from === undefined ? '' : timeOf(from)}${to === undefined || to === from ? '' : html` to ${timeOf(to)}`} ${confidenceOf(confidence)}</p>
<ul>${sentences.map(({ text, at, observation, severity }) => html`<li>${at === undefined ? html`<span></span>` : timeOf(at)}<a href="#o${observation}"><i class="${severity}" title="${severity}"></i>${text}</a></li>`)}</ul></li>`,
  );
  const aside = story.aside.flatMap((index) => observations[index]?.title ?? []);
  return html`<section id="story"><h2>What happened</h2>${chapters.length === 0 ? empty : html`<ol class="story">${chapters}</ol>`}
${aside.length === 0 ? '' : fold(`${aside.length} of low or medium severity that nothing ties to this`, html`<ul class="small">${aside.map((title) => html`<li>${title}</li>`)}</ul>`)}
${tiesTable(story.ties)}</section>`;
}

/** Why it is one story: what its parts have in common. */
function tiesTable(ties: readonly Tie[]): Html {
  if (ties.length === 0) return html``;
  const rows = ties
    .slice(0, MAX_TIES)
    .map(
      ({ trait, named, observations }) =>
        html`<tr><td>${kindOf(trait)}</td><td><code>${trait.slice(trait.indexOf(':') + 1)}</code></td><td class="soft">${named ? 'the finding names it' : ''}</td><td class="number">${observations.length === 0 ? html`<span class="soft">seen nowhere</span>` : observations.length}</td></tr>`,
    );
  const body = html`<table><thead><tr><th class="w8">What</th><th>They share</th><th></th><th class="number">Observations</th></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<div class="card"><h3>What ties it together</h3>${body}${ties.length > MAX_TIES ? html`<p class="small soft">and ${ties.length - MAX_TIES} more</p>` : ''}</div>`;
}

const KINDS: { readonly [kind: string]: string } = { ip: 'Address', user: 'Account', sha256: 'SHA-256' };

function kindOf(trait: string): string {
  const kind = trait.slice(0, trait.indexOf(':'));
  return Object.hasOwn(KINDS, kind)
    ? (KINDS[kind] ?? kind)
    : `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`;
}
