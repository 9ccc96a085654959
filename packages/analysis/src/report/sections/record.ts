import { type Html, html } from '../html.js';
import type { ReportModel } from '../model.js';
import { bytesOf, details, fold, timeOf } from './frame.js';

/** All evidence with its hashes. */
export function evidenceSection({ evidence }: ReportModel): Html {
  const rows = evidence.map(
    ({ path, sizeBytes, sha256, acquiredBy, origin, storedAt, versionId }) =>
      html`<tr><td><code>${path}</code><br><span class="soft small">${origin}, by ${acquiredBy}${versionId === undefined ? '' : `, version ${versionId}`}</span></td><td class="number">${bytesOf(sizeBytes)}</td><td>${timeOf(storedAt)}</td><td><code class="hash">${sha256}</code></td></tr>`,
  );
  return html`<section id="evidence"><h2>Evidence</h2><div class="card scroll"><table class="fixed"><thead><tr><th>Artifact</th><th class="number w8">Size</th><th class="when">Stored</th><th class="w42">SHA-256</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

export function acquisitionSection({ acquisition }: ReportModel): Html {
  const body =
    acquisition.length === 0 ? html`<p class="soft">Nothing was acquired.</p>` : details(acquisition);
  return html`<section id="acquisition"><h2>How it was taken</h2><div class="card small">${body}</div></section>`;
}

/** Every change made by the response: the reader must be able to tell our traces from the intruder's. */
export function changesSection({ changes }: ReportModel): Html {
  const rows = changes.map(
    ({ at, operation, resources, outcome, step, requestId }) =>
      html`<tr><td>${timeOf(at)}</td><td>${operation}<br><span class="soft small">${step}</span></td><td>${resources.join(', ')}</td><td>${outcome}${requestId === undefined ? '' : html`<br><code class="soft hash">${requestId}</code>`}</td></tr>`,
  );
  const body =
    rows.length === 0
      ? html`<p class="soft">Nothing was changed.</p>`
      : fold(
          `${rows.length} changing ${rows.length === 1 ? 'call' : 'calls'}`,
          html`<div class="scroll"><table class="fixed"><thead><tr><th class="when">When</th><th class="w26">Call and step</th><th>What</th><th class="w26">Outcome</th></tr></thead><tbody>${rows}</tbody></table></div>`,
        );
  return html`<section id="changes"><h2>What the response changed</h2><div class="card">${body}</div></section>`;
}

export function stepsSection({ steps }: ReportModel): Html {
  const rows = steps.map(
    ({ id, phase, status, startedAt, settledAt, reason }) =>
      html`<tr><td><code>${id}</code></td><td>${phase}</td><td><span class="${status}">${status}</span>${reason === undefined ? '' : html`<br><span class="soft small">${reason}</span>`}</td><td>${startedAt === undefined ? '' : timeOf(startedAt)}</td><td>${settledAt === undefined ? '' : timeOf(settledAt)}</td></tr>`,
  );
  return html`<section id="steps"><h2>Steps</h2><div class="card scroll"><table><thead><tr><th>Step</th><th>Phase</th><th>Outcome</th><th>Started</th><th>Settled</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

export function gapsSection({ gaps }: ReportModel): Html {
  return html`<section id="gaps"><h2>Failures and gaps</h2><div class="card small">${details(gaps)}</div></section>`;
}

export function custodySection({ custody }: ReportModel): Html {
  const heads = Object.entries(custody.heads).map(
    ([ledger, hash]) => html`<tr><td>${ledger}</td><td><code class="hash">${hash}</code></td></tr>`,
  );
  const table = html`<table><thead><tr><th>Ledger</th><th>Last hash</th></tr></thead><tbody>${heads}</tbody></table>`;
  return html`<section id="custody"><h2>Chain of custody</h2><div class="card"><p>The journal's ledgers ended with these hashes when this page was written. To check journal and evidence, byte for byte:</p><pre>${custody.verifyCommand}</pre>${heads.length === 0 ? '' : fold(`${heads.length} ${heads.length === 1 ? 'ledger' : 'ledgers'}`, table)}</div></section>`;
}
