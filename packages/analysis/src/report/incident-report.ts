import type { Artifact } from '@cordon/core';
import type { ReportModel as IncidentModel } from '@cordon/core/steps';
import type { ExportFile } from '../export/export-file.js';

/** What core's evidence writer can do; all that is needed of it here. */
export interface EvidenceOpener {
  open(artifact: Artifact): AsyncIterable<Uint8Array>;
}

/**
 * The functions that core's report step asks for: the page, the timeline for Timesketch, and files for other tools. What
 * writes them is loaded when the incident has come that far: pipelines name this where a host must begin to contain.
 */
export const incidentReport = {
  async render(model: IncidentModel, evidence: EvidenceOpener): Promise<string> {
    const { incidentPage } = await import('./incident-page.js');
    return incidentPage(model, evidence);
  },

  async timeline(model: IncidentModel, evidence: EvidenceOpener): Promise<string> {
    const { incidentTimeline } = await import('./incident-page.js');
    return incidentTimeline(model, evidence);
  },

  async exports(model: IncidentModel, evidence: EvidenceOpener): Promise<readonly ExportFile[]> {
    const { incidentExports } = await import('./incident-exports.js');
    return incidentExports(model, evidence);
  },
};
