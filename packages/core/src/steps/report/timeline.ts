import type { ReportModel } from './model.js';

/** One line of the timeline, in Timesketch's shape. */
export interface TimelineEvent {
  readonly message: string;
  /** ISO 8601, UTC. */
  readonly datetime: string;
  readonly timestamp_desc: string;
  readonly source: string;
  readonly tag?: readonly string[];
}

function ofFinding({ finding }: ReportModel): readonly TimelineEvent[] {
  const message = `${finding.type}: ${finding.title}`;
  const source = finding.source;
  return [
    ...(finding.firstSeen === undefined
      ? []
      : [{ message, datetime: finding.firstSeen, timestamp_desc: 'First seen', source }]),
    ...(finding.lastSeen === undefined
      ? []
      : [{ message, datetime: finding.lastSeen, timestamp_desc: 'Last seen', source }]),
  ];
}

function ofObservations({ observations }: ReportModel): readonly TimelineEvent[] {
  return observations.flatMap(({ at, title, entity, rule, severity, techniques }) =>
    at === undefined
      ? []
      : [
          {
            message: `${title} (${entity})`,
            datetime: at,
            timestamp_desc: 'Observed event',
            source: rule,
            tag: [severity, ...techniques],
          },
        ],
  );
}

function ofResponse({ steps, changes }: ReportModel): readonly TimelineEvent[] {
  const settled = steps.flatMap(({ id, status, settledAt }) =>
    settledAt === undefined
      ? []
      : [{ message: `${id} ${status}`, datetime: settledAt, timestamp_desc: 'Response', source: 'cordon' }],
  );
  const changed = changes.map(({ at, operation, resources, outcome }) => ({
    message: `${operation} ${resources.join(' ')}: ${outcome}`,
    datetime: at,
    timestamp_desc: 'Change made by the response',
    source: 'cordon',
  }));
  return [...settled, ...changed];
}

/** What the journal alone can tell: the finding, what was observed at a known time, and the response itself. */
export function journalTimeline(model: ReportModel): readonly TimelineEvent[] {
  const all = [...ofFinding(model), ...ofObservations(model), ...ofResponse(model)];
  // ISO stamps of one form sort as text.
  return all.sort((a, b) => (a.datetime < b.datetime ? -1 : a.datetime > b.datetime ? 1 : 0));
}

/** One JSON object a line. */
export function timelineLines(events: readonly TimelineEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}
