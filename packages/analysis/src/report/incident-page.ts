import type { ReportModel as IncidentModel } from '@cordon/core/steps';
import { analyze } from '../engine/analyze.js';
import type { TimelineEvent } from '../engine/event.js';
import { tarReader } from '../evidence/tar-reader.js';
import { eventsOf } from '../results/result-lines.js';
import { sortEvents, timesketchLine } from '../timeline/timesketch.js';
import { type ReportExtras, reportOfIncident } from './from-incident.js';
import type { EvidenceOpener } from './incident-report.js';
import type { ReportEvent } from './model.js';
import { ProcessCollector } from './processes.js';
import { renderReport } from './render.js';

/** More cannot be shown, and few hosts have more that matter. */
const MAX_EVENTS = 200_000;

/** The page of an incident, with what its analyses have found and the processes that ran. */
export async function incidentPage(model: IncidentModel, evidence: EvidenceOpener): Promise<string> {
  const events = await analysedEvents(model, evidence);
  return renderReport(reportOfIncident(model, { events, ...(await processesOf(model, evidence)) }));
}

/** Its timeline, as Timesketch reads it. */
export async function incidentTimeline(model: IncidentModel, evidence: EvidenceOpener): Promise<string> {
  const { events } = reportOfIncident(model, { events: await analysedEvents(model, evidence) });
  return sortEvents(events.map(timelineEvent)).map(timesketchLine).join('');
}

async function analysedEvents(
  { facts }: IncidentModel,
  evidence: EvidenceOpener,
): Promise<readonly TimelineEvent[]> {
  const { liveAnalysis, diskAnalysis, memoryAnalysis, controlPlaneAnalysis } = facts;
  const analyses = [liveAnalysis, diskAnalysis, memoryAnalysis, controlPlaneAnalysis];
  const events: TimelineEvent[] = [];
  for (const analysis of analyses) {
    if (analysis === undefined) continue;
    events.push(...(await eventsOf(evidence.open(analysis.artifact), MAX_EVENTS - events.length)));
  }
  return events;
}

/** A triage that cannot be read any more is a gap in the page, and no reason to have no page. */
async function processesOf(
  { facts: { triage }, observations }: IncidentModel,
  evidence: EvidenceOpener,
): Promise<Pick<ReportExtras, 'processes' | 'unread'>> {
  if (triage === undefined) return {};
  const { path, storedAt } = triage.artifact;
  const collector = new ProcessCollector();
  const context = {
    artifact: path,
    acquiredAt: storedAt,
    indicators: { addresses: [], domains: [], ports: [] },
  };
  const unread: { label: string; value: string }[] = [];
  try {
    const reader = tarReader(evidence.open(triage.artifact));
    for await (const result of analyze(reader, [collector.analysis], context))
      if (result.kind === 'notice') unread.push({ label: path, value: result.notice.message });
  } catch (error) {
    unread.push({ label: path, value: error instanceof Error ? error.message : String(error) });
  }
  return { processes: collector.tree(observations), unread };
}

function timelineEvent({ at, what, message, kind, source }: ReportEvent): TimelineEvent {
  return { at, what, message, kind, source: source ?? { artifact: 'journal' } };
}
