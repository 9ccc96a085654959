import { createHash } from 'node:crypto';
import { Html, html } from './html.js';
import type { ReportModel } from './model.js';
import { SCRIPT } from './script.js';
import { attackSection } from './sections/attack.js';
import { caseSection, decisionSection } from './sections/decision.js';
import { timeOf } from './sections/frame.js';
import { observationsSection } from './sections/observations.js';
import { processesSection } from './sections/processes.js';
import {
  acquisitionSection,
  changesSection,
  custodySection,
  evidenceSection,
  gapsSection,
  stepsSection,
} from './sections/record.js';
import { roleSection } from './sections/role.js';
import { storySection } from './sections/story.js';
import { timelineSection } from './sections/timeline.js';
import { STYLE } from './style.js';

const SECTIONS = [
  ['decision', 'Decision'],
  ['story', 'What happened'],
  ['timeline', 'Timeline'],
  ['processes', 'Processes'],
  ['role', 'Role'],
  ['attack', 'Techniques'],
  ['observations', 'Observations'],
  ['evidence', 'Evidence'],
  ['changes', 'Changes'],
  ['steps', 'Steps'],
  ['custody', 'Custody'],
] as const;

/** Only these bytes of style and script are allowed, and nothing may be fetched: an injected handler does not run. */
const POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(STYLE)}'`,
  `script-src '${hashOf(SCRIPT)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/**
 * Renders the report: one self-contained page without network, for screens at night and for paper. Every text of the
 * model is shown as text; a strict policy stops what should slip through.
 */
export function renderReport(model: ReportModel): string {
  const { finding, suspect, incidentId, generatedAt, openedAt } = model;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${suspect.instanceId}: ${finding.type}</title>
<style>${new Html(STYLE)}</style></head><body>
<a class="skip" href="#decision">Skip to the decision</a>
<header class="top"><p class="sub small">Incident ${incidentId} &middot; opened ${timeOf(openedAt)} &middot; written ${timeOf(generatedAt)} &middot; all times UTC</p>
<h1>${finding.title}</h1></header>
<nav aria-label="Sections"><ul>${SECTIONS.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>${sectionsOf(model)}</main>
<footer>Made by Cordon. Quoted text comes from the suspect and may be forged; control characters are escaped.</footer>
<script>${new Html(SCRIPT)}</script></body></html>
`;
  return page.markup;
}

function sectionsOf(model: ReportModel): readonly Html[] {
  return [
    decisionSection(model),
    caseSection(model),
    storySection(model),
    timelineSection(model),
    processesSection(model),
    roleSection(model),
    attackSection(model),
    observationsSection(model),
    evidenceSection(model),
    acquisitionSection(model),
    changesSection(model),
    stepsSection(model),
    gapsSection(model),
    custodySection(model),
  ];
}
