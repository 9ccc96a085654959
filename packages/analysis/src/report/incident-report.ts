import type { Artifact } from '@cordon/core';
import type { ReportModel as IncidentModel } from '@cordon/core/steps';
import type { TimelineEvent } from '../engine/event.js';
import { eventsOf } from '../results/result-lines.js';
import { sortEvents, timesketchLine } from '../timeline/timesketch.js';
import { reportOfIncident } from './from-incident.js';
import type { ReportEvent } from './model.js';
import { renderReport } from './render.js';

/** What core's evidence writer can do; all that is needed of it here. */
export interface EvidenceOpener {
  open(artifact: Artifact): AsyncIterable<Uint8Array>;
}

/** More cannot be shown, and few hosts have more that matter. */
const MAX_EVENTS = 200_000;

/** The two functions that core's report step asks for: the page, and the timeline for Timesketch. */
export const incidentReport = {
  async render(model: IncidentModel, evidence: EvidenceOpener): Promise<string> {
    return renderReport(reportOfIncident(model, { events: await analysedEvents(model, evidence) }));
  },

  async timeline(model: IncidentModel, evidence: EvidenceOpener): Promise<string> {
    const { events } = reportOfIncident(model, { events: await analysedEvents(model, evidence) });
    return sortEvents(events.map(timelineEvent)).map(timesketchLine).join('');
  },
};

async function analysedEvents(
  { facts }: IncidentModel,
  evidence: EvidenceOpener,
): Promise<readonly TimelineEvent[]> {
  const analyses = [facts.liveAnalysis, facts.diskAnalysis, facts.memoryAnalysis];
  const events: TimelineEvent[] = [];
  for (const analysis of analyses) {
    if (analysis === undefined) continue;
    events.push(...(await eventsOf(evidence.open(analysis.artifact), MAX_EVENTS - events.length)));
  }
  return events;
}

function timelineEvent({ at, what, message, kind, source }: ReportEvent): TimelineEvent {
  return { at, what, message, kind, source: source ?? { artifact: 'journal' } };
}
