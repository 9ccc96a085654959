import { gzipSync } from 'node:zlib';
import { embeddedJson, Html, html } from '../html.js';
import type { ReportEvent, ReportModel } from '../model.js';
import { packEvents } from '../pack-events.js';
import type { PageData } from '../page-data.js';
import { timeOf } from './frame.js';

/** Rows that a reader without JavaScript, and paper, get. */
const STATIC_ROWS = 200;
const MAX_EVENTS = 50_000;
/** Longer data is packed: a page goes by mail and chat. */
const PLAIN_CHARACTERS = 100_000;
const BEFORE_MS = 60 * 60_000;

/** The timeline, as data that the page's script draws, filters and scrolls through. */
export function timelineSection({ events, story }: ReportModel): Html {
  const kept = events.length > MAX_EVENTS ? mostTelling(events) : events;
  const cut =
    kept.length < events.length
      ? ` The ${MAX_EVENTS.toLocaleString('en')} most telling of ${events.length.toLocaleString('en')} are shown; timeline.jsonl has all.`
      : '';
  return html`<section id="timeline"><h2>Timeline</h2><p class="soft small">${kept.length.toLocaleString('en')} events, times in UTC. Bars are how many, points are what is severe.${cut}</p>
${CONTROLS}
<div class="chart" id="chart" tabindex="0" role="group" aria-label="Timeline by lane. Plus and minus zoom, arrow keys move, 0 shows the whole time; drag to zoom." hidden></div>
<p class="status" id="status" hidden></p>
<div class="list" id="list" tabindex="0" role="listbox" aria-label="Events; arrow keys choose one" hidden></div>
<div class="detail" id="detail" aria-live="polite" hidden></div>
${staticTable(kept)}
${embedded(packEvents(kept, focusOf(kept, story.firstEntryAt)))}</section>`;
}

const CONTROLS = html`<div id="controls" hidden><div class="controls"><input type="search" id="q" placeholder="Filter: word, path, address" aria-label="Filter the timeline" aria-keyshortcuts="/">
<select id="least" aria-label="Least severity"><option value="0">every severity</option><option value="1">low and above</option><option value="2">medium and above</option><option value="3">high and above</option><option value="4">critical</option></select>
<button type="button" id="intrusion">Intrusion</button><button type="button" id="whole">Whole time</button><button type="button" id="closer" aria-label="Zoom in">+</button><button type="button" id="wider" aria-label="Zoom out">&minus;</button></div>
<div class="controls"><span id="lanes" class="controls"></span><span class="spring"></span><span class="soft small" id="count" role="status"></span></div></div>`;

/** What was observed; on paper, nobody filters, and what the response changed has a table of its own. */
function staticTable(events: readonly ReportEvent[]): Html {
  const telling = events.filter(({ severity }) => severity !== undefined);
  const rows = telling
    .slice(0, STATIC_ROWS)
    .map(
      ({ at, message, severity = '' }) =>
        html`<tr><td>${timeOf(at)}</td><td><span class="badge ${severity}">${severity}</span></td><td>${message}</td></tr>`,
    );
  const said =
    telling.length > STATIC_ROWS ? `The first ${STATIC_ROWS} of ${telling.length} such events.` : '';
  return html`<div class="scroll" id="static"><p class="small soft">What was observed, by time. ${said}</p><table><thead><tr><th>When</th><th></th><th>What</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function embedded(data: PageData): Html {
  const json = embeddedJson(data);
  if (json.markup.length <= PLAIN_CHARACTERS)
    return html`<script type="application/json" id="events">${json}</script>`;
  const packed = new Html(gzipSync(JSON.stringify(data), { level: 9 }).toString('base64'));
  return html`<script type="application/gzip" id="events">${packed}</script>`;
}

/** What the page shows first: from an hour before the first entry to the end. */
function focusOf(events: readonly ReportEvent[], firstEntryAt: string | undefined): PageData['focus'] {
  const last = events.at(-1);
  return firstEntryAt === undefined || last === undefined
    ? null
    : [Date.parse(firstEntryAt) - BEFORE_MS, Date.parse(last.at)];
}

function isTelling({ severity, kind }: ReportEvent): boolean {
  return severity !== undefined || kind.startsWith('response');
}

/** All that have a severity or tell the response, then the rest from the end: the newest matter most. */
function mostTelling(events: readonly ReportEvent[]): readonly ReportEvent[] {
  const telling = events.filter(isTelling).slice(-MAX_EVENTS);
  const room = MAX_EVENTS - telling.length;
  const rest = room === 0 ? [] : events.filter((event) => !isTelling(event)).slice(-room);
  const kept = new Set([...telling, ...rest]);
  return events.filter((event) => kept.has(event));
}
