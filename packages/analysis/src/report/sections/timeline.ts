import { gzipSync } from 'node:zlib';
import { embeddedJson, Html, html, pageText } from '../html.js';
import type { ReportEvent, ReportModel } from '../model.js';
import { timeOf } from './frame.js';
import { pointerText } from './observations.js';

/** Rows that a reader without JavaScript, and paper, get. */
const STATIC_ROWS = 300;
const MAX_EVENTS = 50_000;

/** Milliseconds, lane, what, message, severity, where: short, because there may be many. */
type PackedEvent = readonly [number, number, string, string, string, string];

/** The timeline, as data that the page's script draws, filters and scrolls through. */
export function timelineSection({ events, story }: ReportModel): Html {
  const kept = events.length > MAX_EVENTS ? mostTelling(events) : events;
  const lanes = [...new Set(kept.map(laneOf))];
  const packed = kept.map((event) => pack(event, lanes));
  const cut =
    kept.length < events.length ? ` The ${MAX_EVENTS} most telling of ${events.length} are shown.` : '';
  return html`<section id="timeline"><h2>Timeline</h2><p class="soft small">${kept.length} events, times in UTC.${cut}</p>
<div class="controls" hidden><input type="search" id="q" placeholder="Filter: word, path, address" aria-label="Filter the timeline"><span id="lanes-control"></span><span class="soft small" id="count"></span></div>
<canvas class="lanes" id="chart" height="150" hidden aria-hidden="true"></canvas>
<div class="list" id="list" tabindex="0" role="region" aria-label="Timeline" hidden></div>
<div class="scroll" id="static"><table><thead><tr><th>When</th><th>What</th><th></th></tr></thead><tbody>
${kept.slice(0, STATIC_ROWS).map(staticRow)}</tbody></table></div>
${embedded({ lanes, events: packed, focus: focusOf(kept, story.firstEntryAt) })}</section>`;
}

/** Longer data is packed: a page goes by mail and chat. */
const PLAIN_CHARACTERS = 200_000;

function embedded(data: unknown): Html {
  const json = embeddedJson(data);
  if (json.markup.length <= PLAIN_CHARACTERS)
    return html`<script type="application/json" id="events">${json}</script>`;
  const packed = new Html(gzipSync(JSON.stringify(data), { level: 9 }).toString('base64'));
  return html`<script type="application/gzip" id="events">${packed}</script>`;
}

const BEFORE_MS = 60 * 60_000;

/** What the page shows first: from an hour before the first entry to the end. */
function focusOf(
  events: readonly ReportEvent[],
  firstEntryAt: string | undefined,
): readonly [number, number] | null {
  const last = events.at(-1);
  return firstEntryAt === undefined || last === undefined
    ? null
    : [Date.parse(firstEntryAt) - BEFORE_MS, Date.parse(last.at)];
}

function staticRow({ at, what, message }: ReportEvent): Html {
  return html`<tr><td>${timeOf(at)}</td><td>${what}</td><td>${message}</td></tr>`;
}

function laneOf({ kind }: ReportEvent): string {
  return pageText(kind.split('.', 1)[0] ?? kind);
}

function pack(event: ReportEvent, lanes: readonly string[]): PackedEvent {
  const { at, what, message, severity = '', source } = event;
  const where = source === undefined ? '' : pointerText(source);
  const lane = lanes.indexOf(laneOf(event));
  return [Date.parse(at), lane, pageText(what), pageText(message), severity, pageText(where)];
}

/** All that have a severity or tell the response, then the rest from the end: the newest matter most. */
function mostTelling(events: readonly ReportEvent[]): readonly ReportEvent[] {
  const isTelling = ({ severity, kind }: ReportEvent) =>
    severity !== undefined || kind.startsWith('response');
  const telling = events.filter(isTelling).slice(-MAX_EVENTS);
  const kept = new Set([
    ...telling,
    ...events.filter((event) => !isTelling(event)).slice(-(MAX_EVENTS - telling.length) || events.length),
  ]);
  return events.filter((event) => kept.has(event));
}
