import { type Html, html } from '../html.js';
import type { ReportModel } from '../model.js';
import { confidenceOf, details, plainList, timeOf } from './frame.js';

const WORDS = { yes: 'Contained', partly: 'Partly contained', no: 'Not contained' } as const;

/** What a person has to know first. */
export function decisionSection({ decision, story, about, finding }: ReportModel): Html {
  const worst = decision.contained;
  return html`<section id="decision" aria-label="Decision">
<div class="verdict ${worst}" role="status"><div class="word">${WORDS[worst]}</div><div>
<p>${decision.because}</p>
<p class="small soft">${decision.verifiedAt === undefined ? 'Not verified' : html`Verified ${timeOf(decision.verifiedAt)}`}${
    story.firstEntryAt === undefined ? '' : html` &middot; first entry ${timeOf(story.firstEntryAt)}`
  } &middot; an intrusion: ${confidenceOf(story.confidence)}</p></div></div>
<div class="grid">
<div class="card"><h3>Still open</h3>${plainList(decision.open, 'Nothing that Cordon knows of.')}</div>
<div class="card"><h3>Residual risks</h3>${plainList(
    decision.residualRisks.map(({ label, value }) => html`<strong>${label}</strong>: ${value}`),
    'No way out is known to be open.',
  )}</div>
<div class="card"><h3>Rotate</h3>${plainList(decision.rotate, 'Nothing is known to be lost.')}</div>
<div class="card"><h3>Block</h3>${plainList(
    decision.block.map((item) => html`<code>${item}</code>`),
    'No address is known.',
  )}</div>
<div class="card"><h3>The finding</h3>${details([
    { label: 'Type', value: finding.type },
    { label: 'Severity', value: `${finding.severity} (${finding.band})` },
    { label: 'Seen', value: `${finding.firstSeen ?? 'unknown'} to ${finding.lastSeen ?? 'unknown'}` },
    { label: 'Id', value: finding.id },
  ])}</div>
<div class="card"><h3>The instance</h3>${details(about)}</div>
</div></section>`;
}
