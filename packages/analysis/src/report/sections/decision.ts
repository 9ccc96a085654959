import { type Html, html } from '../html.js';
import type { ReportModel } from '../model.js';
import { confidenceText, details, durationText, plainList, timeOf } from './frame.js';

const WORDS = {
  yes: 'Contained',
  partly: 'Partly contained',
  no: 'Not contained',
  unknown: 'Containment not known',
} as const;

/** What a person has to know first: one screen, one sheet of paper. */
export function decisionSection(model: ReportModel): Html {
  const { decision } = model;
  const risks = decision.residualRisks.map(({ label, value }) => html`<b>${label}</b> ${value}`);
  return html`<section id="decision" aria-label="Decision">
<div class="verdict ${decision.contained}" role="status"><div><div class="word">${WORDS[decision.contained]}</div><p>${decision.because}</p></div>${figures(model)}</div>
<div class="columns"><div>
<div class="card todo"><h3>Still open</h3>${plainList(decision.open, 'Nothing that Cordon knows of.', 'open')}</div>
${summary(model)}
</div><div>
<div class="card todo"><h3>Rotate</h3>${plainList(decision.rotate, 'Nothing is known to be lost.')}</div>
<div class="card todo"><h3>Block</h3>${plainList(
    decision.block.map((item) => html`<code>${item}</code>`),
    'No address is known.',
  )}</div>
<div class="card todo"><h3>Tell</h3>${plainList(
    decision.tell.map(({ label, value }) => html`<b>${label}</b> ${value}`),
    'Nobody beyond those who asked.',
  )}</div>
</div></div>
${decision.contained === 'unknown' ? '' : html`<div class="card wide"><h3>Ways that containment does not close</h3>${plainList(risks, 'None is known.', 'quiet')}</div>`}</section>`;
}

function figures({ decision, story }: ReportModel): Html {
  const { firstEntryAt, confidence } = story;
  const { verifiedAt } = decision;
  const inside =
    firstEntryAt === undefined || verifiedAt === undefined
      ? undefined
      : durationText(Date.parse(verifiedAt) - Date.parse(firstEntryAt));
  return html`<dl class="figures"><dt>An intrusion</dt><dd>${confidenceText(confidence)}</dd>
<dt>First entry</dt><dd>${firstEntryAt === undefined ? 'not known' : timeOf(firstEntryAt)}</dd>
<dt>Verified</dt><dd>${verifiedAt === undefined ? 'not verified' : timeOf(verifiedAt)}</dd>
${inside === undefined ? '' : html`<dt>Inside for</dt><dd>${inside}</dd>`}</dl>`;
}

/** The gravest of each part, in the order of an intrusion, as one paragraph. */
function summary({ story }: ReportModel): Html {
  const told = story.chapters.flatMap(({ title, sentences }) => {
    const grave = ['critical', 'high', 'medium'] as const;
    const worst = grave.flatMap((severity) => sentences.filter((each) => each.severity === severity))[0];
    return worst === undefined ? [] : [html`<li><b>${title}</b> ${worst.text}</li>`];
  });
  return told.length === 0
    ? html``
    : html`<div class="card"><h3>In short</h3><ul class="plain quiet">${told}</ul></div>`;
}

/** What it is about: the finding and the instance. */
export function caseSection({ about, finding }: ReportModel): Html {
  return html`<section id="case"><h2>The case</h2><div class="columns">
<div class="card"><h3>The finding</h3>${details([
    { label: 'Type', value: finding.type },
    { label: 'Severity', value: `${finding.severity} (${finding.band})` },
    { label: 'Seen', value: `${finding.firstSeen ?? 'unknown'} to ${finding.lastSeen ?? 'unknown'}` },
    { label: 'Id', value: finding.id },
    ...(finding.description === '' ? [] : [{ label: 'Says', value: finding.description }]),
  ])}</div>
<div class="card"><h3>The instance</h3>${details(about)}</div>
</div></section>`;
}
